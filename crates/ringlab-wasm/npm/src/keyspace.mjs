// Millions of keys with their load, and what a ring makes of them.

import { attempt, whole, wrong } from './errors.mjs';
import { Handle, RAW, rawOf } from './handle.mjs';
import { wasm } from './instance.mjs';
import { Packer, bytesOf } from './keys.mjs';
import { Movement } from './movement.mjs';
import { HashRing } from './ring.mjs';

const NONE = new Float64Array(0);

export class Keyspace extends Handle {
  static kind = 'Keyspace';

  // Made by `Keyspace.from` and its like.
  constructor(raw) {
    super(raw);
  }

  get [Symbol.toStringTag]() {
    return 'Keyspace';
  }

  // Keys, or `{ key, requests, bytes }` where they have a load. A key that comes again adds to it.
  static from(rows) {
    if (typeof rows?.[Symbol.iterator] !== 'function' || typeof rows === 'string') {
      throw wrong('BAD_KEY', 'an iterable of keys', rows);
    }
    const batches = new Batches();
    for (const row of rows) batches.push(row);
    return batches.finish();
  }

  // A stream of text or bytes (a `ReadableStream`, a Node stream, a `Response`'s body, an async
  // iterable) with one key a line; empty lines are none.
  static async fromLines(stream) {
    const batches = new Batches();
    try {
      for await (const line of linesOf(stream)) batches.push(line);
    } catch (error) {
      batches.drop();
      throw error;
    }
    return batches.finish();
  }

  // How many distinct keys there are.
  get size() {
    return this[RAW].total()[0];
  }

  get total() {
    return loadAt(this[RAW].total(), 0);
  }

  // The load of a key; nothing when it is not there.
  get(key) {
    const row = this[RAW].find(bytesOf(key));
    return row < 0 ? undefined : loadAt(this[RAW].loadOf(row), 0);
  }

  // The load of a range of tokens.
  load({ after, to }) {
    if (typeof after !== 'bigint') throw wrong('BAD_ARGUMENT', 'a range of bigint tokens', after);
    if (typeof to !== 'bigint') throw wrong('BAD_ARGUMENT', 'a range of bigint tokens', to);
    return loadAt(this[RAW].load(after, to), 0);
  }

  // Of each node of a ring the load as primary.
  counts(ring) {
    const rows = this[RAW].counts(rawOf(ring, HashRing));
    const loads = new Map();
    for (let at = 0; at < rows.length; at += 4) {
      loads.set(HashRing.nameOf(ring, rows[at]), loadAt(rows, at + 1));
    }
    return ring.nodes.map(({ name }) => ({ node: name, ...(loads.get(name) ?? loadAt(NOTHING, 0)) }));
  }

  // How unevenly the nodes of a ring share keys and requests, each by its weight.
  unevenness(ring) {
    const raw = rawOf(ring, HashRing);
    const of = (requests) => {
      const [maxOverMean, deviationOverMean, p99OverMean] = this[RAW].unevenness(raw, requests);
      return { maxOverMean, deviationOverMean, p99OverMean };
    };
    return { keys: of(false), requests: of(true) };
  }

  // The load of what changes hands.
  moved(movement) {
    const told = this[RAW].moved(rawOf(movement, Movement));
    const [moved, rerouted, toCopy, lost] = [0, 3, 6, 9].map((at) => loadAt(told, at));
    return { moved, rerouted, toCopy, lost };
  }

  // Who sends how much to whom.
  transfers(movement) {
    const rows = this[RAW].transfers(rawOf(movement, Movement));
    const sent = new Map();
    for (let at = 0; at < rows.length; at += 5) {
      const [from, to, keys, requests, bytes] = rows.subarray(at, at + 5);
      const pair = `${from} ${to}`;
      const known = sent.get(pair) ?? {
        from: Movement.nameOf(movement, from),
        to: Movement.nameOf(movement, to),
        keys: 0,
        requests: 0,
        bytes: 0,
      };
      known.keys += keys;
      known.requests += requests;
      known.bytes += bytes;
      sent.set(pair, known);
    }
    return [...sent.values()];
  }

  // What `hash mod n` would move when the number of nodes changes.
  movedByModulo(before, after) {
    for (const nodes of [before, after]) whole(nodes, 'BAD_OPTION', 'a number of nodes');
    return loadAt(this[RAW].movedByModulo(before, after), 0);
  }

  // The keys with most requests, most first.
  hottest(most = 10) {
    whole(most, 'BAD_OPTION', 'how many keys');
    const decoder = new TextDecoder();
    const raw = this[RAW];
    return Array.from(raw.hottest(most), (row) => ({
      key: decoder.decode(raw.key(row)),
      ...loadAt(raw.loadOf(row), 0),
    }));
  }
}

const NOTHING = new Float64Array(3);

// Rows on their way into the wasm, many at a time.
class Batches {
  #builder;
  #packer = new Packer(1 << 18);
  #requests = [];
  #bytes = [];

  constructor() {
    this.#builder = new (wasm().KeyspaceBuilder)();
  }

  push(row) {
    const isKey = typeof row === 'string' || row instanceof Uint8Array;
    if (isKey && this.#requests.length === 0) {
      if (!this.#packer.push(row)) {
        this.#flush();
        this.#packer.push(row);
      }
      return;
    }
    this.#pushWithLoad(isKey ? { key: row } : row ?? {});
  }

  finish() {
    this.#flush();
    const raw = this.#builder.finish();
    return new Keyspace(raw);
  }

  drop() {
    this.#builder.free();
  }

  #pushWithLoad({ key, requests = 1, bytes }) {
    // A batch has loads for all of its keys or for none.
    if (this.#packer.ends.length > this.#requests.length) this.#flush();
    if ((bytes === undefined) !== (this.#bytes.length === 0)) this.#flush();
    if (!this.#packer.push(key)) {
      this.#flush();
      this.#packer.push(key);
    }
    this.#requests.push(requests);
    if (bytes !== undefined) this.#bytes.push(bytes);
  }

  #flush() {
    const { bytes, ends } = this.#packer.take();
    const [requests, sizes] = [this.#requests, this.#bytes].map((list) =>
      list.length === 0 ? NONE : Float64Array.from(list));
    [this.#requests, this.#bytes] = [[], []];
    attempt(() => this.#builder.push(bytes, ends, requests, sizes));
  }
}

export function loadAt(numbers, at) {
  return { keys: numbers[at], requests: numbers[at + 1], bytes: numbers[at + 2] };
}

async function* linesOf(stream) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(stream)) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) if (line !== '') yield line;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

// Not every browser iterates over a `ReadableStream` by itself.
export async function* chunksOf(stream) {
  if (typeof stream?.getReader !== 'function') {
    if (typeof stream?.[Symbol.asyncIterator] !== 'function'
      && typeof stream?.[Symbol.iterator] !== 'function') {
      throw wrong('BAD_ARGUMENT', 'a stream', stream);
    }
    yield* stream;
    return;
  }
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
