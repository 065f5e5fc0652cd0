// Settings rebuild the ring and cost nothing; what cannot be set is said beside its field.

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

test('N copies of each key are held', async ({ ringlab }) => {
  await ringlab.configure(/^N/, '5');
  await expect.poll(async () => sum(await ringlab.rows(), 'held')).toBe(5 * SAMPLE_KEYS);
  await expect(ringlab.settings).toContainText('R + W = 4 ≤ N = 5: a read may miss the last write');
  await ringlab.configure(/^R/, '4');
  await expect(ringlab.settings).toContainText('R + W = 6 > N = 5: every read meets the last write');
});

test('N above the number of nodes is kept and its effect said', async ({ ringlab }) => {
  await ringlab.configure(/^N/, '8');
  for (const name of ['node-1', 'node-2']) await ringlab.remove(name);
  await ringlab.settle();
  await expect(ringlab.nodes).toContainText('6 nodes');
  await expect(ringlab.settings.getByRole('textbox', { name: /^N/ })).toHaveValue('8');
  await expect(ringlab.settings).toContainText('6 in effect: there are not more nodes');
  expect(sum(await ringlab.rows(), 'held')).toBe(6 * SAMPLE_KEYS);
});

const REFUSED = [
  ['Virtual nodes per node', '0', /1 to 1024 are possible/],
  ['Virtual nodes per node', '1025', /1025 is asked for; 1 to 1024 are possible/],
  ['Virtual nodes per node', 'many', 'A whole number from 1 to 1,024 is expected.'],
  ['Virtual nodes per node', '99999999999', 'A whole number from 1 to 1,024 is expected.'],
  [/^N/, '9', /^N: 9 is asked for; 1 to 8 are possible/],
  [/^R/, '4', /^R: 4 is asked for; 1 to 3 are possible/],
  [/^W/, '0', /^W: 0 is asked for; 1 to 3 are possible/],
  [/^Seed/, '1.5', 'A whole number from 0 to 18,446,744,073,709,551,615 is expected.'],
];

test('a setting that cannot be is refused with the reason', async ({ ringlab }) => {
  const before = await ringlab.rows();
  for (const [label, value, message] of REFUSED) {
    await test.step(`${label}: ${value}`, async () => {
      await ringlab.configure(label, value);
      const field = ringlab.settings.getByRole('textbox', { name: label });
      await expectWrong(field, message);
      await field.press('Escape');
      await expect(ringlab.settings.getByRole('alert')).toBeHidden();
    });
  }
  expect(await ringlab.rows()).toEqual(before);
});

test('a refusal goes when its field is edited or something else is done', async ({ ringlab }) => {
  const alert = ringlab.settings.getByRole('alert');
  const n = ringlab.settings.getByRole('textbox', { name: /^N/ });
  await ringlab.configure(/^N/, '9');
  await expectWrong(n, /^N: 9 is asked for/);
  await n.pressSequentially('1');
  await expect(alert).toBeHidden();
  await expect(n).toHaveValue('91');
  await n.press('Enter');
  await expectWrong(n, /^N: 91 is asked for/);
  await ringlab.configure(/^R/, '1');
  await expect(ringlab.settings).toContainText('R 1');
  await expect(alert).toBeHidden();
  await expect(n).toHaveValue('3');
});
