// What changes hands between two rings, as plain rows.

import { wrong } from './errors.mjs';
import { Handle, RAW } from './handle.mjs';

const REPLICAS_MAX = 8;
const RING_WIDTH = 2 ** 64;

export class Movement extends Handle {
  static kind = 'Movement';
  #names;
  #shares;

  // Made by `HashRing.movementTo`, which knows the names of the numbers.
  constructor(raw, names) {
    super(raw);
    this.#names = names;
    this.#shares = raw.shares();
  }

  get [Symbol.toStringTag]() {
    return 'Movement';
  }

  // Parts of the ring, 0 to 1: with another primary; of that, what the new one has already and
  // what has to be sent to it; what no living node has.
  get movedShare() {
    return this.#shares[0];
  }

  get reroutedShare() {
    return this.#shares[1];
  }

  get toCopyShare() {
    return this.#shares[2];
  }

  get lostShare() {
    return this.#shares[3];
  }

  // Ranges with another primary.
  get primaries() {
    return this.#rows(this[RAW].primaries(), ['from', 'to']);
  }

  // Who sends which range to whom.
  get copies() {
    return this.#rows(this[RAW].copies(), ['from', 'to']);
  }

  // Who holds which range from now on, and who no longer.
  get gains() {
    return this.#rows(this[RAW].gains(), ['node']);
  }

  get drops() {
    return this.#rows(this[RAW].drops(), ['node']);
  }

  get rerouted() {
    return this.#rows(this[RAW].rerouted(), []);
  }

  get toCopy() {
    return this.#rows(this[RAW].toCopy(), []);
  }

  get lost() {
    return this.#rows(this[RAW].lost(), []);
  }

  // The node of a number that the wasm told.
  static nameOf(movement, number) {
    return movement.#names[number];
  }

  #rows(numbers, nodes) {
    const width = 2 + nodes.length;
    return Array.from({ length: numbers.length / width }, (_, at) => {
      const [after, to, ...told] = numbers.subarray(at * width, (at + 1) * width);
      const row = { range: { after, to, share: shareOf(after, to) } };
      nodes.forEach((name, node) => (row[name] = this.#names[told[node]]));
      return row;
    });
  }
}

// The part of the ring that a range is; the whole when it ends where it begins.
export function shareOf(after, to) {
  return after === to ? 1 : Number(BigInt.asUintN(64, to - after)) / RING_WIDTH;
}

export function replication(n, spread) {
  if (!Number.isInteger(n) || n < 1 || n > REPLICAS_MAX) {
    throw wrong('BAD_N', `a whole number n from 1 to ${REPLICAS_MAX}`, n);
  }
  if (spread !== 'any' && spread !== 'zones') {
    throw wrong('BAD_OPTION', "a spread of 'any' or 'zones'", spread);
  }
  return { zones: spread === 'zones' };
}
