// The hash ring, by the names of its nodes. The wasm numbers them; the names stay here, so that a
// lookup makes no string.

import { RingError, attempt, whole, wrong } from './errors.mjs';
import { Handle, RAW, rawOf } from './handle.mjs';
import { wasm } from './instance.mjs';
import { findMany, left, put, token } from './keys.mjs';
import { Movement, replication, shareOf } from './movement.mjs';

const RANGE_ROW = 3;

export class HashRing extends Handle {
  static kind = 'HashRing';
  // Names by number, and back.
  #names;
  #numbers;
  #cache;
  #virtualNodes;

  constructor({ nodes = [], virtualNodes = 160, cache = 0 } = {}) {
    const specs = Array.from(nodes, specOf);
    const { HashRing: Raw } = wasm();
    checkVirtualNodes(virtualNodes);
    whole(cache, 'BAD_OPTION', 'a number of keys as the size of the cache');
    const column = (name) => specs.map((spec) => spec[name]);
    super(attempt(() => new Raw(virtualNodes, column('name'), column('weight'), column('zone'))));
    this.#names = column('name');
    this.#numbers = new Map(this.#names.map((name, number) => [name, number]));
    this.#virtualNodes = virtualNodes;
    this.#cache = cache > 0 ? new HotKeys(cache) : undefined;
  }

  get [Symbol.toStringTag]() {
    return 'HashRing';
  }

  // The node that holds a key first.
  primary(key) {
    const known = this.#cache?.get(key);
    if (known !== undefined) return known;
    const raw = this[RAW];
    const length = put(key);
    const number = length < 0 ? raw.primaryOf(token(key)) : raw.primaryAt(length);
    const name = this.#names[number] ?? this.#nobody();
    this.#cache?.put(key, name);
    return name;
  }

  // The primaries of many keys: an array of keys, or `{ bytes, ends }`.
  primaryMany(keys) {
    return findMany(keys, (bytes, ends) => this.#primariesOf(bytes, ends), (key) => this.primary(key));
  }

  #primariesOf(bytes, ends) {
    const names = this.#names;
    const primaries = this[RAW].primaryMany(bytes, ends);
    if (primaries[0] < 0) this.#nobody();
    const found = new Array(primaries.length);
    for (let at = 0; at < primaries.length; at += 1) found[at] = names[primaries[at]];
    return found;
  }

  // The `n` nodes that hold a key, its primary first.
  preferenceList(key, n, { spread = 'any' } = {}) {
    const { zones } = replication(n, spread);
    const raw = this[RAW];
    const length = put(key);
    const found = length < 0
      ? raw.preferenceListOf(token(key), n, zones)
      : raw.preferenceListAt(length, n, zones);
    if (found === 0) this.#nobody();
    if (found < n) {
      throw new RingError('TOO_FEW_NODES', `${n} nodes are asked for; ${found} store on this ring`);
    }
    const numbers = left();
    const list = [];
    for (let at = 0; at < n; at += 1) list.push(this.#names[numbers[at]]);
    return list;
  }

  add(node) {
    const { name, weight, zone } = specOf(node);
    const number = attempt(() => this[RAW].add(name, weight, zone));
    this.#names[number] = name;
    this.#numbers.set(name, number);
    this.#cache?.clear();
    return this;
  }

  remove(name) {
    const number = this.#number(name);
    attempt(() => this[RAW].remove(number));
    delete this.#names[number];
    this.#numbers.delete(name);
    this.#cache?.clear();
    return this;
  }

  reweight(name, weight) {
    const number = this.#number(name);
    attempt(() => this[RAW].reweight(number, weightText(weight)));
    this.#cache?.clear();
    return this;
  }

  rezone(name, zone) {
    const number = this.#number(name);
    attempt(() => this[RAW].rezone(number, text(zone, 'a zone')));
    return this;
  }

  // The same ring, to be changed apart from this one.
  clone() {
    const cache = this.#cache?.limit ?? 0;
    const twin = new HashRing({ virtualNodes: this.#virtualNodes, cache });
    twin[RAW].free();
    twin[RAW] = this[RAW].copy();
    twin.#names = [...this.#names];
    twin.#numbers = new Map(this.#numbers);
    return twin;
  }

  get size() {
    return this.#numbers.size;
  }

  get virtualNodes() {
    return this.#virtualNodes;
  }

  has(name) {
    return this.#numbers.has(name);
  }

  // Every node, in the order in which they came.
  get nodes() {
    const raw = this[RAW];
    return Array.from(this.#numbers, ([name, number]) => ({
      name,
      weight: raw.weight(number) / 1000,
      zone: raw.zone(number),
      virtualNodes: raw.virtualNodesOf(number),
    }));
  }

  // The part of the ring that a node owns, 0 to 1.
  share(name) {
    return this[RAW].share(this.#number(name));
  }

  // Every range and its node, clockwise.
  ranges() {
    const rows = this[RAW].ranges();
    return Array.from({ length: rows.length / RANGE_ROW }, (_, row) => {
      const [after, to, number] = rows.subarray(row * RANGE_ROW, (row + 1) * RANGE_ROW);
      return { range: { after, to, share: shareOf(after, to) }, node: this.#names[number] };
    });
  }

  // What changes hands when this ring becomes the other one.
  movementTo(other, { n = 1, spread = 'any', dead = [] } = {}) {
    const { zones } = replication(n, spread);
    const dying = Uint32Array.from(dead, (name) => this.#number(name));
    const after = rawOf(other, HashRing);
    const { names, numbers } = this.#namesWith(other);
    const raw = attempt(() => this[RAW].movementTo(after, numbers, n, zones, dying));
    return new Movement(raw, names);
  }

  // What makes the same ring again.
  toJSON() {
    const nodes = this.nodes.map(({ name, weight, zone }) => ({ name, weight, zone }));
    return { nodes, virtualNodes: this.#virtualNodes };
  }

  // The node of a number that the wasm told.
  static nameOf(ring, number) {
    return ring.#names[number];
  }

  // The names of this ring and then of another one's new nodes, and the numbers that all nodes of
  // the other have among them; none where they are its own.
  #namesWith(other) {
    const names = [...this.#names];
    const numbers = [];
    let isSame = true;
    for (const [name, number] of other.#numbers) {
      let here = this.#numbers.get(name);
      if (here === undefined) {
        // As it is, if it can be.
        here = number >= names.length ? number : names.length;
        names[here] = name;
      }
      isSame &&= here === number;
      numbers.push(here);
    }
    return { names, numbers: Uint32Array.from(isSame ? [] : numbers) };
  }

  #number(name) {
    const number = this.#numbers.get(name);
    if (number === undefined) {
      if (typeof name !== 'string') throw wrong('BAD_NAME', 'the name of a node', name);
      throw new RingError('UNKNOWN_NODE', `no node named ${JSON.stringify(name)} is on the ring`);
    }
    return number;
  }

  #nobody() {
    throw new RingError('EMPTY_RING', 'no node on this ring stores anything');
  }
}

// The last answers, at most so many: when there are more, those that were not asked for of late go.
class HotKeys {
  #young = new Map();
  #old = new Map();

  constructor(limit) {
    this.limit = limit;
  }

  get(key) {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.put(key, old);
    return old;
  }

  // Bytes may be changed by whoever has them: only strings are kept.
  put(key, name) {
    if (typeof key !== 'string') return;
    if (this.#young.size >= this.limit / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, name);
  }

  clear() {
    this.#young.clear();
    this.#old.clear();
  }
}

export function specOf(node) {
  const { name, weight = 1, zone = '' } = typeof node === 'string' ? { name: node } : node ?? {};
  return {
    name: text(name, 'the name of a node'),
    weight: weightText(weight),
    zone: text(zone, 'a zone'),
  };
}

export function weightText(weight) {
  if (typeof weight !== 'number') throw wrong('BAD_WEIGHT', 'a number as a weight', weight);
  return String(weight);
}

export function checkVirtualNodes(count) {
  whole(count, 'BAD_VIRTUAL_NODES', 'a whole number of virtual nodes');
}

export function text(value, wanted) {
  if (typeof value !== 'string') throw wrong('BAD_NAME', `${wanted} as a string`, value);
  return value;
}
