// Nodes from the texts of systems that people run become the page's ring.

import { SAMPLE_KEYS, textFile } from './support/ringlab.mjs';
import { expect, expectAccessible, expectWrong, picture, test } from './support/test.mjs';

const NGINX = `
upstream one {
  hash $request_uri consistent;
  server 10.0.0.1:80 weight=2;
  server 10.0.0.2:80;
}
upstream two {
  hash $request_uri consistent;
  server amber:80;
  server birch:80;
  server cedar:80 weight=3;
}
`;
const SHARDS = 'slots\n0\n16383\nnodes\nid\nab\nport\n7001\nip\n10.0.0.9\nrole\nmaster\n';

test.beforeEach(async ({ ringlab }) => {
  await ringlab.open();
  await ringlab.source('Your file');
  await ringlab.keys.getByText('Nodes from a configuration').click();
});

const field = (ringlab) => ringlab.keys.getByRole('textbox', { name: 'Text of the configuration' });

async function nodes(ringlab) {
  return (await ringlab.rows()).map(({ name, weight }) => `${name} ${weight}`);
}

test('a pasted configuration is told, chosen from, and becomes the ring', async ({ ringlab }) => {
  await field(ringlab).fill(NGINX);
  await expect(ringlab.report).toHaveText('nginx one: 2 nodes.');
  await ringlab.keys.getByRole('combobox', { name: 'Which one' }).selectOption('two');
  await expect(ringlab.report).toHaveText('nginx two: 3 nodes.');
  await ringlab.button("Replace the ring's nodes").click();
  await expect.poll(() => nodes(ringlab)).toEqual(['amber:80 1', 'birch:80 1', 'cedar:80 3']);
  await expect(ringlab.keys.getByText("These nodes are the ring's.")).toBeVisible();
  await ringlab.ready();
  expect(await ringlab.total(), 'the keys stay').toBe(SAMPLE_KEYS);
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toContainText('Get semver →');
  await ringlab.button('Add node').click();
  await expect(ringlab.keys.getByText("These nodes are the ring's.")).toBeHidden();
});

test('a file is read as well, and what Redis tells of its groups', async ({ ringlab }) => {
  await ringlab.keys.getByLabel('Open a file').setInputFiles(textFile('shards.txt', SHARDS));
  await expect(ringlab.report).toHaveText(
    'Redis Cluster, CLUSTER SHARDS: 1 node, the masters, weighed by their slots.',
  );
  await expect(field(ringlab)).toHaveValue(SHARDS);
  await ringlab.button("Replace the ring's nodes").click();
  await expect.poll(() => nodes(ringlab)).toEqual(['10.0.0.9:7001 1']);
});

test('what is wrong is told at the field with its line and column', async ({ ringlab }) => {
  const before = await ringlab.rows();
  await field(ringlab).fill(NGINX.replace('weight=2', 'weight=x'));
  await expectWrong(field(ringlab), 'Line 4, column 29: a whole weight is expected, not "x".');
  await expect(ringlab.button("Replace the ring's nodes")).toBeHidden();
  await field(ringlab).fill('hello');
  await expectWrong(field(ringlab), /^Line 1, column 1: none of these formats/);
  expect(await ringlab.rows()).toEqual(before);
});

test('a file that is larger than any configuration is not read', async ({ ringlab }) => {
  const large = { name: 'disk.img', mimeType: 'text/plain', buffer: Buffer.alloc((16 << 20) + 1, 'x') };
  await ringlab.keys.getByLabel('Open a file').setInputFiles(large);
  await expectWrong(field(ringlab), /^disk\.img has more than 16 MiB/);
  await expect(field(ringlab)).toHaveValue('');
});

for (const scheme of ['light', 'dark']) {
  test(`on a phone, ${scheme}, all of it is in reach`, async ({ page, ringlab }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 390, height: 844 });
    await field(ringlab).fill(NGINX.replace('weight=2', 'weight=x'));
    await expectAccessible(page);
    await field(ringlab).fill(NGINX);
    await expect(ringlab.button("Replace the ring's nodes")).toBeVisible();
    await expectAccessible(page);
    await picture(page, `topology-${scheme}`, { fullPage: true });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, 'nothing stands out to the right').toBeLessThanOrEqual(390);
  });
}
