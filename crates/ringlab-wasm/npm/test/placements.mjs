// Placements: the owners that real software told, texts of configurations, and bad input.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

import { check } from './harness.mjs';
import { home } from './workspace.mjs';

const VECTORS = resolve(home, '../../ringlab/vectors/systems');
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const NGINX = 'upstream one { hash $uri consistent; server a:80 weight=2; server b:80; }\n';
const REDIS = '07c3 127.0.0.1:7001@17001 myself,master - 0 0 1 connected 0-16383\n';
const CASSANDRA = 'Datacenter: dc1\n10.0.0.1  r1  Up  Normal  1 KiB  ?  -42\n10.0.0.2  r1  Up  Normal  1 KiB  ?  42\n';

const read = (file) => readFileSync(join(VECTORS, `${file}.txt`), 'utf8');

export function placements(folder) {
  const required = createRequire(join(folder, 'package.json'));
  const { Placement } = required('ringlab/import');
  const { Placement: Algorithms } = required('ringlab/placement');
  vectors(Placement);
  algorithms(Placement, 'with texts');
  algorithms(Algorithms, 'without');
  copies(Algorithms);
  declared(Placement, join(folder, 'node_modules/ringlab/dist/placement.d.ts'));
  texts(Placement);
  badInput(Placement);
}

// The nodes of a file, and of each key the names of its owners.
function vector(file) {
  const lines = read(file).trimEnd().split('\n').slice(1);
  const nodes = lines.filter((line) => line.startsWith('node ')).map((line) => {
    const [, name, weight, id] = line.split(' ');
    return file.startsWith('haproxy') ? { name, weight: Number(weight), id: Number(id) } : { name, weight: Number(weight) };
  });
  const each = Number(lines[nodes.length].split(' ')[1] ?? 1);
  const digits = lines.slice(nodes.length + 1).join('');
  const owners = [];
  for (let at = 0; at < digits.length; at += each) {
    owners.push([...digits.slice(at, at + each)].map((digit) => nodes[DIGITS.indexOf(digit)].name));
  }
  return { nodes, owners };
}

function vectors(Placement) {
  const keys = read('keys').trimEnd().split('\n');
  const listed = (algorithm) => ({ nodes }) => new Placement(algorithm, nodes);
  for (const [file, make] of [
    ['nginx-weighted', listed('nginx')],
    ['haproxy-renumbered', listed('haproxy')],
    ['haproxy-removed', listed('haproxy')],
    ['twemproxy-md5-weighted', listed('twemproxy-md5')],
    ['libmemcached-weighted-weighted', listed('libmemcached-weighted')],
    ['envoy-maglev-equal', listed('envoy-maglev')],
    ['envoy-ring-hash-weighted', listed('envoy-ring-hash')],
    ['hashring-weighted', listed('hashring')],
    ['hashring-first3', listed('hashring')],
    ['redis-equal', () => Placement.fromText('redis', read('redis-equal-nodes'))],
    ['cassandra-simple-weighted', () => Placement.fromText('cassandra', read('cassandra-simple-weighted-ring'), { replicas: 3 })],
    ['cassandra-network-two', () => Placement.fromText('cassandra', read('cassandra-network-two-ring'), { dc1: 2, dc2: 1 })],
  ]) {
    check(`10,000 keys as told by ${file}`, () => {
      const told = vector(file);
      heldFor(make(told), (placement) => {
        const same = keys.filter((key, at) => {
          const owners = told.owners[at];
          return placement.primary(key) === owners[0] && `${placement.first(key, owners.length)}` === `${owners}`;
        });
        assert.equal(keys.length, 10_000);
        assert.equal(told.owners.length, 10_000);
        assert.equal(same.length, 10_000);
      });
    });
  }
}

// As a `using` block: Node 20 knows none.
function heldFor(placement, run) {
  try {
    run(placement);
  } finally {
    placement[Symbol.dispose]();
  }
}

function algorithms(Placement, which) {
  check(`every algorithm places, and its nodes come and go by name, ${which}`, () => {
    assert.ok(Placement.names.length >= 24, `${Placement.names}`);
    for (const name of Placement.names) {
      const placement = new Placement(name, ['a', 'b']).add('c').add({ name: 'd' });
      const first = placement.first('key', 9);
      assert.deepEqual([...first].sort(), ['a', 'b', 'c', 'd'], name);
      assert.equal(placement.primary('key'), first[0], name);
      // Jump can take off the last one alone.
      placement.remove('d');
      assert.ok(['a', 'b', 'c'].includes(placement.primary('key')), name);
      assert.deepEqual(placement.nodes.map((node) => node.name), ['a', 'b', 'c'], name);
      assert.equal(new Placement(name).primary('key'), undefined, name);
      assert.deepEqual(new Placement(name).first('key', 2), [], name);
      placement.free();
    }
  });
  check(`keys of any kind and length are placed alike, ${which}`, () => {
    const placement = new Placement('maglev', ['a', { name: 'b', weight: 2 }, 'c']);
    for (const key of ['', 'k', 'naïve', '日本語', 'x'.repeat(5000)]) {
      const bytes = new TextEncoder().encode(key);
      assert.equal(placement.primary(key), placement.primary(bytes));
      assert.deepEqual(placement.first(key, 2), placement.first(bytes, 2));
      assert.equal(placement.first(key, 2)[0], placement.primary(key));
    }
    assert.deepEqual(placement.first('k', 0), []);
    const { algorithm, nodes } = JSON.parse(JSON.stringify(placement));
    const again = new Placement(algorithm, nodes);
    assert.equal(again.primary('k'), placement.primary('k'));
    assert.equal(placement.reweight('b', 5).nodes[1].weight, 5);
    assert.equal(placement.size, 3);
  });
}

function copies(Placement) {
  const keys = Array.from({ length: 500 }, (_, number) => `key-${number}`);
  const told = (placement) => keys.map((key) => placement.primary(key));
  check('every algorithm places many keys at once as one by one', () => {
    for (const name of Placement.names) {
      const placement = new Placement(name, ['a', 'b', 'c']);
      assert.deepEqual(placement.primaryMany(keys), told(placement), name);
      assert.deepEqual(new Placement(name).primaryMany(['one', 'two']), [undefined, undefined], name);
      placement.free();
    }
    const placement = new Placement('anchor', ['a', 'b']);
    const bytes = new TextEncoder().encode('onetwo');
    const packed = placement.primaryMany({ bytes, ends: Uint32Array.of(3, 6) });
    assert.deepEqual(packed, placement.primaryMany(['one', new TextEncoder().encode('two')]));
    assert.deepEqual(placement.primaryMany([]), []);
  });
  check('a copy of a placement places alike, and changes apart', () => {
    for (const name of Placement.names) {
      // Some algorithms place by what came and went before.
      const placement = new Placement(name, ['a', 'b', 'c']).add('d').remove('d');
      const before = told(placement);
      const twin = placement.clone();
      assert.ok(twin instanceof Placement);
      assert.deepEqual(told(twin), before, name);
      assert.deepEqual(twin.toJSON(), placement.toJSON(), name);
      assert.equal(twin.add('e').size, 4, name);
      assert.deepEqual(told(placement), before, name);
      assert.equal(placement.size, 3, name);
      placement.free();
      assert.equal(twin.nodes.length, 4, name);
      twin.free();
    }
  });
}

function declared(Placement, types) {
  check('the declared names are those of the algorithms', () => {
    const [, union] = /^export type Algorithm =$([^;]*);/m.exec(readFileSync(types, 'utf8'));
    assert.deepEqual(union.match(/[^\s'|]+/g), Placement.names);
  });
}

function texts(Placement) {
  check('a configuration is placed as its nodes are', () => {
    const text = Placement.fromText('nginx', NGINX);
    const listed = new Placement('nginx', [{ name: 'a:80', weight: 2 }, 'b:80']);
    assert.deepEqual(text.toJSON(), listed.toJSON());
    assert.equal(text.primary('/'), listed.primary('/'));
    const haproxy = 'backend one\n  balance uri\n  hash-type consistent\n  server a 10.0.0.1:80 id 7\n';
    assert.equal(Placement.fromText('haproxy', haproxy).nodes[0].id, 7);
    const twemproxy = 'one:\n  distribution: ketama\n  hash: md5\n  servers:\n   - 10.0.0.1:6379:2 amber\n';
    const { algorithm, nodes } = Placement.fromText('twemproxy', twemproxy, 'one');
    assert.deepEqual([algorithm, nodes], ['twemproxy-md5', [{ name: 'amber', weight: 2 }]]);
  });
  for (const form of ['shards', 'shards-terminal', 'shards-terminal-3', 'shards-json']) {
    check(`redis-equal-${form} is the cluster that its nodes tell of`, () => {
      const told = Placement.fromText('redis', read(`redis-equal-${form}`));
      const known = Placement.fromText('redis', read('redis-equal-nodes'));
      for (const key of ['', 'a', 'user:42', '{tag}rest', 'elm']) assert.equal(told.primary(key), known.primary(key));
      assert.equal(told.size, 3);
    });
  }
  check('one of several pools is told by its name', () => {
    const several = NGINX + NGINX.replace('one', 'two').replace('a:80', 'c:80');
    assert.equal(Placement.fromText('nginx', several, 'two').nodes[0].name, 'c:80');
    assert.throws(() => Placement.fromText('nginx', several), refusal('BAD_OPTION', 'one, two'));
    assert.throws(() => Placement.fromText('nginx', several, 'six'), refusal('BAD_OPTION', '"six"'));
  });
  check('a wrong text says the line and the column', () => {
    const place = (text, system, option) => {
      try {
        Placement.fromText(system, text, option);
      } catch ({ code, line, column }) {
        return [code, line, column];
      }
    };
    assert.deepEqual(place('\n', 'nginx'), ['BAD_TOPOLOGY', 1, 1]);
    assert.deepEqual(place(`\n${NGINX.replace('weight=2', 'weight=x')}`, 'nginx').slice(0, 2), ['BAD_TOPOLOGY', 2]);
    assert.deepEqual(place(REDIS.replace('16383', 'x'), 'redis'), ['BAD_TOPOLOGY', 1, 61]);
    assert.deepEqual(place('slots\n0\nx\nnodes\n', 'redis'), ['BAD_TOPOLOGY', 3, 1]);
    const twice = 'backend one\n hash-type consistent\n server a a:1 id 3\n server b b:1 id 3\n';
    assert.deepEqual(place(twice, 'haproxy'), ['BAD_TOPOLOGY', 4, 18]);
    assert.deepEqual(place(CASSANDRA.replace('-42', 'x'), 'cassandra', { replicas: 1 }).slice(0, 2), ['BAD_TOPOLOGY', 2]);
    assert.equal(place('a: [', 'twemproxy')[0], 'BAD_TOPOLOGY');
    // Of two tokens that are one, the second is wrong.
    assert.deepEqual(place(CASSANDRA.replace('-42', '42'), 'cassandra', { replicas: 1 }), ['BAD_TOPOLOGY', 3, 37]);
  });
}

// An error of this code whose message has this in it.
const refusal = (code, words = '') => (error) => {
  assert.equal(error.name, 'RingError');
  assert.equal(error.code, code, error.message);
  assert.ok(error.message.includes(words), error.message);
  return true;
};

function badInput(Placement) {
  const placement = new Placement('ring', ['a', 'b']);
  const redis = Placement.fromText('redis', REDIS);
  const cassandra = (copies) => Placement.fromText('cassandra', CASSANDRA, copies);
  const gone = new Placement('ring', ['a']);
  gone.free();
  gone.free();
  for (const [name, call, code, words] of [
    ['an unknown algorithm', () => new Placement('md4'), 'UNKNOWN_ALGORITHM', '"md4"'],
    ['no algorithm', () => new Placement(), 'UNKNOWN_ALGORITHM', 'undefined'],
    ['no list of nodes', () => new Placement('ring', 'abc'), 'BAD_ARGUMENT', 'a string (abc)'],
    ['null as nodes', () => new Placement('ring', null), 'BAD_ARGUMENT', 'null'],
    ['nodes twice', () => new Placement('ring', ['a', 'a']), 'NODE_EXISTS', 'a'],
    ['a node that is there', () => placement.add('a'), 'NODE_EXISTS', 'a'],
    ['an unknown node', () => placement.remove('c'), 'UNKNOWN_NODE', '"c"'],
    ['an unknown node, weighed', () => placement.reweight('c', 2), 'UNKNOWN_NODE', '"c"'],
    ['an empty name', () => placement.add(''), 'BAD_NAME'],
    ['no name', () => placement.add({}), 'BAD_NAME', 'undefined'],
    ['half a weight', () => placement.reweight('a', 0.5), 'BAD_WEIGHT', '0.5'],
    ['a negative weight', () => placement.add({ name: 'c', weight: -1 }), 'BAD_WEIGHT', '-1'],
    ['a weight where all weigh 1', () => new Placement('jump', [{ name: 'a', weight: 2 }]), 'BAD_WEIGHT', 'jump'],
    ['a weight above the most', () => placement.reweight('a', 101), 'BAD_WEIGHT', '0 to 100'],
    ['too many points', () => new Placement('nginx', ['a:80']).reweight('a:80', 0xffff_ffff), 'FULL', 'points'],
    ['an id of 0', () => placement.add({ name: 'c', id: 0 }), 'BAD_OPTION', '0'],
    ['what Jump cannot take off', () => new Placement('jump', ['a', 'b']).remove('a'), 'UNABLE', 'jump'],
    ['a node beside Redis\' table', () => redis.add('c'), 'UNABLE', 'Redis'],
    ['a node beside Cassandra\'s tokens', () => cassandra({ replicas: 1 }).remove('10.0.0.1'), 'UNABLE', 'Cassandra'],
    ['an unknown datacenter', () => cassandra({ dc2: 1 }), 'BAD_TOPOLOGY', '"dc2"'],
    ['no copies', () => cassandra(), 'BAD_OPTION', 'undefined'],
    ['empty copies', () => cassandra({}), 'BAD_OPTION', '{}'],
    ['half a copy', () => cassandra({ dc1: 0.5 }), 'BAD_OPTION', '0.5'],
    ['an unknown system', () => Placement.fromText('apache', ''), 'BAD_OPTION', 'apache'],
    ['no text', () => Placement.fromText('redis'), 'BAD_TOPOLOGY', 'undefined'],
    ['a number as a pool', () => Placement.fromText('nginx', NGINX, 1), 'BAD_OPTION', 'a number (1)'],
    ['a number as a key', () => placement.primary(7), 'BAD_KEY', 'a number (7)'],
    ['a number among many keys', () => placement.primaryMany([7]), 'BAD_KEY', 'a number (7)'],
    ['a copy of what was freed', () => gone.clone(), 'FREED', 'Placement'],
    ['half a node', () => placement.first('k', 1.5), 'BAD_N', '1.5'],
    ['what was freed', () => gone.primary('k'), 'FREED', 'Placement'],
    ['the size of what was freed', () => gone.size, 'FREED', 'Placement'],
  ]) {
    check(`a placement refuses ${name}`, () => assert.throws(call, refusal(code, words)));
  }
  check('no algorithm fails but by a code, however heavy a node is', () => {
    for (const algorithm of Placement.names) {
      for (const weight of [0, 7, 0xffff_ffff]) {
        try {
          new Placement(algorithm, ['a', { name: 'b', weight }]).free();
        } catch (error) {
          assert.match(`${error.code}`, /^(BAD_WEIGHT|FULL)$/, `${algorithm}, ${weight}: ${error}`);
        }
      }
    }
  });
}
