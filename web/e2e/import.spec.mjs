// Other keys on the ring: a person's own file in any of its forms, or made from a seed.

import { closeSync, openSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { SAMPLE_KEYS, sum, textFile } from './support/ringlab.mjs';
import { expect, expectWrong, test } from './support/test.mjs';

test.beforeEach(({ ringlab }) => ringlab.open());

const JSON_LINES = '{"key":"alpha","requests":40}\n{"key":"b","requests":2,"bytes":7}\n';
const FILES = [
  ['plain lines', 'a.txt', 'alpha\nbeta\r\n\ngamma', 3, 3],
  ['CSV with a header', 'b.csv', 'bytes,key,requests\n9,alpha,40\n1,"be,ta",2\n', 2, 42],
  ['CSV without a header', 'c.csv', 'alpha,40\nbeta,2\n', 2, 42],
  ['TSV', 'd.tsv', 'key\trequests\nalpha\t41\nbe ta\t1\n', 2, 42],
  ['JSON lines', 'e.jsonl', JSON_LINES, 2, 42],
];

test('a file is read in each of its forms', async ({ ringlab }) => {
  for (const [what, name, text, keys, requests] of FILES) {
    await test.step(what, async () => {
      await ringlab.load(textFile(name, text));
      await expect(ringlab.report).toContainText(`${name}: ${keys} distinct keys`);
      await expect.poll(() => ringlab.total()).toBe(keys);
      expect(sum(await ringlab.rows(), 'requests')).toBe(requests);
    });
  }
});

test('gzip is unpacked, and duplicates add their requests', async ({ ringlab }) => {
  const lines = Array.from({ length: 30_000 }, (_, place) => `key-${place % 20_000},2`);
  await ringlab.load({
    name: 'many.csv.gz',
    mimeType: 'application/gzip',
    buffer: gzipSync(lines.join('\n')),
  });
  await expect(ringlab.report).toHaveText(
    'many.csv.gz: 20,000 distinct keys · 30,000 rows · 10,000 duplicates added',
  );
  await expect.poll(() => ringlab.total()).toBe(20_000);
  const rows = await ringlab.rows();
  expect(sum(rows, 'requests')).toBe(60_000);
  expect(sum(rows, 'held')).toBe(60_000);
});

test('own keys answer requests, and loading is no move', async ({ ringlab }) => {
  await ringlab.load(textFile('mine.csv', 'alpha,7\nbeta,9\n'));
  await expect.poll(() => ringlab.total()).toBe(2);
  await expect(ringlab.verdict).not.toContainText('moved');
  await ringlab.ask('Get', 'beta');
  await expect(ringlab.answer).toHaveText('Get beta → 9');
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → Not there');
  await ringlab.source('Sample');
  await ringlab.button('Load sample').click();
  await expect.poll(() => ringlab.total()).toBe(SAMPLE_KEYS);
});

test('bad rows are listed with their line and the reason', async ({ ringlab }) => {
  const late = Array.from({ length: 120 }, (_, place) => `late-${place},x`);
  const text = ['key,requests', 'alpha,1', 'beta,two', ',3', 'gamma,4,5', 'delta,-1', ...late];
  await ringlab.load(textFile('mixed.csv', text.join('\n')));
  await expect(ringlab.report).toHaveText('mixed.csv: 1 distinct key · 125 rows · 124 bad rows');
  await ringlab.keys.getByText('124 bad rows, the first 100 of them').click();
  const rows = ringlab.keys.getByRole('listitem');
  await expect(rows).toHaveCount(100);
  await expect(rows.nth(0)).toHaveText(/^line 3: requests "two": a whole number/);
  await expect(rows.nth(1)).toHaveText(/^line 4: .*key/);
  await expect(rows.nth(2)).toHaveText('line 5: more than 2 columns');
  await expect(rows.nth(3)).toHaveText(/^line 6: requests "-1"/);
});

const packed = gzipSync(Array.from({ length: 2_000 }, (_, place) => `key-${place},1`).join('\n'));
const damaged = Buffer.concat([packed.subarray(0, 20), Buffer.alloc(60, 0xff)]);
const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2, 3]);
const BAD = [
  ['empty', Buffer.alloc(0), 'the file has no rows'],
  ['blank', Buffer.from('\n\n\n'), 'the file has no rows'],
  ['binary', picture, 'it is not text'],
  ['utf-16', Buffer.from('\ufeffa,1\n', 'utf16le'), 'it is UTF-16; save it as UTF-8'],
  ['cut-off', packed.subarray(0, packed.length - 12), 'the gzip data is cut off'],
  ['damaged', damaged, 'the gzip data is damaged'],
  ['one-line', Buffer.alloc(5_000_000, 'x'), /only row is bad: line 1: longer than \d+ bytes/],
  ['all-bad', Buffer.from('key,requests\na,x\nb,y\n'), 'all of its 2 rows are bad; the first, line 2'],
];

test('a file that cannot be read is refused, and the keys before it stay', async ({ ringlab }) => {
  const before = await ringlab.rows();
  for (const [what, buffer, reason] of BAD) {
    await test.step(what, async () => {
      await ringlab.load({ name: `${what}.dat`, mimeType: 'application/octet-stream', buffer });
      await expect(ringlab.report).toContainText(`${what}.dat was not loaded: `);
      await expect(ringlab.report).toContainText(reason);
      await expect(ringlab.keys).toContainText('On the ring: the sample, 50,000 keys.');
      expect(await ringlab.rows()).toEqual(before);
    });
  }
  await expect(ringlab.undo).toBeDisabled();
});

test('a file over 500 MB is refused at once', async ({ ringlab }, info) => {
  const path = info.outputPath('huge.csv');
  const file = openSync(path, 'w');
  // A hole with a letter at its end takes no room on the disk.
  writeSync(file, 'x', 500_000_000);
  closeSync(file);
  await ringlab.load(path);
  await expect(ringlab.report).toContainText('larger than 500000000 bytes', { timeout: 3_000 });
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);
});

test('a file of more keys than are taken is refused where it has too many', async ({
  ringlab,
}, info) => {
  const path = info.outputPath('one-too-many.txt');
  writeLines(path, 5_000_001, '');
  const before = await ringlab.rows();
  await ringlab.load(path);
  await expect(ringlab.report).toContainText('one-too-many.txt was not loaded: ', {
    timeout: 45_000,
  });
  await expect(ringlab.report).toContainText('more than 5000000 keys');
  await expect(ringlab.keys).toContainText('On the ring: the sample, 50,000 keys.');
  expect(await ringlab.rows()).toEqual(before);
});

test('loading can be stopped, and the keys before it stay', async ({ page, ringlab }, info) => {
  const path = info.outputPath('large.txt');
  writeLines(path, 3_000_000);
  await ringlab.button('Fast').click();
  await ringlab.load(path);
  await expect(ringlab.keys.getByRole('progressbar')).toBeVisible();
  await expect(ringlab.keys).toContainText(/Reading: [\d.]+/);
  // The ring goes on answering meanwhile.
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');
  await ringlab.button('Cancel').click();
  await expect(ringlab.report).toHaveText('Cancelled. The keys from before stay.');
  await expect(page.getByRole('progressbar')).toBeHidden();
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);
});

test('a file dropped anywhere is taken', async ({ page, ringlab }) => {
  const dataTransfer = await page.evaluateHandle(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(['alpha\nbeta\n'], 'dropped.txt'));
    return carried;
  });
  await page.dispatchEvent('main', 'dragover', { dataTransfer });
  await expect(page.getByText('Drop to put these keys on the ring')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer });
  await expect(page.getByText('Drop to put these keys on the ring')).toBeHidden();
  await expect(ringlab.report).toContainText('dropped.txt: 2 distinct keys');
  await expect.poll(() => ringlab.total()).toBe(2);
});

test('nothing of a file leaves the page, and it says so', async ({ page, ringlab }) => {
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await ringlab.load(textFile('mine.txt', 'alpha\nbeta\n'));
  await expect.poll(() => ringlab.total()).toBe(2);
  await expect(ringlab.keys).toContainText('It is never uploaded');
  expect(asked).toEqual([]);
});

const SHAPES = [
  ['Uniform', {}, (part) => part < 0.001],
  ['Zipf', { Exponent: '1.2' }, (part) => part > 0.1],
  ['Sequential names', {}, (part) => part < 0.001],
  ['One hot key', { Percent: '60' }, (part) => Math.abs(part - 0.6) < 0.01],
];

test('keys are made in each shape', async ({ ringlab }) => {
  await expect(ringlab.report).toBeVisible();
  await ringlab.source('Generated');
  await expect(ringlab.report, 'of the sample').toBeHidden();
  for (const [shape, parameters, isRight] of SHAPES) {
    await test.step(shape, async () => {
      await ringlab.keys.getByRole('combobox', { name: 'Requests' }).selectOption(shape);
      for (const [name, value] of Object.entries({ ...parameters, Keys: '10,000', Seed: '7' })) {
        await ringlab.keys.getByRole('textbox', { name, exact: true }).fill(value);
      }
      await ringlab.button('Generate').click();
      await expect(ringlab.report).toContainText('10,000 distinct keys');
      await expect.poll(() => ringlab.total()).toBe(10_000);
      await expect
        .poll(async () => isRight(await hottestPart(ringlab)), 'the hottest key')
        .toBe(true);
    });
  }
});

test('keys that cannot be made are refused beside the field', async ({ ringlab }) => {
  await ringlab.source('Generated');
  for (const [name, value, reason] of [
    ['Keys', '0', 'A whole number from 1 to 5,000,000 is expected.'],
    ['Keys', '5000001', 'A whole number from 1 to 5,000,000 is expected.'],
    ['Keys', '99999999999', 'A whole number from 1 to 5,000,000 is expected.'],
    ['Exponent', '-1', 'A number from'],
    ['Seed', 'x', 'A whole number from 0 to'],
  ]) {
    const field = ringlab.keys.getByRole('textbox', { name, exact: true });
    await field.fill(value);
    await field.blur();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(ringlab.keys.getByRole('alert')).toContainText(reason);
    await field.press('Escape');
  }
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);
});

test('nothing is made while a field is wrong, and what it shows once it is right', async ({
  ringlab,
}) => {
  await ringlab.source('Generated');
  const field = ringlab.keys.getByRole('textbox', { name: 'Keys', exact: true });
  await field.fill('5000001');
  await field.press('Enter');
  await expectWrong(field, 'A whole number from 1 to 5,000,000 is expected.');
  await expect(ringlab.button('Generate')).toBeDisabled();
  await field.press('Enter');
  await expect(ringlab.keys.getByRole('progressbar')).toBeHidden();
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);
  await field.fill('1,234');
  await field.press('Enter');
  await expect.poll(() => ringlab.total()).toBe(1_234);
  await expect(ringlab.button('Generate')).toBeEnabled();
});

// The part of all requests that the hottest key of the hottest node has.
async function hottestPart(ringlab) {
  const rows = await ringlab.rows();
  const hot = rows.reduce((one, other) => (other.requests > one.requests ? other : one));
  const row = ringlab.row(hot.name);
  if ((await row.getAttribute('aria-selected')) === 'false') {
    await ringlab.table.getByRole('button', { name: hot.name, exact: true }).click();
  }
  const keys = ringlab.closely.getByRole('list', { name: 'Hottest keys' });
  const part = keys.getByRole('listitem').first().locator('.hottest-part');
  return Number.parseFloat(await part.textContent()) / 100;
}

function writeLines(path, lines, prefix = 'key-number-') {
  const file = openSync(path, 'w');
  for (let from = 0; from < lines; from += 100_000) {
    const length = Math.min(100_000, lines - from);
    const part = Array.from({ length }, (_, place) => `${prefix}${from + place}\n`);
    writeSync(file, part.join(''));
  }
  closeSync(file);
}
