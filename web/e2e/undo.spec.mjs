// Every change can be taken back and done again.

import { SAMPLE_KEYS, sum, textFile } from './support/ringlab.mjs';
import { expect, test } from './support/test.mjs';

// High enough for all rows: others are not in the document.
test.use({ viewport: { width: 1280, height: 1200 } });

test.beforeEach(({ ringlab }) => ringlab.open());

const CHANGES = [
  ['a node added', (ringlab) => ringlab.add({ name: 'fresh' }), /Undo: Adding fresh/],
  ['ten nodes added', (ringlab) => ringlab.button('Add 10').click(), /Undo: Adding 10 nodes/],
  ['a node removed', (ringlab) => ringlab.remove('node-7'), /Undo: Removing node-7/],
  ['a weight', (ringlab) => ringlab.enter('Weight of node-2', '2.5'), /Undo: Reweighting node-2/],
  ['a zone', (ringlab) => ringlab.enter('Zone of node-2', 'x'), /Undo: Moving node-2/],
  ['a setting of the layout', (ringlab) => ringlab.configure('n', '2'), /Undo: Setting n to 2/],
  ['a new ring', (ringlab) => ringlab.configure('Virtual nodes per node', '64'), /Undo: Other settings/],
];

for (const [what, change, title] of CHANGES) {
  test(`${what} can be undone and redone`, async ({ page, ringlab }) => {
    const before = lasting(await ringlab.rows());
    await expect(ringlab.undo).toBeDisabled();
    await change(ringlab);
    await expect(ringlab.undo).toHaveAttribute('title', title);
    await ringlab.settle();
    const after = lasting(await ringlab.rows());
    expect(after).not.toEqual(before);

    await ringlab.undo.click();
    await expect.poll(async () => lasting(await ringlab.rows())).toEqual(before);
    await expect(ringlab.undo).toBeDisabled();
    await page.keyboard.press('Control+Shift+Z');
    await ringlab.settle();
    await expect.poll(async () => lasting(await ringlab.rows())).toEqual(after);
    await expect(ringlab.redo).toBeDisabled();
  });
}

test('other keys can be undone and redone', async ({ ringlab }) => {
  await ringlab.load(textFile('three.txt', 'a\nb\nc\n'));
  await expect.poll(() => ringlab.total()).toBe(3);
  await ringlab.undo.click();
  await expect.poll(() => ringlab.total()).toBe(SAMPLE_KEYS);
  await ringlab.redo.click();
  await expect.poll(() => ringlab.total()).toBe(3);
});

test('a put and a delete can be undone', async ({ ringlab }) => {
  await ringlab.button('Fast').click();
  await ringlab.ask('Put', 'semver', 'mine');
  await expect(ringlab.answer).toHaveText('Put semver → Stored');
  await ringlab.ask('Delete', 'semver');
  await expect(ringlab.answer).toHaveText('Delete semver → Deleted');
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → Not there');
  await ringlab.undo.click();
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → mine');
  await ringlab.undo.click();
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');
});

test('a change under way can be undone', async ({ ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.add({ name: 'fresh' });
  await expect(ringlab.row('fresh')).toContainText('joining');
  await ringlab.undo.click();
  await expect(ringlab.row('fresh')).toHaveCount(0);
  await expect(ringlab.finish).toBeHidden();
  const rows = await ringlab.rows();
  expect(rows).toHaveLength(8);
  expect(sum(rows, 'held')).toBe(3 * SAMPLE_KEYS);
});

// What stands for good: a removed node is listed until the next change, and changes are not.
function lasting(rows) {
  return rows.filter(({ state }) => state !== 'removed').map(({ change, ...row }) => row);
}
