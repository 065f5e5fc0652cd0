// What a first visit loads: the size of the built page, packed as a host sends it.
// Usage: node sizes.mjs FOLDER. Fails when app and worker wasm together are too large.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const WASM_MAX_BYTES = 700_000;

const folder = process.argv[2];
const pack = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const files = readdirSync(folder, { recursive: true })
  .filter((name) => statSync(join(folder, name)).isFile())
  .sort()
  .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
  .map(({ name, bytes }) => ({ name, raw: bytes.length, packed: pack(bytes) }));
const wasm = files
  .filter(({ name }) => name.endsWith('.wasm'))
  .reduce((sum, { packed }) => sum + packed, 0);

for (const { name, raw, packed } of files) {
  console.log(`${String(raw).padStart(9)} bytes, ${String(packed).padStart(7)} as brotli  ${name}`);
}
console.log(`app and worker wasm as brotli: ${wasm} bytes of at most ${WASM_MAX_BYTES}`);
if (wasm === 0 || wasm > WASM_MAX_BYTES) process.exit(1);
