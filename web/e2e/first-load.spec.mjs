// What a person meets first: the sample's keys on a ring of eight nodes, drawn, counted, judged.

import { SAMPLE_KEYS, sum } from './support/ringlab.mjs';
import { expect, test } from './support/test.mjs';

test.beforeEach(({ ringlab }) => ringlab.open());

test('eight nodes hold the sample, every key once', async ({ ringlab }) => {
  await expect(ringlab.table).toHaveAttribute('aria-rowcount', '9');
  const rows = await ringlab.rows();
  expect(rows.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `node-${n}`));
  expect(rows.every(({ state, weight }) => state === 'live' && weight === '1')).toBe(true);
  expect(sum(rows, 'keys')).toBe(SAMPLE_KEYS);
  expect(sum(rows, 'held'), 'three copies of each').toBe(3 * SAMPLE_KEYS);
  expect(sum(rows, 'share')).toBeCloseTo(100, 0);
});

test('the verdict says how even it is, with the figures of the table', async ({ ringlab }) => {
  const rows = await ringlab.rows();
  const most = rows.reduce((one, other) => (other.keys > one.keys ? other : one));
  const above = (most.keys / (SAMPLE_KEYS / rows.length) - 1) * 100;
  await expect(ringlab.verdict).toContainText('50,000 keys on 8 nodes');
  await expect(ringlab.verdict).toContainText(`${above.toFixed(1)}\u202f% more than its fair share`);
  await expect(ringlab.verdict).toContainText(
    `Most: ${most.name} with ${most.keys.toLocaleString('en')} keys`,
  );
  await expect(ringlab.figure('Peak keys')).toHaveText((1 + above / 100).toFixed(2));
});

test('the sample is named with its source and its licence', async ({ ringlab }) => {
  await expect(ringlab.keys).toContainText('npm package download-counts (MIT)');
  await expect(ringlab.report).toContainText('50,000 distinct keys');
});

test('the drawing says in words what it shows', async ({ page }) => {
  const drawing = page.getByRole('img', { name: /^Hash ring of 8 nodes/ });
  await expect(drawing).toBeVisible();
  await expect(drawing).toHaveAccessibleName(/2,048 virtual nodes and 50,000 keys/);
});

test('each node takes its own part of the ring in its own colour', async ({ page, ringlab }) => {
  // Few virtual nodes, so that each arc is wide enough to be counted in pixels.
  await ringlab.configure('Virtual nodes per node', '3');
  await expect.poll(async () => sum(await ringlab.rows(), 'virtual')).toBe(24);
  const shares = new Map((await ringlab.rows()).map(({ name, share }) => [name, share]));
  await expect
    .poll(async () => {
      const drawn = await drawnShares(page);
      return Math.max(...[...shares].map(([name, share]) => Math.abs(share - drawn.get(name))));
    }, 'percentage points between the table and the drawing')
    .toBeLessThan(1.5);
});

test('a place on the ring tells its range, its owners and its keys', async ({ page, ringlab }) => {
  const box = await page.getByRole('img', { name: /^Hash ring/ }).boundingBox();
  const canvas = page.locator('.ring canvas').last();
  // Inside the band of ranges, whichever its radius: the first place from outside that is one.
  await expect(async () => {
    for (let part = 0.98; part > 0.6; part -= 0.02) {
      await canvas.hover({ position: { x: (box.width / 2) * (1 + part), y: box.height / 2 } });
      if (await page.locator('.tooltip code').isVisible()) break;
    }
    await expect(page.locator('.tooltip code')).toHaveText(/^\(0x[0-9a-f]{16}, 0x[0-9a-f]{16}\]$/);
  }).toPass();
  const hovered = await page.locator('.tooltip code').textContent();
  await expect(ringlab.closely).toContainText(hovered);
  await expect(ringlab.closely).toContainText('Preference list');
  await expect(ringlab.closely.locator('.owner')).toHaveCount(3);
});

test('a chosen node keeps its colour and the rest turns grey', async ({ page, ringlab }) => {
  await ringlab.configure('Virtual nodes per node', '3');
  await ringlab.table.getByRole('button', { name: /^node-5/ }).click();
  await expect(ringlab.closely).toContainText('3 tokens');
  await expect
    .poll(async () => {
      const drawn = await drawnShares(page);
      return [...drawn].filter(([, share]) => share > 0.5).map(([name]) => name);
    })
    .toEqual(['node-5']);
  // The first one closes the settings.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect.poll(async () => Math.min(...(await drawnShares(page)).values())).toBeGreaterThan(0.5);
});

// The part of the drawn band that has each node's colour, in percent of all nodes' pixels; of one
// node's when the others are grey.
async function drawnShares(page) {
  const counted = await page.evaluate(() => {
    const still = document.querySelector('.ring canvas');
    const { data } = still.getContext('2d').getImageData(0, 0, still.width, still.height);
    const pixels = new Map();
    const half = still.width / 2;
    for (let at = 0; at < data.length; at += 4) {
      const [x, y] = [(at / 4) % still.width, Math.floor(at / 4 / still.width)];
      // The nodes' own marks lie inside the band.
      if (data[at + 3] < 255 || Math.hypot(x - half, y - half) < 0.64 * half) continue;
      const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      pixels.set(colour, (pixels.get(colour) ?? 0) + 1);
    }
    return [...document.querySelectorAll('.node-table .node-row')].map((row) => {
      const colour = row.style.getPropertyValue('--node').trim().slice(1);
      const name = row.querySelector('.name-text').textContent;
      return [name, pixels.get(Number.parseInt(colour, 16)) ?? 0];
    });
  });
  const all = counted.reduce((total, [, pixels]) => total + pixels, 0);
  return new Map(counted.map(([name, pixels]) => [name, (pixels / all) * 100]));
}
