// Settings change while the cluster runs; a new ring costs nothing; what cannot be set is said beside
// its field.

import { SAMPLE_KEYS, sum } from './support/ringlab.mjs';
import { expect, expectWrong, test } from './support/test.mjs';

test.beforeEach(({ ringlab }) => ringlab.open());

test('a rebuild is not counted as a move', async ({ ringlab }) => {
  await ringlab.add();
  await ringlab.settle();
  await expect(ringlab.verdict).toContainText('Adding node-9 moved');
  await ringlab.configure('Virtual nodes per node', '32');
  await expect(ringlab.nodes).toContainText('9 nodes · 288 virtual nodes');
  await expect(ringlab.verdict).not.toContainText('moved');
  await expect(ringlab.verdict).toContainText('50,000 keys on 9 nodes');
  const rows = await ringlab.rows();
  expect(sum(rows, 'keys')).toBe(SAMPLE_KEYS);
  expect(rows.every(({ change }) => change === undefined), 'no change column').toBe(true);
});

test('steps of virtual nodes can be chosen', async ({ ringlab }) => {
  await ringlab.openSettings();
  const step = ringlab.settings.getByRole('button', { name: '150', exact: true });
  await step.click();
  await expect(step).toHaveAttribute('aria-pressed', 'true');
  await expect(ringlab.nodes).toContainText('1,200 virtual nodes');
});

test('every setting of the store is listed with what there is to say of it', async ({ ringlab }) => {
  await ringlab.openSettings();
  await expect(ringlab.settings.getByRole('rowheader')).toHaveCount(30 + 7);
  await expect(ringlab.settingRow('hint-lifetime').getByRole('cell')).toHaveText([
    'hint-lifetime',
    'from the start',
    '3 h',
    '1 ms – 365 d',
    'how long a hint is kept; below tombstone-grace',
    "Cassandra's max_hint_window",
  ]);
  await expect(ringlab.setting('hint-lifetime')).toHaveValue('3 h');
  await expect(ringlab.settings).toContainText('Epoch 0, as the cluster began: 8 of 8 nodes go by it');
});

test('a setting changes while the cluster runs and no node is made anew', async ({ ringlab }) => {
  await ringlab.button('Fast').click();
  await ringlab.fault('node-3', 'Pause');
  await ringlab.configure('gossip-interval', '500 ms');
  await expect(ringlab.setting('probe-timeout')).toHaveValue('500 ms');
  await expectWrong(
    ringlab.setting('gossip-interval'),
    'Probe-timeout is 500 ms; it is at most 250 ms, which is half of gossip-interval.',
  );
  await ringlab.configure('probe-timeout', '200');
  await ringlab.configure('gossip-interval', '500');
  await expect(ringlab.settingRow('gossip-interval')).toContainText('since epoch 2');
  await expect(ringlab.settings).toContainText('Epoch 2: 7 of 8 nodes go by it');
  await expect(ringlab.row('node-3')).toContainText('paused');
  await ringlab.fault('node-3', 'Resume');
  await expect(ringlab.settings).toContainText('Epoch 2: 8 of 8 nodes go by it');

  await ringlab.choose('merge', 'last-writer-wins');
  await expect(ringlab.settingRow('merge')).toContainText('since epoch 3');
  await expect(ringlab.undo).toHaveAttribute('title', 'Undo: Setting merge to last-writer-wins');
  await ringlab.undo.click();
  await expect(ringlab.settingRow('merge')).toContainText('since epoch 4');
  await expect(ringlab.settings.getByRole('combobox', { name: 'merge' })).toHaveValue('siblings');
  await ringlab.redo.click();
  await expect(ringlab.settingRow('merge')).toContainText('since epoch 5');
});

test('N copies of each key are made while the cluster runs', async ({ ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.configure('n', '5');
  await expect(ringlab.settingRow('n')).toContainText('still 3');
  await ringlab.configure('r', '4');
  await expect(ringlab.setting('r')).toHaveValue('4');
  await expect(ringlab.settingRow('r')).toContainText('waits for the change under way');
  await ringlab.ask('Put', 'meanwhile', 'written');
  await expect(ringlab.answer).toHaveText('Put meanwhile → Stored');
  await ringlab.settle();
  await expect(ringlab.settingRow('n')).toContainText('since layout 1');
  await expect(ringlab.settingRow('r')).toContainText('since layout 2');
  await expect.poll(async () => sum(await ringlab.rows(), 'held')).toBe(5 * (SAMPLE_KEYS + 1));
  await expect(ringlab.settings).toContainText('R + W = 6 > N = 5: every read meets the last write');
  await ringlab.configure('r', '2');
  await ringlab.settle();
  await expect(ringlab.settings).toContainText('R + W = 4 ≤ N = 5: a read may miss the last write');
  await ringlab.ask('Get', 'meanwhile');
  await expect(ringlab.answer).toHaveText('Get meanwhile → written');
});

test('more copies are told, and nothing of it as a move', async ({ ringlab }) => {
  await ringlab.configure('n', '4');
  await ringlab.settle();
  await expect(ringlab.verdict).toContainText('Setting n to 4 makes 50,000 new copies');
  await expect(ringlab.verdict).not.toContainText('moved');
});

test('N above the number of nodes is kept and its effect said', async ({ ringlab }) => {
  await ringlab.configure('n', '8');
  await ringlab.settle();
  for (const name of ['node-1', 'node-2']) await ringlab.remove(name);
  await ringlab.settle();
  await expect(ringlab.nodes).toContainText('6 nodes');
  await expect(ringlab.setting('n')).toHaveValue('8');
  await expect(ringlab.settings).toContainText('6 in effect: there are not more nodes');
  expect(sum(await ringlab.rows(), 'held')).toBe(6 * SAMPLE_KEYS);
});

const REFUSED = [
  ['Virtual nodes per node', '0', /1 to 1024 are possible/],
  ['Virtual nodes per node', '1025', /1025 is asked for; 1 to 1024 are possible/],
  ['Virtual nodes per node', 'many', 'A whole number from 1 to 1,024 is expected.'],
  ['Virtual nodes per node', '99999999999', 'A whole number from 1 to 1,024 is expected.'],
  ['n', '9', 'N is 9; it goes from 1 to 8.'],
  ['n', '1', 'R is 2; it is at most 1, which is n.'],
  ['r', '4', 'R is 4; it is at most 3, which is n.'],
  ['w', '0', 'W is 0; it goes from 1 to 8.'],
  ['request-deadline', '5', 'Request-deadline is 5 ms; it goes from 10 ms to 3600000 ms.'],
  ['request-deadline', '3 parsecs', /^Request-deadline: "3 parsecs" is no value; it goes from 10 ms to/],
  ['bucket-count', '1000', 'Bucket-count is 1000; it is a power of two.'],
  ['hint-lifetime', '10 d', /at most 863999999 ms, which is just below tombstone-grace\.$/],
  ['memtable-bytes', '2 GiB', /^Memtable-bytes is 2147483648 B; it goes from 1024 B to 1073741824 B/],
];

test('a setting that cannot be is refused with its bound and unit', async ({ ringlab }) => {
  const before = await ringlab.rows();
  const seed = 'A whole number from 0 to 18,446,744,073,709,551,615 is expected.';
  const field = (name) => ringlab.settings.getByRole('textbox', { name });
  await ringlab.openSettings();
  await field(/^Seed/).fill('1.5');
  await field(/^Seed/).press('Enter');
  await expectWrong(field(/^Seed/), seed);
  await field(/^Seed/).press('Escape');
  for (const [name, value, message] of REFUSED) {
    await test.step(`${name}: ${value}`, async () => {
      await ringlab.configure(name, value);
      await expectWrong(ringlab.setting(name), message);
      await ringlab.setting(name).press('Escape');
      await expect(ringlab.settings.getByRole('alert')).toBeHidden();
    });
  }
  expect(await ringlab.rows()).toEqual(before);
  await ringlab.openSettings();
  await expect(ringlab.settings).toContainText('Epoch 0');
});

test('a refusal goes when its field is edited or something else is done', async ({ ringlab }) => {
  const alert = ringlab.settings.getByRole('alert');
  await ringlab.configure('n', '1');
  await expectWrong(ringlab.setting('n'), /at most 1, which is n/);
  await ringlab.setting('n').pressSequentially('9');
  await expect(alert).toBeHidden();
  await expect(ringlab.setting('n')).toHaveValue('19');
  await ringlab.setting('n').press('Enter');
  await expectWrong(ringlab.setting('n'), /^N is 19; it goes from 1 to 8/);
  await ringlab.configure('r', '1');
  await expect(ringlab.settings).toContainText('R 1');
  await expect(alert).toBeHidden();
  await expect(ringlab.setting('n')).toHaveValue('3');
});
