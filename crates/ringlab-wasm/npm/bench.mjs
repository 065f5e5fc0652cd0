// Lookups beside other packages and beside the least that one can cost, all in one interleaved run.
// Usage: node bench.mjs [ROUNDS], after `node build.mjs`. Prints the median of the rounds, in
// nanoseconds a key and as a ratio to ours; nothing is held against it.

import { createRequire } from 'node:module';

import { HashRing } from './dist/ring.node.js';

const require = createRequire(import.meta.url);
const ConsistentHash = require('consistent-hash');
const Hashring = require('hashring');
const NodeHashring = require('node-hashring');

const ROUNDS = Number(process.argv[2] ?? 15);
const VIRTUAL_NODES = 160;
const KEYS = 100_000;
const HOT = 1_000;

// Flat strings of 20 characters, as a parser or a socket would leave them.
const keys = Array.from({ length: KEYS }, (_, number) =>
  Buffer.from(`user:${String(number * 7919).padStart(15, '0')}`).toString('latin1'));
const hot = Array.from({ length: KEYS }, (_, number) => keys[(number * 31) % HOT]);
const packed = {
  bytes: new TextEncoder().encode(keys.join('')),
  ends: Uint32Array.from(keys, (_, number) => (number + 1) * 20),
};

// A loop of its own for each contender, as a program has: the engine compiles it for that one alone.
// The lengths are added up, so that no lookup is left out; some find no node for some keys.
function eachKey(list, lookup) {
  const loop = new Function('list', 'lookup', `
    let sum = 0;
    for (let at = 0; at < list.length; at += 1) sum = (sum + (lookup(list[at])?.length ?? 0)) | 0;
    return sum;
  `);
  return () => {
    used += loop(list, lookup);
    return list.length;
  };
}

function floor() {
  let sum = 0;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at];
    for (let unit = 0; unit < key.length; unit += 1) sum = (sum + key.charCodeAt(unit)) | 0;
  }
  used += sum;
  return keys.length;
}

let used = 0;

function contenders(nodes) {
  const ring = new HashRing({ nodes, virtualNodes: VIRTUAL_NODES });
  const cached = new HashRing({ nodes, virtualNodes: VIRTUAL_NODES, cache: 4 * HOT });
  const uncachedHashring = new Hashring(nodes, 'md5', { 'vnode count': VIRTUAL_NODES, 'max cache size': 1 });
  const hashring = new Hashring(nodes, 'md5', { 'vnode count': VIRTUAL_NODES });
  const consistent = new ConsistentHash({ weight: VIRTUAL_NODES, range: 1 << 24 });
  for (const name of nodes) consistent.add(name);
  const murmur = new NodeHashring(nodes, VIRTUAL_NODES);
  // It takes longer than all the others together: a tenth of the keys is enough.
  const few = keys.slice(0, KEYS / 10);
  return {
    'ringlab': eachKey(keys, (key) => ring.primary(key)),
    'floor: charCodeAt of each unit': floor,
    'consistent-hash 1.2.2': eachKey(keys, (key) => consistent.get(key)),
    'node-hashring 1.0.2': eachKey(keys, (key) => murmur.findNode(key)),
    'hashring 3.2.0': eachKey(few, (key) => uncachedHashring.get(key)),
    'ringlab, hot keys in its cache': eachKey(hot, (key) => cached.primary(key)),
    'hashring 3.2.0, hot keys in its cache': eachKey(hot, (key) => hashring.get(key)),
    'ringlab, primaryMany of bytes': () => ring.primaryMany(packed).length,
    'ringlab, preferenceList of 3': eachKey(keys, (key) => ring.preferenceList(key, 3)),
  };
}

function timed(run) {
  const begin = process.hrtime.bigint();
  const count = run();
  return Number(process.hrtime.bigint() - begin) / count;
}

const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];

function lookups(count) {
  const nodes = Array.from({ length: count }, (_, number) => `node-${number}`);
  const all = Object.entries(contenders(nodes)).map(([name, run]) => ({ name, run, times: [] }));
  for (const { run } of all) run();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { run, times } of all) times.push(timed(run));
  }
  const ours = median(all[0].times);
  console.log(`\n${count} nodes of ${VIRTUAL_NODES} virtual nodes        ns a key   times ours`);
  for (const { name, times } of all) {
    const found = median(times);
    console.log(`${name.padEnd(40)} ${found.toFixed(1).padStart(9)} ${(found / ours).toFixed(2).padStart(10)}`);
  }
}

function builds(count) {
  const nodes = Array.from({ length: count }, (_, number) => `node-${number}`);
  const ours = () => new HashRing({ nodes, virtualNodes: VIRTUAL_NODES }).free();
  const theirs = () => new Hashring(nodes, 'md5', { 'vnode count': VIRTUAL_NODES });
  const times = [ours, theirs].map((build) => {
    build();
    return median(Array.from({ length: 5 }, () => timed(() => (build(), 1)))) / 1e6;
  });
  const [own, other] = times.map((time) => time.toFixed(2));
  console.log(`\na ring of ${count} nodes is built in ${own} ms; hashring 3.2.0 takes ${other} ms`);
}

for (const count of [10, 100, 1000]) lookups(count);
builds(1000);
if (used === 0) throw new Error('nothing was looked up');
