// What the package promises beyond its types: bad input, memory, caches, keys of every kind.

import assert from 'node:assert/strict';
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

import { check } from './harness.mjs';
import { home } from './workspace.mjs';

const SIMULATOR = resolve(home, '../../ringlab-sim');

export function behaviour(folder) {
  const installed = createRequire(join(folder, 'package.json'));
  const ringlab = installed('ringlab');
  const everything = installed('ringlab/cluster');
  for (const entry of ['ringlab', 'ringlab/placement', 'ringlab/import', 'ringlab/cluster']) {
    ring(installed(entry));
  }
  badInput(ringlab);
  memory(ringlab);
  keys(ringlab, everything);
  cluster(everything);
}

// An error of this code whose message has this in it.
const refusal = (code, words = '') => (error) => {
  assert.equal(error.name, 'RingError');
  assert.equal(error.code, code, error.message);
  assert.ok(error.message.includes(words), error.message);
  return true;
};

const numbered = (count) => Array.from({ length: count }, (_, number) => `node-${number}`);

function ring({ HashRing, token }) {
  check('a key of any kind and length has one owner, whichever way it is asked', () => {
    const ring = new HashRing({ nodes: numbered(50) });
    const words = ['a', 'abc', 'abcd', 'abcdefg', 'x'.repeat(31), 'x'.repeat(33), 'x'.repeat(5000)];
    const keys = [...words, 'é', 'naïve', '日本語', '🦀'.repeat(20), 'a\u{ff}b', '\u{d800}'];
    for (const key of keys) {
      const bytes = new TextEncoder().encode(key);
      assert.equal(ring.primary(key), ring.primary(bytes), key);
      assert.equal(ring.primary(key), ring.primaryMany([key])[0], key);
      assert.equal(ring.primary(key), ring.preferenceList(key, 3)[0], key);
      assert.equal(token(key), token(bytes), key);
    }
    const pieces = keys.map((key) => new TextEncoder().encode(key));
    let end = 0;
    const ends = Uint32Array.from(pieces, ({ length }) => (end += length));
    const bytes = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
    assert.deepEqual(ring.primaryMany({ bytes, ends }), keys.map((key) => ring.primary(key)));
    assert.equal(token('to be or not to be'), 1988685042348123509n);
  });
  check('the ranges of a ring are all of it, and their nodes are the primaries', () => {
    const ring = new HashRing({ nodes: ['a', { name: 'b', weight: 2 }, 'c'], virtualNodes: 50 });
    const ranges = ring.ranges();
    const sum = (rows) => rows.reduce((total, { range }) => total + range.share, 0);
    assert.ok(Math.abs(sum(ranges) - 1) < 1e-9);
    const mine = ranges.filter(({ node }) => node === 'b');
    assert.ok(Math.abs(sum(mine) - ring.share('b')) < 1e-9);
    const holds = ({ range: { after, to } }, at) => (after < to ? after < at && at <= to : at > after || at <= to);
    for (const key of numbered(200)) {
      assert.equal(ranges.find((row) => holds(row, token(key))).node, ring.primary(key));
    }
  });
  check('placement follows from the set of nodes, not from how it came about', () => {
    const ring = new HashRing({ nodes: ['a', 'b', 'x'] });
    ring.remove('x').add({ name: 'd', zone: 'z' }).add('c').remove('a').add('a').reweight('b', 2);
    const other = new HashRing({ nodes: ['c', 'a', { name: 'd', zone: 'z' }, { name: 'b', weight: 2 }] });
    for (const key of numbered(500)) assert.equal(ring.primary(key), other.primary(key));
    assert.equal(ring.movementTo(other).movedShare, 0);
    assert.equal(other.movementTo(ring, { n: 3 }).copies.length, 0);
    const again = new HashRing(JSON.parse(JSON.stringify(ring)));
    assert.deepEqual(again.nodes.map(({ name }) => name).sort(), ['a', 'b', 'c', 'd']);
    assert.equal(again.movementTo(ring).movedShare, 0);
  });
  check('a movement names the nodes of both rings', () => {
    const before = new HashRing({ nodes: ['a', 'b', 'c'] });
    const after = new HashRing({ nodes: ['d', 'c', 'a'] });
    const movement = before.movementTo(after);
    assert.deepEqual(new Set(movement.primaries.map(({ to }) => to)), new Set(['a', 'c', 'd']));
    const fromOthers = movement.primaries.filter(({ from, to }) => from !== 'b' && to !== 'd');
    assert.equal(fromOthers.length, 0);
    const expected = before.share('b') + movement.primaries
      .filter(({ from }) => from !== 'b').reduce((sum, { range }) => sum + range.share, 0);
    assert.ok(Math.abs(movement.movedShare - expected) < 1e-9);
  });
  check('zones are spread over', () => {
    const zone = (number) => 'xyz'[number % 3];
    const nodes = numbered(9).map((name, number) => ({ name, zone: zone(number) }));
    const ring = new HashRing({ nodes });
    for (const key of numbered(50)) {
      const list = ring.preferenceList(key, 3, { spread: 'zones' });
      assert.equal(new Set(list.map((name) => zone(Number(name.slice(5))))).size, 3);
    }
  });
  check('the cache forgets what a change made wrong', () => {
    const ring = new HashRing({ nodes: numbered(5), cache: 100 });
    const plain = new HashRing({ nodes: numbered(5) });
    const same = () => {
      for (let round = 0; round < 2; round += 1) {
        for (const key of numbered(300)) assert.equal(ring.primary(key), plain.primary(key));
      }
    };
    same();
    for (const one of [ring, plain]) one.add('node-5');
    same();
    for (const one of [ring, plain]) one.remove('node-0').reweight('node-1', 3);
    same();
  });
}

function badInput({ HashRing, Keyspace, RingError }) {
  const ring = new HashRing({ nodes: ['a', 'b'] });
  const keyspace = Keyspace.from(['k']);
  for (const [name, call, code, words] of [
    ['an unknown node', () => ring.remove('c'), 'UNKNOWN_NODE', '"c"'],
    ['a node that is there', () => ring.add('a'), 'NODE_EXISTS', 'a'],
    ['a repeated node', () => new HashRing({ nodes: ['a', 'a'] }), 'NODE_EXISTS'],
    ['an empty ring', () => new HashRing().primary('k'), 'EMPTY_RING'],
    ['an empty ring, many keys', () => new HashRing().primaryMany(['k']), 'EMPTY_RING'],
    ['an empty ring, keys in one piece', () => new HashRing().primaryMany({ bytes: new Uint8Array(1), ends: Uint32Array.of(1) }), 'EMPTY_RING'],
    ['a ring that only coordinates', () => new HashRing({ nodes: [{ name: 'a', weight: 0 }] }).primary('k'), 'EMPTY_RING'],
    ['n above the nodes', () => ring.preferenceList('k', 3), 'TOO_FEW_NODES', '3 nodes'],
    ['n above the most', () => ring.preferenceList('k', 9), 'BAD_N', '9'],
    ['no n', () => ring.preferenceList('k'), 'BAD_N', 'undefined'],
    ['no spread', () => ring.preferenceList('k', 1, { spread: 'x' }), 'BAD_OPTION'],
    ['a negative weight', () => ring.reweight('a', -1), 'BAD_WEIGHT', '-1'],
    ['a weight that is none', () => ring.add({ name: 'c', weight: NaN }), 'BAD_WEIGHT', 'NaN'],
    ['a weight as text', () => ring.add({ name: 'c', weight: '2' }), 'BAD_WEIGHT', 'a string (2)'],
    ['a large weight', () => ring.add({ name: 'c', weight: 101 }), 'BAD_WEIGHT'],
    ['too many virtual nodes', () => new HashRing({ virtualNodes: 5000 }), 'BAD_VIRTUAL_NODES', '5000'],
    ['half a virtual node', () => new HashRing({ virtualNodes: 0.5 }), 'BAD_VIRTUAL_NODES', '0.5'],
    ['a size of a cache that is none', () => new HashRing({ cache: '9' }), 'BAD_OPTION', 'a string (9)'],
    ['half a node', () => keyspace.movedByModulo(1, 1.5), 'BAD_OPTION', '1.5'],
    ['no name', () => ring.add({}), 'BAD_NAME', 'undefined'],
    ['an empty name', () => ring.add(''), 'BAD_NAME'],
    ['a number as a key', () => ring.primary(7), 'BAD_KEY', 'a number (7)'],
    ['an array as a key', () => ring.primary(['k']), 'BAD_KEY', 'an object of Array'],
    ['null as a key', () => ring.preferenceList(null, 1), 'BAD_KEY', 'null'],
    ['a bad key among many', () => ring.primaryMany(['k', Symbol('s')]), 'BAD_KEY', 'Symbol(s)'],
    ['an empty key', () => Keyspace.from(['']), 'BAD_KEY', 'empty'],
    ['a long key', () => Keyspace.from(['k'.repeat(70_000)]), 'BAD_KEY', '70000'],
    ['negative requests', () => Keyspace.from([{ key: 'k', requests: -1 }]), 'BAD_LOAD'],
    ['no keys', () => Keyspace.from(undefined), 'BAD_KEY', 'undefined'],
    ['another object', () => ring.movementTo({}), 'BAD_ARGUMENT', 'HashRing'],
    ['another kind', () => keyspace.counts(keyspace), 'BAD_ARGUMENT', 'Keyspace'],
  ]) {
    check(`refused: ${name}`, () => assert.throws(call, refusal(code, words)));
  }
  check('nothing has changed after a refusal', () => {
    assert.equal(ring.size, 2);
    assert.deepEqual(ring.preferenceList('k', 2).sort(), ['a', 'b']);
    assert.ok(new RingError('FULL', 'x') instanceof Error);
  });
}

function memory({ HashRing, Keyspace }) {
  check('what was freed says so, and is freed once', () => {
    const ring = new HashRing({ nodes: ['a'] });
    const next = ring.clone();
    const movement = ring.movementTo(next);
    for (const handle of [ring, movement]) {
      handle.free();
      handle.free();
      handle[Symbol.dispose]();
    }
    assert.throws(() => ring.primary('k'), refusal('FREED', 'HashRing'));
    assert.throws(() => ring.add('b'), refusal('FREED', 'HashRing'));
    assert.throws(() => next.movementTo(ring), refusal('FREED', 'HashRing'));
    assert.throws(() => movement.copies, refusal('FREED', 'Movement'));
    assert.equal(next.primary('k'), 'a');
  });
  check('a key is still read rightly after the memory has grown', () => {
    const ring = new HashRing({ nodes: ['a', 'b', 'c'] });
    const before = numbered(100).map((key) => ring.primary(key));
    const large = Keyspace.from(Array.from({ length: 200_000 }, (_, number) => `key ${number}`));
    assert.deepEqual(numbered(100).map((key) => ring.primary(key)), before);
    assert.deepEqual(numbered(100).map((key) => ring.preferenceList(key, 2)[0]), before);
    large.free();
  });
  check('a million rings that are freed, and as many that are not, leave no memory behind', async () => {
    const ring = new HashRing({ nodes: ['a'], virtualNodes: 1 });
    const rss = () => process.memoryUsage().rss / 2 ** 20;
    for (let turn = 0; turn < 10_000; turn += 1) ring.clone().free();
    const before = rss();
    for (let turn = 0; turn < 1_000_000; turn += 1) ring.clone().free();
    for (let turn = 0; turn < 1_000_000; turn += 1) {
      ring.clone();
      // Only between turns of the event loop is anything collected.
      if (turn % 1000 === 0) await new Promise((next) => setImmediate(next));
    }
    assert.ok(rss() - before < 200, `${before} MiB before, ${rss()} MiB after`);
    assert.equal(ring.primary('k'), 'a');
  });
}

function keys({ HashRing, Keyspace }, { readKeyFile }) {
  check('keys with and without load are counted by node', () => {
    const rows = ['a', { key: 'a', requests: 4 }, { key: 'b', bytes: 10 }, new Uint8Array([99])];
    const keyspace = Keyspace.from(rows);
    assert.deepEqual(keyspace.total, { keys: 3, requests: 7, bytes: keyspace.total.bytes });
    assert.equal(keyspace.get('a').requests, 5);
    assert.equal(keyspace.get('b').bytes, 10);
    assert.equal(keyspace.get('d'), undefined);
    assert.equal(keyspace.hottest(1)[0].key, 'a');
    const ring = new HashRing({ nodes: ['x', 'y', 'z'] });
    const counts = keyspace.counts(ring);
    assert.equal(counts.length, 3);
    assert.equal(counts.reduce((sum, row) => sum + row.requests, 0), 7);
  });
  check('what moves is counted as if key by key', () => {
    const names = numbered(20_000);
    const keyspace = Keyspace.from(names);
    const ring = new HashRing({ nodes: ['a', 'b', 'c'] });
    const next = ring.clone().add('d');
    const one = ring.movementTo(next);
    const moved = names.filter((key) => ring.primary(key) !== next.primary(key)).length;
    assert.equal(keyspace.moved(one).moved.keys, moved);
    const sent = keyspace.transfers(one);
    assert.equal(sent.reduce((sum, row) => sum + row.keys, 0), moved);
    assert.ok(sent.every(({ to }) => to === 'd'));
    const loads = one.primaries.map(({ range }) => keyspace.load(range).keys);
    assert.equal(loads.reduce((sum, keys) => sum + keys, 0), moved);
    const modulo = keyspace.movedByModulo(3, 4).keys;
    assert.ok(modulo > 0.7 * names.length && modulo < 0.8 * names.length);
  });
  check('lines of a stream are keys, wherever it is cut', async () => {
    const pieces = ['on', 'e\ntw', 'o\r\n\nthr', new TextEncoder().encode('ee\nfour')];
    const keyspace = await Keyspace.fromLines(pieces);
    assert.equal(keyspace.size, 4);
    assert.ok(['one', 'two', 'three', 'four'].every((key) => keyspace.get(key)));
    const web = new Response('one\ntwo\n').body;
    assert.equal((await Keyspace.fromLines(web)).size, 2);
    await assert.rejects(Keyspace.fromLines(7), refusal('BAD_ARGUMENT', 'a number (7)'));
  });
  check('a file of keys is read, and a bad one says why', async () => {
    const file = createReadStream(join(SIMULATOR, 'data/npm-downloads-50k.csv'));
    const { keyspace, rows, badRows } = await readKeyFile(file);
    assert.deepEqual([rows, badRows, keyspace.size], [50_000, 0, 50_000]);
    await assert.rejects(readKeyFile([]), refusal('BAD_FILE', 'no rows'));
    await assert.rejects(readKeyFile([new Uint8Array([0x1f, 0x8b, 1, 2])]), refusal('BAD_FILE'));
  });
}

function cluster({ Cluster, Keyspace }) {
  check('two who write without having read each other leave siblings', () => {
    const cluster = new Cluster({ nodes: 5 });
    const [ada, ben] = [cluster.client('ada'), cluster.client('ben')];
    ada.put('cart', 'tea');
    ben.get('cart');
    ada.put('cart', 'tea, milk');
    assert.equal(ben.put('cart', 'tea, rice').beside, 1);
    assert.deepEqual(ada.get('cart').texts.sort(), ['tea, milk', 'tea, rice']);
    ada.put('cart', 'all');
    assert.deepEqual(ben.get('cart').texts, ['all']);
    assert.equal(ben.delete('cart').outcome, 'stored');
    assert.deepEqual(ada.get('cart').texts, []);
  });
  check('a quorum that cannot be reached is an outcome, no error', () => {
    const cluster = new Cluster({ nodes: 3 });
    cluster.put('k', 'v');
    cluster.crash('node-1', 'node-2');
    const { outcome, needed, answered } = cluster.get('k');
    assert.deepEqual([outcome, needed, answered], ['unreachable', 2, 1]);
    cluster.restart('node-1').advance(2000);
    assert.deepEqual(cluster.get('k').texts, ['v']);
  });
  check('a node joins, its keys are counted, and undo takes it back', () => {
    const keys = Keyspace.from(numbered(1000));
    const cluster = new Cluster({ nodes: 4, keys, settings: { n: 2 } });
    cluster.add({ name: 'new', weight: 2, zone: 'z' }).settle();
    const { nodes, change, settings } = cluster.snapshot();
    assert.equal(nodes.length, 5);
    assert.equal(nodes.reduce((sum, { primary }) => sum + primary.keys, 0), 1000);
    assert.equal(nodes.reduce((sum, { held }) => sum + held.keys, 0), 2000);
    assert.equal(settings.n, 2);
    assert.equal(change.moved.keys, nodes.find(({ name }) => name === 'new').primary.keys);
    cluster.undo();
    assert.equal(cluster.snapshot().nodes.length, 4);
  });
  check('event by event is the same history', () => {
    const [one, other] = [new Cluster({ seed: 3 }), new Cluster({ seed: 3 })];
    for (const cluster of [one, other]) cluster.add();
    one.advance(500);
    while (other.now < one.now && other.step());
    one.advance(other.now - one.now);
    assert.deepEqual(one.history(), other.history());
    assert.ok(one.history().events > 0);
  });
  check('every scenario shows what it expects', () => {
    const folder = join(SIMULATOR, 'scenarios');
    for (const file of readdirSync(folder)) {
      const { passed, differences } = Cluster.play(readFileSync(join(folder, file), 'utf8'));
      assert.ok(passed, `${file}: ${JSON.stringify(differences)}`);
    }
  });
  const cluster = new Cluster({ nodes: 3 });
  for (const [name, call, code] of [
    ['an unknown node', () => cluster.crash('x'), 'UNKNOWN_NODE'],
    ['a node that is there', () => cluster.add('node-1'), 'NODE_EXISTS'],
    ['a setting out of bounds', () => cluster.set({ r: 9 }), 'BAD_SETTING'],
    ['an unknown setting', () => cluster.set({ replicas: 3 }), 'BAD_SETTING'],
    ['a number as a value', () => cluster.put('k', 3), 'BAD_VALUE'],
    ['a number as a key', () => cluster.get(3), 'BAD_KEY'],
    ['an unknown client', () => cluster.client('eve'), 'BAD_OPTION'],
    ['replacing what runs', () => cluster.replace('node-1'), 'REFUSED'],
    ['all nodes removed', () => cluster.remove('node-1', 'node-2', 'node-3'), 'REFUSED'],
    ['no scenario', () => Cluster.play('nodes x'), 'BAD_SCENARIO'],
    ['nodes twice', () => new Cluster({ nodes: ['a', 'a'] }), 'NODE_EXISTS'],
  ]) {
    check(`a cluster refuses ${name}`, () => assert.throws(call, refusal(code)));
  }
}
