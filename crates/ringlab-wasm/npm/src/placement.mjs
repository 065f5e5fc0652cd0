// Ways to place keys on nodes, by the names of the nodes. The wasm numbers them, in order; the names
// stay here, so that a lookup makes no string.

import { attempt, whole, wrong } from './errors.mjs';
import { Handle, RAW } from './handle.mjs';
import { wasm } from './instance.mjs';
import { bytesOf, findMany, put } from './keys.mjs';

export class Placement extends Handle {
  static kind = 'Placement';
  // By number.
  #names;

  // Instead of an algorithm there may be what the wasm has made already.
  constructor(algorithm, nodes = []) {
    const { Placement: Raw } = wasm();
    super(algorithm instanceof Raw ? algorithm : placed(Raw, algorithm, nodes));
    this.#know();
  }

  get [Symbol.toStringTag]() {
    return 'Placement';
  }

  // Every algorithm that `new Placement` knows.
  static get names() {
    return wasm().placementNames();
  }

  // The node that owns a key; undefined where none can.
  primary(key) {
    const raw = this[RAW];
    const length = put(key);
    return this.#names[length < 0 ? raw.primaryOf(bytesOf(key)) : raw.primaryAt(length)];
  }

  // The owners of many keys: an array of keys, or `{ bytes, ends }`.
  primaryMany(keys) {
    return findMany(keys, (bytes, ends) => this.#ownersOf(bytes, ends), (key) => this.primary(key));
  }

  #ownersOf(bytes, ends) {
    const names = this.#names;
    const numbers = this[RAW].primaryMany(bytes, ends);
    const owners = new Array(numbers.length);
    for (let at = 0; at < numbers.length; at += 1) owners[at] = names[numbers[at]];
    return owners;
  }

  // The first `n` different nodes of a key, or as many as there are, its primary first.
  first(key, n) {
    whole(n, 'BAD_N', 'a whole number of nodes');
    const raw = this[RAW];
    const length = put(key);
    const numbers = length < 0 ? raw.firstOf(bytesOf(key), n) : raw.firstAt(length, n);
    return Array.from(numbers, (number) => this.#names[number]);
  }

  // The last in order.
  add(node) {
    const { name, weight, id } = specOf(node);
    attempt(() => this[RAW].add(name, weight, id));
    return this.#know();
  }

  remove(name) {
    attempt(() => this[RAW].remove(nameOf(name)));
    return this.#know();
  }

  reweight(name, weight) {
    attempt(() => this[RAW].reweight(nameOf(name), weightOf(weight)));
    return this;
  }

  // The same placement, to be changed apart from this one.
  clone() {
    return new this.constructor(this[RAW].copy());
  }

  get algorithm() {
    return this[RAW].algorithm();
  }

  get size() {
    // Asked for, so that one that was freed says so.
    return this[RAW].__wbg_ptr && this.#names.length;
  }

  // Every node, in the order in which the algorithm counts them.
  get nodes() {
    const weights = this[RAW].weights();
    const ids = this[RAW].ids();
    return this.#names.map((name, number) => {
      const node = { name, weight: weights[number] };
      return ids[number] > 0 ? { ...node, id: ids[number] } : node;
    });
  }

  // What makes the same placement again, where an algorithm does.
  toJSON() {
    return { algorithm: this.algorithm, nodes: this.nodes };
  }

  #know() {
    this.#names = this[RAW].names();
    return this;
  }
}

function placed(Raw, algorithm, nodes) {
  if (typeof algorithm !== 'string') {
    throw wrong('UNKNOWN_ALGORITHM', 'the name of an algorithm as a string', algorithm);
  }
  if (typeof nodes?.[Symbol.iterator] !== 'function' || typeof nodes === 'string') {
    throw wrong('BAD_ARGUMENT', 'a list of nodes', nodes);
  }
  const specs = Array.from(nodes, specOf);
  const column = (name) => specs.map((spec) => spec[name]);
  const [weights, ids] = [Uint32Array.from(column('weight')), Uint32Array.from(column('id'))];
  return attempt(() => new Raw(algorithm, column('name'), weights, ids));
}

function specOf(node) {
  const { name, weight = 1, id } = typeof node === 'string' ? { name: node } : node ?? {};
  return { name: nameOf(name), weight: weightOf(weight), id: idOf(id) };
}

function nameOf(name) {
  if (typeof name !== 'string') throw wrong('BAD_NAME', 'the name of a node as a string', name);
  return name;
}

const weightOf = (weight) => whole(weight, 'BAD_WEIGHT', 'a whole number as a weight');

// In the wasm 0 is none.
function idOf(id) {
  if (id === 0) throw wrong('BAD_OPTION', 'an id from 1 on', id);
  return whole(id ?? 0, 'BAD_OPTION', 'a whole number as an id');
}
