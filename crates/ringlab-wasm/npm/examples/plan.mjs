// What adding a node would move, for a real file of keys (lines, CSV, TSV or JSON lines; also gzip).
// Usage: node plan.mjs KEYS.csv NEW-NODE NODE NODE NODE ...

import { createReadStream } from 'node:fs';
import { argv } from 'node:process';

import { HashRing, readKeyFile } from 'ringlab/cluster';

const REPLICAS = 3;

const [file, added, ...nodes] = argv.slice(2);
const { keyspace, badRows } = await readKeyFile(createReadStream(file));
const before = new HashRing({ nodes });
const after = before.clone().add(added);
const movement = before.movementTo(after, { n: Math.min(REPLICAS, nodes.length) });
const { moved } = keyspace.moved(movement);
const modulo = keyspace.movedByModulo(nodes.length, nodes.length + 1);
const percent = (part) => `${((100 * part) / keyspace.size).toFixed(1)} %`;

console.log(`${keyspace.size} keys, ${badRows} bad rows`);
console.log(`${added} becomes the primary of ${moved.keys} keys: ${percent(moved.keys)}`);
console.log(`hash mod n would have moved ${percent(modulo.keys)}`);
for (const { from, to, keys, bytes } of keyspace.transfers(movement)) {
  console.log(`${from} sends ${keys} keys, ${bytes} bytes, to ${to}`);
}
const { maxOverMean } = keyspace.unevenness(after).keys;
console.log(`afterwards the fullest node has ${maxOverMean.toFixed(2)} times the mean`);
