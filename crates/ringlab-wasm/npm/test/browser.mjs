// Folders as any static host serves them, opened in headless Chromium.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join, resolve } from 'node:path';

import { home } from './workspace.mjs';

const { chromium } = createRequire(resolve(home, '../../../package.json'))('playwright-core');

const KINDS = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

function serve(folder) {
  const server = createServer(async ({ url }, response) => {
    const path = join(folder, new URL(url, 'http://any').pathname.replace(/\/$/, '/index.html'));
    const bytes = await readFile(path).catch(() => undefined);
    const kind = KINDS[extname(path)] ?? 'application/octet-stream';
    response.writeHead(bytes ? 200 : 404, { 'content-type': kind }).end(bytes);
  });
  return new Promise((started) => {
    server.listen(0, '127.0.0.1', () => {
      started({ address: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() });
    });
  });
}

// Opens the page of a folder and gives what `use` makes of it.
export async function onPage(folder, use) {
  const { address, stop } = await serve(folder);
  const browser = await chromium.launch({ executablePath: process.env.CHROME ?? '/usr/bin/chromium' });
  const wrong = [];
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => wrong.push(error.stack ?? error.message));
    await page.goto(address);
    return await use(page);
  } catch (error) {
    throw new Error([error.stack, ...wrong].join('\n'));
  } finally {
    await browser.close();
    stop();
  }
}

// What a page leaves in `window.told`.
export const told = (folder) => onPage(folder, async (page) => {
  await page.waitForFunction(() => window.told);
  return page.evaluate(() => window.told);
});
