// What a person lets go wrong: nodes that stop, a network in two parts, two users who write at once.

import { expect, test } from './support/test.mjs';

test.beforeEach(async ({ ringlab }) => {
  await ringlab.open();
  await ringlab.button('Fast').click();
});

test('a paused node is missed, believed down, and found again', async ({ ringlab, page }) => {
  await page.keyboard.press('x');
  await ringlab.faults.getByRole('combobox', { name: 'Node' }).selectOption('node-3');
  await ringlab.button('Pause').click();
  const trouble = ringlab.faults.getByRole('row').filter({ hasText: 'node-3' });
  await expect(trouble).toContainText('paused');
  await expect(ringlab.faults).toContainText('1 node in trouble');
  await expect(trouble).toContainText('down');

  await ringlab.button('Resume').click();
  await expect(trouble).toBeHidden();
  await expect(ringlab.faults).toContainText('none');
});

test('without a quorum a request fails, then is refused, and heals', async ({ ringlab }) => {
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');
  const asked = await ringlab.steps.filter({ hasText: 'Ask' }).first().innerText();
  const replicas = asked.match(/node-\d/g);
  await ringlab.openFaults();
  for (const node of replicas.slice(1)) {
    await ringlab.faults.getByRole('combobox', { name: 'Node' }).selectOption(node);
    await ringlab.button('Cut off').click();
    await expect(ringlab.faults.getByRole('row').filter({ hasText: node })).toContainText('cut off');
  }
  await ringlab.ask('Get', 'semver');
  // Sooner or later the coordinator knows without asking.
  await expect(ringlab.answer).toHaveText(/Failed: 1 of 2 replicas|Refused: too few/);
  for (const node of replicas.slice(1)) {
    await expect(ringlab.faults.getByRole('row').filter({ hasText: node })).toContainText('down');
  }
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText(
    'Get semver → Refused: too few of its replicas are believed to be up',
  );
  await ringlab.button('Heal all').click();
  await expect(ringlab.faults).toContainText('none');
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');
});

test('two users who write at once leave siblings, and one who has read both joins them', async ({
  ringlab,
}) => {
  await ringlab.leaveSiblings('cart', 'milk', 'bread');
  await ringlab.ask('Put', 'cart', 'milk, bread');
  await ringlab.button('Ada').click();
  await ringlab.ask('Get', 'cart');
  await expect(ringlab.answer).toHaveText('Get cart → milk, bread');
  await expect(ringlab.siblings).toBeHidden();
});

test('siblings are resolved by one of them, or by a value that joins them', async ({ ringlab }) => {
  await ringlab.leaveSiblings('cart', 'milk', 'bread');
  await ringlab.siblings.getByRole('button', { name: 'Keep bread' }).click();
  await expect(ringlab.answer).toHaveText('Get cart → bread');
  await expect(ringlab.siblings).toBeHidden();

  await ringlab.leaveSiblings('list', 'tea', 'jam');
  const merged = ringlab.siblings.getByRole('textbox', { name: 'Merged value' });
  await expect(merged).toHaveValue('tea, jam');
  await merged.fill('tea and jam');
  await ringlab.siblings.getByRole('button', { name: 'Put merged' }).click();
  await expect(ringlab.answer).toHaveText('Get list → tea and jam');
  await ringlab.button('Ada').click();
  await ringlab.ask('Get', 'list');
  await expect(ringlab.answer).toHaveText('Get list → tea and jam');
});

test('a node that crashed is missed and begins again with what it had', async ({ ringlab }) => {
  const before = await ringlab.node('node-3');
  await ringlab.fault('node-3', 'Crash');
  await expect(ringlab.trouble('node-3')).toContainText('crashed');
  await expect(ringlab.row('node-3')).toContainText('crashed');
  await expect(ringlab.trouble('node-3')).toContainText('down');
  await expect(ringlab.faults.getByRole('button', { name: 'Pause' })).toBeHidden();
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');

  await ringlab.fault('node-3', 'Restart');
  await expect(ringlab.trouble('node-3')).toBeHidden();
  await expect(ringlab.faults).toContainText('none');
  expect(await ringlab.node('node-3')).toEqual(before);
});

test('a node whose disk is wiped holds nothing and comes back as nobody', async ({ ringlab }) => {
  await ringlab.fault('node-3', 'Wipe disk');
  await expect(ringlab.row('node-3')).toContainText('wiped');
  expect(await ringlab.node('node-3')).toMatchObject({ state: 'wiped', held: 0 });
  await expect(ringlab.faults.getByRole('button', { name: 'Wipe disk' })).toBeHidden();
  await ringlab.fault('node-3', 'Restart');
  await expect(ringlab.row('node-3')).toContainText('blank');
  expect(await ringlab.node('node-3')).toMatchObject({ state: 'blank', held: 0 });
  await expect(ringlab.trouble('node-3')).toContainText('up');
  await expect(ringlab.faults).toContainText('until the next change of the layout takes it in again');
  await ringlab.ask('Put', 'semver', 'new');
  await expect(ringlab.answer).toHaveText('Put semver → Stored');
  await ringlab.undo.click();
  await expect(ringlab.row('node-3')).toContainText('live');
});

test('the next change takes a blank node in again', async ({ ringlab }) => {
  await ringlab.fault('node-3', 'Wipe disk');
  await ringlab.fault('node-3', 'Restart');
  await expect(ringlab.row('node-3')).toContainText('blank');
  await ringlab.add();
  await ringlab.settle();
  await expect(ringlab.row('node-3')).toContainText('live');
  await expect(ringlab.row('node-9')).toContainText('live');
});

test('a node that never comes back is replaced, and undo brings it back', async ({ ringlab }) => {
  const before = await ringlab.node('node-3');
  await ringlab.fault('node-3', 'Crash');
  await ringlab.table.getByRole('button', { name: 'Replace node-3', exact: true }).click();
  await ringlab.settle();
  await expect(ringlab.verdict).toContainText('Replacing node-3 by a new node moved');
  await expect(ringlab.verdict).toContainText('Nothing is lost');
  // It stands where the lost one stood: the same keys, and nobody else's.
  const { state, zone, weight, keys } = await ringlab.node('node-3');
  expect({ state, zone, weight, keys }).toEqual({
    state: 'live',
    zone: before.zone,
    weight: '1',
    keys: before.keys,
  });
  await expect(ringlab.verdict).toContainText(`moved ${keys.toLocaleString('en')} of 50,000 keys`);
  await expect(ringlab.faults).toContainText('none');

  await ringlab.undo.click();
  await expect(ringlab.verdict).not.toContainText('Replacing');
  await ringlab.redo.click();
  await expect(ringlab.row('node-3')).toContainText('live');
  // It was a new node all the same: its number is given.
  await ringlab.add();
  await ringlab.settle();
  await expect(ringlab.row('node-10')).toContainText('live');
});

test('nodes that are down are replaced together, and what is in doubt is told', async ({ ringlab }) => {
  await ringlab.fault('node-3', 'Crash');
  await ringlab.fault('node-5', 'Wipe disk');
  const replace = ringlab.faults.getByRole('button', { name: 'Replace node-3, node-5' });
  await expect(replace).toHaveText('Replace 2');
  await replace.click();
  await ringlab.settle();
  await expect(ringlab.verdict).toContainText('Replacing 2 nodes moved');
  await expect(ringlab.verdict).toContainText(/W owners of \d+(\.\d+)?.% of the ring were lost/);
  await expect(ringlab.faults).toContainText('none');
});

test('a sloppy quorum counts fallbacks, which hand over when the node is back', async ({
  ringlab,
}) => {
  await ringlab.choose('strictness', 'sloppy');
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');
  const asked = await ringlab.steps.filter({ hasText: 'Ask' }).first().innerText();
  const replicas = asked.match(/node-\d/g).slice(1);
  for (const node of replicas) {
    await ringlab.fault(node, 'Crash');
    await expect(ringlab.trouble(node)).toContainText('down');
  }
  await ringlab.ask('Put', 'semver', 'new');
  await expect(ringlab.answer).toHaveText('Put semver → Stored');
  await expect(ringlab.requests).toContainText('Sloppy quorum: it counted');
  await expect(ringlab.faults).toContainText(/hints? kept/);
  await ringlab.button('Heal all').click();
  await expect(ringlab.faults).toContainText('none');
});

test('a change that a node is missed for says so and goes on when it is back', async ({ ringlab, page }) => {
  await ringlab.fault('node-3', 'Crash');
  await ringlab.configure('n', '4');
  const waits = page.getByRole('banner').getByRole('status');
  await expect(waits).toHaveText('waits for node-3', { timeout: 20_000 });
  await ringlab.faults.getByRole('button', { name: 'Replace node-3' }).click();
  await expect(ringlab.faults.getByRole('alert')).toContainText('The change under way waits for node-3');
  await ringlab.fault('node-3', 'Restart');
  await ringlab.settle();
  await expect(ringlab.settings).toContainText('N 4 R 2 W 2');
  await expect(ringlab.settingRow('n')).toContainText('since layout 1');
});
