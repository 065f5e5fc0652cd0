// Lookups beside other packages and beside the least that one can cost, all in one interleaved run.
// Usage: node bench.mjs [--chromium] [ROUNDS], after `node build.mjs`: in Node, or ours on a page in
// headless Chromium. Prints the median of the rounds, in nanoseconds a key and as a ratio to ours;
// nothing is held against it.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { VIRTUAL_NODES, lookups, median, timed } from './bench/lookups.mjs';
import { onPage } from './test/browser.mjs';
import { home } from './test/workspace.mjs';

const COUNTS = [10, 100, 1000];

const words = process.argv.slice(2);
const inChromium = words.includes('--chromium');
const rounds = Number(words.find((word) => !word.startsWith('--')) ?? 15);

function print(tables) {
  for (const { count, rows } of tables) {
    const [{ time: ours }] = rows;
    console.log(`\n${count} nodes of ${VIRTUAL_NODES} virtual nodes        ns a key   times ours`);
    for (const { name, time } of rows) {
      console.log(`${name.padEnd(40)} ${time.toFixed(1).padStart(9)} ${(time / ours).toFixed(2).padStart(10)}`);
    }
  }
}

async function chromium() {
  const folder = mkdtempSync(join(tmpdir(), 'ringlab-'));
  try {
    for (const file of ['bench/page.mjs', 'bench/lookups.mjs', 'dist/ring.js', 'dist/ring.wasm']) {
      cpSync(join(home, file), join(folder, file.replace(/.*\//, '')));
    }
    writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="page.mjs"></script>');
    return await onPage(folder, async (page) => {
      await page.waitForFunction(() => window.run);
      return page.evaluate(([counts, times]) => window.run(counts, times), [COUNTS, rounds]);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function besideOthers() {
  const { HashRing } = await import('./dist/ring.node.js');
  const require = createRequire(import.meta.url);
  const ConsistentHash = require('consistent-hash');
  const Hashring = require('hashring');
  const NodeHashring = require('node-hashring');
  const md5 = (nodes, more) => new Hashring(nodes, 'md5', { 'vnode count': VIRTUAL_NODES, ...more });
  const others = (nodes, keys, eachKey) => {
    const consistent = new ConsistentHash({ weight: VIRTUAL_NODES, range: 1 << 24 });
    for (const name of nodes) consistent.add(name);
    const murmur = new NodeHashring(nodes, VIRTUAL_NODES);
    const uncached = md5(nodes, { 'max cache size': 1 });
    const cached = md5(nodes);
    const hot = keys.map((_, number) => keys[(number * 31) % 1_000]);
    // It takes longer than all the others together: a tenth of the keys is enough.
    const few = keys.slice(0, keys.length / 10);
    return {
      'consistent-hash 1.2.2': eachKey(keys, (key) => consistent.get(key)),
      'node-hashring 1.0.2': eachKey(keys, (key) => murmur.findNode(key)),
      'hashring 3.2.0': eachKey(few, (key) => uncached.get(key)),
      'hashring 3.2.0, hot keys in its cache': eachKey(hot, (key) => cached.get(key)),
    };
  };
  const decode = (bytes) => Buffer.from(bytes).toString('latin1');
  print(lookups({ HashRing, counts: COUNTS, rounds, decode, others }));
  for (const count of COUNTS) builds(HashRing, md5, count);
  // A ring of ten fits into what is there before.
  for (const count of COUNTS.slice(1)) memory(count);
}

function builds(HashRing, md5, count) {
  const nodes = Array.from({ length: count }, (_, number) => `node-${number}`);
  const ours = () => new HashRing({ nodes, virtualNodes: VIRTUAL_NODES }).free();
  const theirs = () => md5(nodes);
  const [own, other] = [ours, theirs].map((build) => {
    build();
    return median(Array.from({ length: 5 }, () => timed(() => (build(), 1)))) / 1e6;
  });
  const ratio = (other / own).toFixed(0);
  console.log(`\na ring of ${count} nodes is built in ${own.toFixed(2)} ms; hashring 3.2.0 takes ${other.toFixed(2)} ms, ${ratio} times as long`);
}

// Of WebAssembly's memory what it grew by while the ring was built, which it keeps.
function memory(count) {
  const alone = ['--expose-gc', join(home, 'bench/memory.mjs'), String(count)];
  const [own, other] = JSON.parse(execFileSync(process.execPath, alone, { encoding: 'utf8' }));
  const kilobytes = (bytes) => (bytes / 1_000).toFixed(0);
  const ratio = (other / own).toFixed(1);
  console.log(`\na ring of ${count} nodes takes ${kilobytes(own)} kB; hashring 3.2.0 takes ${kilobytes(other)} kB, ${ratio} times as much`);
}

if (inChromium) print(await chromium());
else await besideOthers();
