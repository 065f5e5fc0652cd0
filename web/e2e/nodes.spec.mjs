// Nodes come, go and change their part: what moves, what stays, and what the page says of it.

import { fragment } from './support/link.mjs';
import { SAMPLE_KEYS, sum, whole } from './support/ringlab.mjs';
import { expect, expectWrong, test } from './support/test.mjs';

test.beforeEach(({ ringlab }) => ringlab.open());

test('a node joins before the eyes, and takes what the others lose', async ({ ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.add({ name: 'fresh', weight: '2', zone: 'z' });
  await expect(ringlab.row('fresh')).toContainText('joining');
  await expect(ringlab.table).toHaveAttribute('aria-rowcount', '10');
  await expect(ringlab.finish).toBeVisible();

  await ringlab.button('Fast').click();
  await expect(ringlab.row('fresh')).toContainText('live');
  await expect(ringlab.finish).toBeHidden();

  const name = ringlab.nodes.getByRole('textbox', { name: 'Name', exact: true });
  await expect(name, 'the name is taken now').toHaveValue('');
  const rows = await ringlab.rows();
  const fresh = rows.at(-1);
  expect(fresh).toMatchObject({ name: 'fresh', weight: '2', virtual: 512, zone: 'z' });
  expect(sum(rows, 'keys')).toBe(SAMPLE_KEYS);
  expect(sum(rows, 'held')).toBe(3 * SAMPLE_KEYS);
  expect(sum(rows, 'change'), 'what one gains others lose').toBe(0);
  expect(rows.slice(0, 8).every(({ change }) => change <= 0)).toBe(true);
  const part = ((fresh.keys / SAMPLE_KEYS) * 100).toFixed(1);
  await expect(ringlab.verdict).toContainText(
    `Adding fresh moved ${fresh.keys.toLocaleString('en')} of 50,000 keys (${part}\u202f%)`,
  );
});

test('on a wide screen a verdict does not move the ring', async ({ page, ringlab }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const ring = page.getByRole('img', { name: /50,000 keys/ });
  const before = await ring.boundingBox();
  await ringlab.add();
  await expect(ringlab.verdict).toContainText('Adding node-9 moved');
  expect(await ring.boundingBox()).toEqual(before);
  await expect(ringlab.row('node-9'), 'the table goes to it').toBeInViewport({ ratio: 1 });
});

test('the verdict of a change adds up', async ({ ringlab }) => {
  await ringlab.add();
  await ringlab.settle();
  const moved = (await ringlab.node('node-9')).keys;
  await expect(ringlab.figure('Lost')).toHaveText('0');
  const rerouted = whole(await ringlab.figure('Rerouted').textContent());
  expect(rerouted, 'a part of what moved').toBeLessThanOrEqual(moved);
  const copies = whole(await ringlab.figure('New copies').textContent());
  const { held } = await ringlab.node('node-9');
  expect(copies, 'what the new node holds was sent to it').toBe(held);
  const parts = await ringlab.verdict
    .locator('.measure-value')
    .evaluateAll((values) => values.map((value) => Number.parseFloat(value.textContent)));
  const [share, least, modulo] = parts;
  expect(share).toBeCloseTo((moved / SAMPLE_KEYS) * 100, 1);
  expect(least).toBeCloseTo(100 / 9, 0);
  expect(modulo, 'hash mod n moves nearly everything').toBeGreaterThan(80);
});

test('a change ends at once when asked to', async ({ page, ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.add();
  await expect(ringlab.row('node-9')).toContainText('joining');
  await ringlab.finish.click();
  await expect(ringlab.row('node-9')).toContainText('live', { timeout: 2_000 });
  await expect(page.getByRole('progressbar')).toBeHidden();
});

test('ten nodes join in one change', async ({ ringlab, page }) => {
  // High enough for all rows: others are not in the document.
  await page.setViewportSize({ width: 1280, height: 1200 });
  await ringlab.button('Add 10').click();
  await ringlab.settle();
  await expect(ringlab.table).toHaveAttribute('aria-rowcount', '19');
  await expect(ringlab.nodes).toContainText('18 nodes · 4,608 virtual nodes');
  const rows = await ringlab.rows();
  expect(rows).toHaveLength(18);
  expect(sum(rows, 'keys')).toBe(SAMPLE_KEYS);
  const moved = sum(rows.slice(8), 'keys').toLocaleString('en');
  await expect(ringlab.verdict).toContainText(`Adding 10 nodes moved ${moved} of 50,000 keys`);
});

test('as many nodes as asked for join in one change', async ({ ringlab }) => {
  const field = ringlab.nodes.getByRole('textbox', { name: 'Number of nodes' });
  await field.fill('0');
  await field.blur();
  await expectWrong(field, 'A whole number from 1 to 992 is expected.');
  await expect(ringlab.button('Add 10'), 'not what stood before').toBeDisabled();
  await field.fill('25');
  await field.blur();
  await ringlab.button('Add 25').click();
  await expect(ringlab.undo).toHaveAttribute('title', /Undo: Adding 25 nodes/);
  await ringlab.settle();
  await expect(ringlab.nodes).toContainText('33 nodes');
  await ringlab.undo.click();
  await expect(ringlab.nodes, 'they came in one change').toContainText('8 nodes · 2,048');
});

test('above 2,500 virtual nodes the drawing says that it is in bins', async ({ page, ringlab }) => {
  await expect(page.getByText(/drawn in .* bins/)).toBeHidden();
  await ringlab.button('Add 10').click();
  await ringlab.settle();
  await expect(page.getByText(/^4,608 virtual nodes drawn in [\d,]+ bins/)).toBeVisible();
});

test('a node drains before it leaves, and no key is lost', async ({ ringlab }) => {
  const before = await ringlab.rows();
  await ringlab.button('Slow').click();
  await ringlab.remove('node-3');
  await expect(ringlab.row('node-3')).toContainText('leaving');
  expect((await ringlab.node('node-3')).held, 'it still holds its copies').toBeGreaterThan(0);
  await expect(ringlab.button('Remove node-3')).toBeDisabled();

  await ringlab.button('Fast').click();
  await expect(ringlab.row('node-3')).toContainText('removed');
  const rows = await ringlab.rows();
  const gone = rows.find(({ name }) => name === 'node-3');
  expect(gone).toMatchObject({ keys: 0, held: 0, virtual: 0 });
  expect(gone.change).toBe(-before.find(({ name }) => name === 'node-3').keys);
  expect(sum(rows, 'keys')).toBe(SAMPLE_KEYS);
  expect(sum(rows, 'held')).toBe(3 * SAMPLE_KEYS);
  await expect(ringlab.verdict).toContainText('Removing node-3 moved');
  await expect(ringlab.nodes).toContainText('7 nodes');
});

test('copies sent to nodes that have them are no new copies', async ({ page, ringlab }) => {
  await page.goto('about:blank');
  await ringlab.open(fragment({ nodes: 3 }));
  await ringlab.remove('node-3');
  await ringlab.settle();
  await expect(ringlab.figure('New copies')).toHaveText('0');
  await expect(ringlab.verdict).toContainText('100,000 copies');
  await expect(ringlab.verdict).toContainText('went to nodes that had them');
});

test('removing a node moves only its own keys', async ({ ringlab }) => {
  const before = await ringlab.rows();
  await ringlab.remove('node-6');
  await ringlab.settle();
  for (const row of (await ringlab.rows()).filter(({ name }) => name !== 'node-6')) {
    const was = before.find(({ name }) => name === row.name).keys;
    expect(row.keys, row.name).toBeGreaterThanOrEqual(was);
    expect(row.change, row.name).toBe(row.keys - was);
  }
});

test('weight moves keys in proportion', async ({ ringlab }) => {
  const before = await ringlab.node('node-2');
  await ringlab.enter('Weight of node-2', '3');
  await ringlab.settle();
  await expect(ringlab.verdict).toContainText('Reweighting node-2 moved');
  const after = await ringlab.node('node-2');
  expect(after).toMatchObject({ weight: '3', virtual: 768 });
  expect(after.share).toBeGreaterThan(2 * before.share);
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);

  await ringlab.enter('Weight of node-2', '0');
  await ringlab.settle();
  await expect
    .poll(() => ringlab.node('node-2'))
    .toMatchObject({ weight: '0', keys: 0, held: 0 });
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);
});

test('another zone moves copies only while placement knows zones', async ({ ringlab }) => {
  await ringlab.enter('Zone of node-1', 'north');
  await expect.poll(async () => (await ringlab.node('node-1')).zone).toBe('north');
  await ringlab.settle();
  await expect(ringlab.verdict).toContainText('Moving node-1 to another zone moved no key');
  await expect(ringlab.figure('New copies')).toHaveText('0');

  await ringlab.choose('spread', 'zones');
  await expect(ringlab.settings).toContainText('zone-aware');
  await ringlab.settle();
  await ringlab.enter('Zone of node-1', 'south');
  await ringlab.settle();
  await ringlab.enter('Zone of node-1', 'b');
  await ringlab.settle();
  await expect(ringlab.figure('New copies')).not.toHaveText('0');
});

test('changes wait their turn and all happen', async ({ ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.add({ name: 'one' });
  await ringlab.add({ name: 'two' });
  await ringlab.remove('node-1');
  await expect(ringlab.page.getByText('2 changes waiting')).toBeVisible();
  await ringlab.settle();
  await expect(ringlab.nodes).toContainText('9 nodes');
  await expect(ringlab.row('two')).toContainText('live');
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);
});

test('what waits is marked where it was entered until its turn comes', async ({ ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.add({ name: 'fresh' });
  await expect(ringlab.row('fresh')).toContainText('joining');
  await ringlab.enter('Weight of node-2', '3');
  const weight = ringlab.table.getByRole('textbox', { name: 'Weight of node-2' });
  await expect(weight).toHaveValue('3');
  const mark = ringlab.row('node-2').getByText('waits for the change under way');
  await expect(mark).toBeAttached();
  expect((await ringlab.node('node-2')).virtual, 'nothing has changed yet').toBe(256);
  await ringlab.settle();
  await expect(mark).toHaveCount(0);
  expect(await ringlab.node('node-2')).toMatchObject({ weight: '3', virtual: 768 });
});

test('when the queue of changes is full, the next one is refused in words', async ({ ringlab }) => {
  const reason = /^64 changes wait for the one under way/;
  await ringlab.button('Slow').click();
  // All within one frame, so that none ends meanwhile: one is under way, 64 wait.
  await ringlab.button('Add node').evaluate((add) => {
    for (let change = 0; change <= 64; change += 1) add.click();
  });
  await expect(ringlab.page.getByText('64 changes waiting')).toBeVisible();
  await expect(ringlab.button('Add node')).toBeDisabled();
  await expect(ringlab.button('Add node')).toHaveAccessibleDescription(reason);
  await expect(ringlab.button('Add 10')).toBeDisabled();
  await ringlab.remove('node-2');
  await expect(ringlab.button('Remove node-2')).toHaveAccessibleDescription(reason);
  await ringlab.undo.click();
  await expect(ringlab.nodes, 'what waited is dropped with it').toContainText('8 nodes');
  await expect(ringlab.button('Add node')).toBeEnabled();
});

test('the table sorts by any column, both ways', async ({ ringlab }) => {
  const heading = ringlab.table.getByRole('button', { name: 'Keys', exact: true });
  await heading.click();
  await expect(ringlab.table.getByRole('columnheader', { name: 'Keys' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  const down = (await ringlab.rows()).map(({ keys }) => keys);
  expect(down).toEqual([...down].sort((one, other) => other - one));
  await heading.click();
  expect((await ringlab.rows()).map(({ keys }) => keys)).toEqual([...down].reverse());
});

test('no other node changes its colour', async ({ ringlab }) => {
  const colours = () =>
    ringlab.table
      .locator('.node-row')
      .evaluateAll((rows) => rows.map((row) => row.style.getPropertyValue('--node')));
  const before = await colours();
  expect(new Set(before).size).toBe(8);
  await ringlab.remove('node-4');
  await ringlab.settle();
  await ringlab.add();
  await ringlab.settle();
  const after = await colours();
  expect(after.slice(0, 7)).toEqual(before.filter((_, place) => place !== 3));
  expect(before).not.toContain(after[7]);
});

test('a thousand nodes are taken, and not one more', async ({ page, ringlab }) => {
  await page.goto('about:blank');
  await ringlab.open(fragment({ nodes: 999, settings: { virtual: 3 } }));
  await ringlab.add({ name: 'the-last' });
  await ringlab.settle();
  await expect(ringlab.nodes).toContainText('1,000 nodes');
  await expect(ringlab.table).toHaveAttribute('aria-rowcount', '1001');
  expect((await ringlab.rows()).length, 'only rows in sight').toBeLessThan(80);
  await ringlab.table.press('End');
  await ringlab.add({ name: 'one-more' });
  await expect(ringlab.nodes.getByRole('alert')).toContainText(/1001 .*1 to 1000 are possible/);
});

const REFUSED = [
  ['Name', { name: 'node-3' }, /^A node named node-3 is there already\.$/],
  ['Name', { name: 'n'.repeat(129) }, /^The name has 129 bytes; 128 are the most\.$/],
  ['Name', { name: 'a\u0007b' }, /^The name has a control character at byte 1\.$/],
  ['Weight', { weight: '-1' }, /^Weight "-1": a number from 0 to/],
  ['Weight', { name: 'node-3', weight: 'NaN' }, /^Weight "NaN": a number from 0 to/],
  ['Zone', { zone: 'z'.repeat(65) }, /65 bytes; 64 are the most\.$/],
];

test('a node that cannot be is refused beside the field', async ({ ringlab }) => {
  const before = await ringlab.rows();
  for (const [label, node, reason] of REFUSED) {
    await test.step(JSON.stringify(node), async () => {
      await ringlab.add(node);
      await expectWrong(ringlab.newNode(label), reason);
      await expect(ringlab.nodes.getByRole('alert'), 'the only one').toHaveCount(1);
      expect(await ringlab.rows()).toEqual(before);
    });
  }
  await ringlab.add({ name: 'fine' });
  await expect(ringlab.row('fine')).toBeVisible();
  await expect(ringlab.nodes.getByRole('alert')).toBeHidden();
});

test('a bad weight or zone is refused beside its field', async ({ ringlab }) => {
  for (const [label, value, reason] of [
    ['Weight of node-2', '-1', 'Weight "-1": a number from 0 to'],
    ['Weight of node-2', 'NaN', 'Weight "NaN": a number from 0 to'],
    ['Weight of node-2', '', 'Weight "": a number from 0 to'],
    ['Zone of node-2', 'z'.repeat(65), '65 bytes; 64 are the most.'],
  ]) {
    await ringlab.enter(label, value);
    const field = ringlab.table.getByRole('textbox', { name: label, exact: true });
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(new RegExp(reason));
    await expect(ringlab.row('node-2').getByRole('alert')).toContainText(reason);
    await field.press('Escape');
    await expect(ringlab.row('node-2').getByRole('alert')).toBeHidden();
  }
  expect(await ringlab.node('node-2')).toMatchObject({ weight: '1', zone: 'b', state: 'live' });
});

test('the last node that stores neither leaves nor sheds its weight', async ({ page, ringlab }) => {
  await page.goto('about:blank');
  await ringlab.open(fragment({ nodes: 1 }));
  await ringlab.remove('node-1');
  const reason = 'The last node that stores, node-1, holds all the data.';
  const alert = ringlab.nodes.getByRole('alert');
  await expect(ringlab.button('Remove node-1')).toHaveAccessibleDescription(reason);
  await expect(ringlab.row('node-1').getByRole('alert')).toBeVisible();
  await ringlab.add({ name: 'mover', weight: '0' });
  await ringlab.settle();
  await expect(alert).toBeHidden();
  await ringlab.enter('Weight of node-1', '0');
  const weight = ringlab.table.getByRole('textbox', { name: 'Weight of node-1' });
  await expectWrong(weight, reason);
  await expect(weight, 'what is wrong is there to be mended').toHaveValue('0');
  await expect(alert).toHaveCount(1);
  await weight.press('Escape');
  await expect(alert).toBeHidden();
  expect(await ringlab.node('node-1')).toMatchObject({ weight: '1', keys: SAMPLE_KEYS });
});
