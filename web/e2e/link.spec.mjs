// The whole situation in the address: it survives a new page, and a bad one is told, not suffered.

import { firstFragment, fragment, inflated, packed } from './support/link.mjs';
import { Ringlab, SAMPLE_KEYS, textFile } from './support/ringlab.mjs';
import { expect, test } from './support/test.mjs';

test('a link holds nodes, settings and writes', async ({ context, page, ringlab }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await ringlab.open();
  await ringlab.button('Fast').click();
  await ringlab.add({ name: 'fresh', weight: '0.5', zone: 'z' });
  await ringlab.settle();
  await ringlab.remove('node-4');
  await ringlab.settle();
  await ringlab.configure('n', '2');
  await ringlab.settle();
  await ringlab.configure('gossip-interval', '2 s');
  await ringlab.choose('strictness', 'sloppy');
  await ringlab.ask('Put', 'my own key', 'blue');
  await expect(ringlab.answer).toHaveText('Put my own key → Stored');
  const before = (await ringlab.rows()).map(({ name, weight, zone, keys }) => [
    name,
    weight,
    zone,
    keys,
  ]);
  await ringlab.button('Copy link').click();
  await expect(ringlab.button('Link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('#v2.');

  const other = new Ringlab(await context.newPage());
  await other.page.goto(link);
  await other.ready();
  const facts = ({ name, weight, zone, keys }) => [name, weight, zone, keys];
  await expect.poll(async () => (await other.rows()).map(facts)).toEqual(before);
  await expect(other.settings).toContainText('256 virtual nodes per node · N 2 R 2 W 2');
  await other.openSettings();
  await expect(other.setting('gossip-interval')).toHaveValue('2 s');
  await expect(other.settingRow('gossip-interval')).toContainText('from the start');
  await expect(other.settings).toContainText('sloppy');
  await other.ask('Get', 'my own key');
  await expect(other.answer).toHaveText('Get my own key → blue');
});

test('made keys come back from their seed', async ({ context, ringlab }) => {
  await ringlab.open();
  await ringlab.source('Generated');
  await ringlab.keys.getByRole('textbox', { name: 'Keys' }).fill('20,000');
  await ringlab.button('Generate').click();
  await expect.poll(() => ringlab.total()).toBe(20_000);
  const before = await ringlab.rows();
  await expect.poll(() => inflated(ringlab.page.url())).toEqual(inflated(fragment({ keys: 20_000 })));

  const other = new Ringlab(await context.newPage());
  await other.page.goto(ringlab.page.url());
  await other.ready();
  expect((await other.rows()).map(({ keys }) => keys)).toEqual(before.map(({ keys }) => keys));
});

test('own keys are not in a link, and the page says so', async ({ context, ringlab }) => {
  await ringlab.open();
  await ringlab.load(textFile('mine.txt', 'alpha\nbeta\n'));
  await expect.poll(() => ringlab.total()).toBe(2);
  await expect.poll(() => inflated(ringlab.page.url()).includes('mine.txt')).toBe(true);
  expect(inflated(ringlab.page.url()).includes('alpha')).toBe(false);

  const other = new Ringlab(await context.newPage());
  await other.page.goto(ringlab.page.url());
  await other.ready();
  await expect(other.page.getByRole('alert')).toContainText('2 keys from mine.txt');
  expect(await other.total()).toBe(SAMPLE_KEYS);
});

test('an address typed over an open page is opened', async ({ page, ringlab }) => {
  await ringlab.open();
  const eight = new URL(page.url()).hash;
  await ringlab.add();
  await ringlab.settle();
  await expect.poll(() => new URL(page.url()).hash).not.toBe(eight);
  await page.evaluate((hash) => (location.hash = hash), eight);
  await expect(ringlab.nodes).toContainText('8 nodes');
});

const GOOD = fragment();
const BAD = [
  ['cut off', GOOD.slice(0, -9), /Part of the link is missing or changed/],
  ['words', '#hello', /Part of the link is missing or changed/],
  ['other letters', '#v2.äöü', /Part of the link is missing or changed/],
  ['a future version', GOOD.replace('v2', 'v7'), /of version "v7"; this page reads v1 and v2/],
  ['absurd settings', fragment({ settings: { virtual: 4e9 } }), /Virtual nodes: 4000000000 is asked/],
  ['an absurd setting', fragment({ settings: { n: 9 } }), /N is 9; it goes from 1 to 8/],
  ['absurd keys', fragment({ keys: 4e9 }), /Keys: 4000000000 is asked for; 1 to 5000000/],
  ['absurd nodes', fragment({ nodes: 2_000 }), /Nodes: 2000 is asked for; 1 to 1000/],
  ['no storage', fragment({ weight: 0 }), /No node has a weight above 0/],
  ['a bomb', packed(Buffer.alloc(30_000_000)), /Part of the link is missing or changed/],
  ['a novel', `#v2.${'A'.repeat(100_000)}`, /takes 100003 bytes in a link; 65536 are the most/],
];

test('a link that cannot be opened is told, and the default stands', async ({ ringlab }) => {
  for (const [what, address, message] of BAD) {
    await test.step(what, async () => {
      await ringlab.page.goto('about:blank');
      await ringlab.open(address);
      await expect(ringlab.page.getByRole('alert')).toContainText(message);
      expect(await ringlab.total()).toBe(SAMPLE_KEYS);
      await expect(ringlab.nodes).toContainText('8 nodes · 2,048 virtual nodes');
      await ringlab.button('Close').click();
      await expect(ringlab.page.getByRole('alert')).toBeHidden();
    });
  }
});

test('the default is what its own link says', async ({ ringlab }) => {
  await ringlab.open(GOOD);
  await expect(ringlab.page.getByRole('alert')).toBeHidden();
  await expect.poll(() => inflated(ringlab.page.url())).toEqual(inflated(GOOD));
});

test('a link of the first version is opened, and written anew', async ({ ringlab }) => {
  const settings = { virtual: 64, n: 4, r: 3, zones: true };
  await ringlab.open(firstFragment({ nodes: 5, settings }));
  await expect(ringlab.page.getByRole('alert')).toBeHidden();
  await expect(ringlab.settings).toContainText('64 virtual nodes per node · N 4 R 3 W 2 · zone-aware');
  await expect(ringlab.nodes).toContainText('5 nodes · 320 virtual nodes');
  const written = inflated(fragment({ nodes: 5, settings }));
  await expect.poll(() => inflated(ringlab.page.url())).toEqual(written);
});
