// A proxy that keeps each key at its own backend: one backend more or less moves only its part.
// Usage: node proxy.mjs PORT http://127.0.0.1:8001 http://127.0.0.1:8002 ...

import { createServer, request } from 'node:http';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

import { HashRing } from 'ringlab';

export function createProxy(backends) {
  const ring = new HashRing({ nodes: backends, cache: 10_000 });
  return createServer((asked, answer) => {
    // The first part of the path is the key: /user-17/orders goes where all of user-17's goes.
    const key = asked.url.split('/', 2)[1];
    const [first, second] = ring.preferenceList(key, Math.min(2, ring.size));
    forward(asked, answer, first, () => {
      if (second === undefined || asked.method !== 'GET') return fail(answer, first);
      // The next node on the ring answers reads while the first one is down.
      forward(asked, answer, second, () => fail(answer, second));
    });
  });
}

function forward(asked, answer, backend, failed) {
  const { method, headers, url } = asked;
  const passed = request(new URL(url, backend), { method, headers }, (answered) => {
    answer.writeHead(answered.statusCode, { ...answered.headers, 'x-backend': backend });
    answered.pipe(answer);
  });
  passed.on('error', failed);
  asked.pipe(passed);
}

function fail(answer, backend) {
  answer.writeHead(502, { 'content-type': 'text/plain' }).end(`${backend} does not answer\n`);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [port, ...backends] = argv.slice(2);
  createProxy(backends).listen(Number(port));
}
