// What a ring takes in memory, ours and hashring's, in a process of its own: nothing else is counted.
// Usage: node --expose-gc memory.mjs NODES. Prints both in bytes, ours without what is there before.

import { createRequire } from 'node:module';

import { VIRTUAL_NODES } from './lookups.mjs';

const Instance = WebAssembly.Instance;
const memories = [];
WebAssembly.Instance = function (module, imports) {
  const made = new Instance(module, imports);
  memories.push(made.exports.memory);
  return made;
};
const { HashRing } = await import('../dist/ring.node.js');
const Hashring = createRequire(import.meta.url)('hashring');

const count = Number(process.argv[2]);
const nodes = Array.from({ length: count }, (_, number) => `node-${number}`);

function grown(bytes, make) {
  const before = bytes();
  const made = make();
  const after = bytes();
  return { made, bytes: after - before };
}
const wasm = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
const heap = () => (globalThis.gc(), globalThis.gc(), process.memoryUsage().heapUsed);
// The engine loads here, and the caches of the package are made.
new HashRing({ nodes: nodes.slice(0, 1) }).free();
new Hashring(nodes.slice(0, 1));
const ours = grown(wasm, () => new HashRing({ nodes, virtualNodes: VIRTUAL_NODES }));
const theirs = grown(heap, () => new Hashring(nodes, 'md5', { 'vnode count': VIRTUAL_NODES }));
console.log(JSON.stringify([ours.bytes, theirs.bytes]));
// Both are there until now.
ours.made.free();
theirs.made.end?.();
