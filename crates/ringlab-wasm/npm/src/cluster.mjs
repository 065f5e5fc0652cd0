// The whole simulated store: time, network and disks are simulated from a seed, so the same calls
// give the same history everywhere.

import { RingError, attempt, whole, wrong } from './errors.mjs';
import { Handle, RAW, rawOf } from './handle.mjs';
import { wasm } from './instance.mjs';
import { bytesOf } from './keys.mjs';
import { Keyspace, chunksOf } from './keyspace.mjs';
import { checkVirtualNodes, specOf, text, weightText } from './ring.mjs';

const CLIENTS = ['ada', 'ben'];
const NODES = 8;
// The most that one call into the wasm takes.
const MICROSECONDS_MAX = 0xffff_ffff;

export class Cluster extends Handle {
  static kind = 'Cluster';
  #clients;

  constructor({ nodes = NODES, virtualNodes = 256, seed = 1, settings = {}, keys } = {}) {
    const { Cluster: Raw } = wasm();
    checkVirtualNodes(virtualNodes);
    whole(seed, 'BAD_OPTION', 'a whole number of 32 bits as a seed');
    const specs = nodesOf(nodes);
    const chosen = settingsOf(settings);
    const none = keys === undefined ? Keyspace.from([]) : undefined;
    try {
      const loaded = rawOf(keys ?? none, Keyspace);
      super(attempt(() => new Raw(seed, virtualNodes, rawNodes(specs), ...chosen, loaded)));
    } finally {
      none?.free();
    }
    this.#clients = CLIENTS.map((_, number) => new Client(this, number));
  }

  get [Symbol.toStringTag]() {
    return 'Cluster';
  }

  // A client carries the contexts of what it has read to what it writes: two that write without
  // having read each other's value leave siblings.
  client(name = CLIENTS[0]) {
    const number = CLIENTS.indexOf(name);
    if (number < 0) throw wrong('BAD_OPTION', "a client named 'ada' or 'ben'", name);
    return this.#clients[number];
  }

  get(key) {
    return this.client().get(key);
  }

  put(key, value) {
    return this.client().put(key, value);
  }

  delete(key) {
    return this.client().delete(key);
  }

  // Nodes join: a name, a spec, a list of them, or nothing for one that is named and placed.
  add(nodes = {}) {
    const wanted = Array.isArray(nodes) ? nodes : [nodes];
    const specs = wanted.map(newNode);
    return this.#do((raw) => raw.add(rawNodes(specs)));
  }

  remove(...names) {
    return this.#do((raw) => raw.remove(checked(names)));
  }

  // Crashed nodes are given up for lost; new ones take their parts.
  replace(...names) {
    return this.#do((raw) => raw.replace(checked(names)));
  }

  reweight(name, weight) {
    return this.#do((raw) => raw.reweight(nodeName(name), weightText(weight)));
  }

  rezone(name, zone) {
    return this.#do((raw) => raw.rezone(nodeName(name), text(zone, 'a zone')));
  }

  // Settings of the store, all at once: `{ n: 5, r: 3, readRepair: 'blocking' }`.
  set(settings) {
    return this.#do((raw) => raw.set(...settingsOf(settings)));
  }

  setVirtualNodes(count) {
    checkVirtualNodes(count);
    return this.#do((raw) => raw.setVirtualNodes(count));
  }

  pause(...names) {
    return this.#fault('pause', names);
  }

  resume(...names) {
    return this.#fault('resume', names);
  }

  // These nodes hear only each other, and all others only each other.
  partition(...names) {
    return this.#fault('partition', names);
  }

  crash(...names) {
    return this.#fault('crash', names);
  }

  restart(...names) {
    return this.#fault('restart', names);
  }

  // They crash, and their disks are emptied.
  wipe(...names) {
    return this.#fault('wipe', names);
  }

  heal() {
    return this.#fault('heal', []);
  }

  // The next event; whether there was one.
  step() {
    return this[RAW].step();
  }

  // Lets simulated milliseconds pass.
  advance(milliseconds) {
    if (!(Number.isFinite(milliseconds) && milliseconds >= 0)) {
      throw wrong('BAD_OPTION', 'a number of milliseconds', milliseconds);
    }
    let left = Math.round(milliseconds * 1000);
    do {
      const now = Math.min(left, MICROSECONDS_MAX);
      this[RAW].advance(now);
      left -= now;
    } while (left > 0);
    return this;
  }

  // Lets changes and requests under way come to their end.
  settle() {
    return this.#do((raw) => raw.settle());
  }

  get isSettled() {
    return this[RAW].isSettled();
  }

  undo() {
    return this.#do((raw) => raw.undo());
  }

  redo() {
    return this.#do((raw) => raw.redo());
  }

  // Simulated milliseconds since it began.
  get now() {
    return this[RAW].now() / 1000;
  }

  // How many events there were, and their digest: equal on every platform.
  history() {
    return { events: this[RAW].events(), digest: BigInt.asUintN(64, this[RAW].digest()) };
  }

  // All that there is to see, as a plain object.
  snapshot() {
    const seen = attempt(() => this[RAW].snapshot());
    const settings = seen.settings.map(([name, value]) => [camel(name), value]);
    return { ...seen, settings: Object.fromEntries(settings) };
  }

  // Plays a scenario file: steps with what is expected to be seen after each.
  static play(scenario) {
    const told = attempt(() => wasm().playScenario(text(scenario, 'a scenario')));
    return { passed: told.differences.length === 0, ...told };
  }

  #fault(kind, names) {
    return this.#do((raw) => raw.fault(kind, checked(names)));
  }

  #do(command) {
    const raw = this[RAW];
    attempt(() => command(raw));
    return this;
  }
}

// An end user of a cluster. Each call runs simulated time until its answer is there.
class Client {
  #cluster;
  #number;

  constructor(cluster, number) {
    this.#cluster = cluster;
    this.#number = number;
  }

  get name() {
    return CLIENTS[this.#number];
  }

  get(key) {
    return this.#answer((raw) => raw.get(this.#number, bytesOf(key)));
  }

  put(key, value) {
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
      throw wrong('BAD_VALUE', 'a string or a Uint8Array as a value', value);
    }
    return this.#answer((raw) => raw.put(this.#number, bytesOf(key), bytesOf(value)));
  }

  delete(key) {
    return this.#answer((raw) => raw.delete(this.#number, bytesOf(key)));
  }

  #answer(request) {
    const raw = this.#cluster[RAW];
    const { outcome, steps, fallbacks, ...told } = attempt(() => request(raw));
    return { outcome, ...MEANT[outcome](told), steps, fallbacks };
  }
}

// What each outcome tells.
const MEANT = {
  stored: ({ beside }) => ({ beside }),
  values: ({ values }) => ({ values, texts: values.map((bytes) => new TextDecoder().decode(bytes)) }),
  unreachable: ({ needed, answered }) => ({ needed, answered }),
  refused: ({ reason }) => ({ reason }),
  unanswered: () => {
    throw new RingError('UNANSWERED', 'the client got no answer');
  },
};

// Reads a file of keys: plain lines, CSV, TSV or JSON lines; plain or gzip.
export async function readKeyFile(stream) {
  const file = new (wasm().KeyFile)();
  let isOver = false;
  try {
    for await (const chunk of chunksOf(stream)) attempt(() => file.push(bytesOf(chunk)));
    isOver = true;
    const raw = attempt(() => file.finish());
    const [rows, badRows] = raw.rows();
    return { keyspace: new Keyspace(raw), rows, badRows };
  } finally {
    if (!isOver) file.free();
  }
}

function nodesOf(nodes) {
  if (Array.isArray(nodes)) return nodes.map(specOf);
  if (!Number.isInteger(nodes) || nodes < 1) {
    throw wrong('BAD_OPTION', 'nodes, or how many of them,', nodes);
  }
  return Array.from({ length: nodes }, (_, index) => specOf(`node-${index + 1}`));
}

function newNode(node) {
  const { name, weight = 1, zone } = typeof node === 'string' ? { name: node } : node ?? {};
  return {
    name: name === undefined ? name : nodeName(name),
    weight: weightText(weight),
    zone: zone === undefined ? zone : text(zone, 'a zone'),
  };
}

// Taken over by the call that they are given to.
function rawNodes(specs) {
  const nodes = new (wasm().NewNodes)();
  for (const { name, weight, zone } of specs) nodes.push(name, weight, zone);
  return nodes;
}

// Their names, and their values as texts.
function settingsOf(settings) {
  return [Object.keys(settings).map(kebab), Object.values(settings).map(String)];
}

const nodeName = (name) => text(name, 'the name of a node');
const checked = (names) => names.map(nodeName);
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
