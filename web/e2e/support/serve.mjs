// A static host as strict as any: files of one folder, under a path, with a content policy.
// Usage: node serve.mjs FOLDER

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';

import { ADDRESS, BASE, PORT } from './address.mjs';

const KINDS = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

// Trunk starts the page by an inline module, hence 'unsafe-inline'; everything else comes from here.
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
].join('; ');

const folder = resolve(process.argv[2]);

// The file that an address stands for, or nothing when it leads elsewhere.
async function fileOf(address) {
  const { pathname } = new URL(address, ADDRESS);
  if (!pathname.startsWith(BASE)) return undefined;
  const inside = decodeURIComponent(pathname.slice(BASE.length)) || 'index.html';
  const path = normalize(join(folder, inside));
  if (!path.startsWith(folder + sep)) return undefined;
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? { path, size: found.size } : undefined;
}

createServer(async (request, response) => {
  const file = await fileOf(request.url).catch(() => undefined);
  if (!file) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not here\n');
    return;
  }
  response.writeHead(200, {
    'content-type': KINDS[extname(file.path)] ?? 'application/octet-stream',
    'content-length': file.size,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  createReadStream(file.path).pipe(response);
}).listen(PORT, '127.0.0.1');
