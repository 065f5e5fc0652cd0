// The page at its largest: frames while a node joins, the time and the memory that a large file
// takes, the time the worker takes to count everything anew. Prints each figure beside its bar.

import { execFileSync } from 'node:child_process';
import { existsSync, openSync, closeSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { fragment } from '../support/link.mjs';
import { expect, test } from '../support/test.mjs';
import { appears, clickOn, framesDuring } from './frames.mjs';
import { bar, close, median, note } from './report.mjs';
import { memoryOf, watchWorker } from './watch.mjs';

const NODES = 1_000;
const MADE_KEYS = 1_000_000;
const FILE_KEYS = 3_771_841;
// The keys of all of npm, which the benchmark of the core fetches.
const FILE = fileURLToPath(new URL('../../../target/bench/npm-downloads-all.csv', import.meta.url));
// Changes timed in the worker: the first ones of a page run before its code is compiled well.
const CHANGES = 8;

const about = { nodes: NODES, virtual_nodes: 256, keys: 'npm-downloads-all.csv' };

// Its own pictures and recordings would be measured too.
test.use({ trace: 'off', screenshot: 'off', viewport: { width: 1440, height: 900 } });

test.afterAll(() => close('browser', about));

test('frames while a node joins a thousand, with a million keys', async ({ page, ringlab }) => {
  await ringlab.open(fragment({ nodes: NODES - 2, keys: MADE_KEYS }));
  await expect(page.getByRole('img', { name: /1,000,000 keys/ })).toBeVisible({ timeout: 60_000 });
  const place = await ringlab.button('Add node').boundingBox();
  const join = () =>
    framesDuring(page, async () => {
      await clickOn(page, place);
      await appears(page, 'body:has(.transfer)');
      await appears(page, 'body:not(:has(.transfer))');
    });
  // While the first one joins, the browser compiles what the worker's rehearsal left cold again,
  // for speed: on both cores, where there are two, and the page waits for one.
  const first = await join();
  await ringlab.settle();
  const frames = await join();
  await expect(ringlab.nodes).toContainText('1,000 nodes');
  expect(frames.length, 'a join takes seconds').toBeGreaterThan(20);
  const worst = (frames, of) => Math.max(...frames.map((frame) => frame[of]));
  bar('a frame while a node joins, at the median', median(frames.map(({ wall }) => wall)), 16, 'ms');
  bar('a frame while a node joins, at the worst', worst(frames, 'wall'), 50, 'ms');
  note('the same in processor time', worst(frames, 'busy'), 'ms');
  bar('a frame while the first one joins, at the worst', worst(first, 'wall'), 50, 'ms');
  note('the same in processor time', worst(first, 'busy'), 'ms');
  note('frames while a node joins', frames.length, 'frames');
});

test('all of npm is loaded, and counted anew after a change', async ({ page, ringlab }, info) => {
  const worker = await watchWorker(page);
  await ringlab.open(fragment({ nodes: NODES - 1 - CHANGES }));
  await ringlab.source('Your file');
  const field = await ringlab.keys.getByLabel('Choose a file').elementHandle();
  const keys = file(info);
  const frames = await framesDuring(page, async () => {
    await field.setInputFiles(keys);
    await appears(page, '.report', '3,771,841 distinct keys');
  });
  const { fileAt, loadedAt, memory } = await worker.read();
  const resident = await memoryOf(page);
  bar('loading 3,771,841 keys from a file', (loadedAt - fileAt) / 1_000, 12, 's');
  const walls = frames.map(({ wall }) => wall);
  bar('a frame while they are loaded, at the worst', Math.max(...walls), 50, 'ms');
  note('the same in processor time', Math.max(...frames.map(({ busy }) => busy)), 'ms');
  bar("the worker's memory with them, at its highest", memory / 1e6, 600, 'MB');
  note("the page's whole process then, resident", resident.now / 1e6, 'MB');
  note("the page's whole process, at its highest", resident.highest / 1e6, 'MB');

  for (let change = 0; change < CHANGES; change += 1) {
    await ringlab.button('Add node').click();
    await expect(ringlab.finish).toBeVisible({ timeout: 30_000 });
    await ringlab.settle();
  }
  const { adds } = await worker.read();
  expect(adds).toHaveLength(CHANGES);
  // More than the bar asks for: the plan of the transfer and `hash mod n` are counted too.
  bar('one more node: all that the worker does at once', median(adds), 30, 'ms');
  note('the same for the first node', adds[0], 'ms');
});

test('what a first visit loads', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const folder = process.env.RINGLAB_DIST ?? 'dist';
  const sizes = execFileSync('node', ['web/e2e/support/sizes.mjs', folder], { cwd: root });
  const packed = Number(String(sizes).match(/app and worker wasm as brotli: (\d+)/)[1]);
  bar('app and worker wasm as brotli', packed / 1e3, 700, 'kB');
});

// The keys of npm, or as many made ones where they were not fetched.
function file(info) {
  if (existsSync(FILE)) return FILE;
  about.keys = `${FILE_KEYS} made ones: ${FILE} is not there`;
  const path = info.outputPath('made.csv');
  const made = openSync(path, 'w');
  writeSync(made, 'key,requests\n');
  for (let from = 0; from < FILE_KEYS; from += 100_000) {
    const length = Math.min(100_000, FILE_KEYS - from);
    const rows = Array.from({ length }, (_, place) => row(from + place));
    writeSync(made, rows.join(''));
  }
  closeSync(made);
  return path;
}

// About as long as npm's names are, the same on every run.
function row(number) {
  const scrambled = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  return `package-${number}-${scrambled.toString(36)},${scrambled % 1_000}\n`;
}
