// The examples and the README's snippets, run as a reader would run them.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { onPage } from './browser.mjs';
import { check } from './harness.mjs';
import { home, node, tool } from './workspace.mjs';

const KEYS = resolve(home, '../../ringlab-sim/data/npm-downloads-50k.csv');

export async function examples(folder) {
  snippets(folder);
  check('example: planning for a file of keys', async () => {
    const printed = await node(folder, 'plan.mjs', KEYS, 'elm', 'amber', 'birch', 'cedar', 'dogwood');
    const [, all, , moved] = /^(\d+) keys, (\d+) bad rows\nelm becomes the primary of (\d+) keys/.exec(printed);
    assert.equal(all, '50000');
    assert.ok(moved > 8000 && moved < 12_000, printed);
    assert.match(printed, /sends \d+ keys, \d+ bytes, to elm/);
  });
  check('example: a proxy', () => proxy(folder));
  check('example: a page built by Vite', async () => {
    await tool(join(folder, 'vite'), 'vite/bin/vite.js', 'build', '--target', 'es2022', '--logLevel', 'warn');
    const [before, after, moved] = await onPage(join(folder, 'vite/dist'), async (page) => {
      const nodes = page.locator('#nodes');
      await page.waitForFunction(() => document.getElementById('nodes').value !== '');
      const first = await nodes.textContent();
      await page.click('#add');
      return [first, await nodes.textContent(), await page.textContent('#moved')];
    });
    assert.equal(before.split(', ').length, 3);
    assert.equal(after.split(', ').length, 3);
    assert.match(moved, /^\d+\.\d % of the keys move\.$/);
  });
}

// Each block of JavaScript in the README is a program of its own.
function snippets(folder) {
  const text = readFileSync(join(home, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)];
  assert.ok(blocks.length > 0, 'the README has no snippet');
  blocks.forEach(([, code], number) => {
    const file = `snippet-${number + 1}.mjs`;
    check(`README: ${code.split('\n', 1)[0]}`, async () => {
      writeFileSync(join(folder, file), code);
      writeFileSync(join(folder, 'keys.txt'), 'cart-1\ncart-2\ncart-3\n');
      await node(folder, file);
    });
  });
}

async function proxy(folder) {
  const { createProxy } = await import(pathToFileURL(join(folder, 'proxy.mjs')));
  const backends = [await listening(named('one')), await listening(named('two'))];
  const front = await listening(createProxy(backends.map(({ address }) => address)));
  const ask = (path, options) => fetch(front.address + path, options);
  const asked = [];
  for (let user = 0; user < 20; user += 1) {
    const first = await (await ask(`/user-${user}/orders`)).text();
    const again = await ask(`/user-${user}/profile`, { method: 'POST', body: 'x' });
    assert.equal(await again.text(), first);
    asked.push(first);
  }
  assert.deepEqual(new Set(asked), new Set(['one', 'two']));
  backends[1].stop();
  const user = asked.indexOf('two');
  assert.equal(await (await ask(`/user-${user}/orders`)).text(), 'one');
  assert.equal((await ask(`/user-${user}/orders`, { method: 'DELETE' })).status, 502);
  front.stop();
  backends[0].stop();
}

const named = (name) => createServer((_, answer) => answer.end(name));

function listening(server) {
  return new Promise((started) => {
    server.listen(0, '127.0.0.1', () => {
      const stop = () => {
        server.close();
        server.closeAllConnections();
      };
      started({ address: `http://127.0.0.1:${server.address().port}`, stop });
    });
  });
}
