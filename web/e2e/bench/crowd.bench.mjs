// A crowd of nodes in a worker of the browser, without the page: how much faster than real time the
// simulation runs there.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { test } from '../support/test.mjs';
import { close, least } from './report.mjs';

const BUILT = fileURLToPath(new URL('../../../target/bench/crowd/', import.meta.url));
const ROUNDS = 4;
const TIMES = /([\d,]+) times as fast/;

test.use({ trace: 'off', screenshot: 'off' });

test.afterAll(() => close('crowd', { nodes: 50, operations_a_simulated_second: 1_000 }));

test('fifty nodes run faster than real time', async ({ page }) => {
  const files = {
    'index.html': '<!doctype html>',
    'worker.js': "import init from './crowd.js';\nawait init();\n",
  };
  const kinds = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm' };
  await page.route('**/crowd/*', async (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1);
    const body = files[name] ?? (await readFile(`${BUILT}${name}`));
    await route.fulfill({ body, contentType: kinds[name.split('.').at(-1)] });
  });
  await page.goto('/crowd/index.html');
  const told = [];
  const all = new Promise((resolve) => {
    page.on('console', (message) => {
      const times = TIMES.exec(message.text())?.[1];
      if (times === undefined) return;
      told.push(Number(times));
      if (told.length === ROUNDS) resolve();
    });
  });
  await page.evaluate(() => {
    window.crowd = new Worker('/crowd/worker.js', { type: 'module' });
  });
  await all;
  least('simulated time beside real time in a worker', told.at(-1), 100, 'times');
});
