// A request on its way: hash, token, preference list, replies counted to the quorum, answer.

import { readFileSync } from 'node:fs';

import { expect, expectWrong, test } from './support/test.mjs';

const SAMPLE = new URL('../../crates/ringlab-sim/data/npm-downloads-50k.csv', import.meta.url);

test.beforeEach(async ({ ringlab }) => {
  await ringlab.open();
  await ringlab.button('Fast').click();
});

test('a loaded key answers with its requests', async ({ ringlab }) => {
  const [key, requests] = readFileSync(SAMPLE, 'utf8').split('\n')[1_234].split(',');
  await ringlab.ask('Get', key);
  await expect(ringlab.answer).toHaveText(`Get ${key} → ${requests}`);
  const loaded = ringlab.requests.getByText("a loaded key's value: its requests");
  await expect(loaded).toBeVisible();
  await ringlab.ask('Put', key, 'mine');
  await ringlab.ask('Get', key);
  await expect(ringlab.answer).toHaveText(`Get ${key} → mine`);
  await expect(loaded).toBeHidden();
});

test('a get asks the preference list and counts to R', async ({ ringlab }) => {
  await ringlab.closely.getByRole('textbox', { name: 'Key or token' }).fill('semver');
  await ringlab.button('Find').click();
  await expect(ringlab.closely.locator('.range-line .owner, .facts .owner')).toHaveCount(3);
  const owners = await ringlab.closely
    .locator('.facts .owner')
    .evaluateAll((owners) => owners.map((owner) => owner.lastChild.textContent));
  const [after, to] = (await ringlab.closely.locator('.range-line code').textContent()).match(
    /[0-9a-f]{16}/g,
  );

  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toContainText('2399072936');
  const steps = await ringlab.steps.allInnerTexts();
  const token = steps[0].match(/token 0x([0-9a-f]{16})/)[1];
  expect(after < to ? after < token && token <= to : token > after || token <= to).toBe(true);
  expect(labels(steps).slice(0, 3)).toEqual(['Hash', 'Coordinate', 'Ask']);
  expect(steps[2]).toContain(`${owners.join(', ')} (needs 2)`);
  const quorum = labels(steps).indexOf('Quorum');
  expect(steps.slice(3, quorum).map((step) => step.match(/(\d) of 2/)[1])).toEqual(['1', '2']);
  expect(labels(steps).slice(quorum)).toContain('Answer');
});

test('what is looked for is told from what is there', async ({ ringlab }) => {
  const field = ringlab.closely.getByRole('textbox', { name: 'Key or token' });
  for (const [typed, told] of [
    ['semver', /^semver \(token 0x[0-9a-f]{16}\) belongs here$/],
    ['no such key', /^no such key \(token 0x[0-9a-f]{16}\) is not among the keys/],
  ]) {
    await field.fill(typed);
    await ringlab.button('Find').click();
    await expect(ringlab.closely.locator('dd').first()).toHaveText(told);
  }
  for (const none of ['0xzz', '0xfffffffffffffffff']) {
    await field.fill(none);
    await ringlab.button('Find').click();
    await expectWrong(field, 'After 0x, 1 to 16 hexadecimal digits are expected.');
  }
});

test('steps stand in the order of simulated time', async ({ ringlab }) => {
  await ringlab.ask('Put', 'semver', 'new');
  await expect(ringlab.answer).toHaveText('Put semver → Stored');
  const times = (await ringlab.steps.locator('.trace-time').allTextContents()).slice(1).map(micros);
  expect(times.length).toBeGreaterThan(6);
  expect(times[0]).toBe(0);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(times.at(-1)).toBeGreaterThan(0);
});

test('what is put is got, until it is deleted', async ({ ringlab }) => {
  await ringlab.ask('Get', 'my own key');
  await expect(ringlab.answer).toHaveText('Get my own key → Not there');
  await ringlab.ask('Put', 'my own key', 'blue ✓');
  await expect(ringlab.answer).toHaveText('Put my own key → Stored');
  await ringlab.ask('Get', 'my own key');
  await expect(ringlab.answer).toHaveText('Get my own key → blue ✓');
  await ringlab.ask('Delete', 'my own key');
  await expect(ringlab.answer).toHaveText('Delete my own key → Deleted');
  await ringlab.ask('Get', 'my own key');
  await expect(ringlab.answer).toHaveText('Get my own key → Not there');
});

test('a write survives the node that took it', async ({ ringlab }) => {
  await ringlab.ask('Put', 'wanderer', 'still here');
  await expect(ringlab.answer).toHaveText('Put wanderer → Stored');
  const owners = (await ringlab.steps.filter({ hasText: 'Ask' }).first().innerText()).match(
    /node-\d/g,
  );
  await ringlab.remove(owners[0]);
  await ringlab.settle();
  await ringlab.remove(owners[1]);
  await ringlab.settle();
  await ringlab.ask('Get', 'wanderer');
  await expect(ringlab.answer).toHaveText('Get wanderer → still here');
});

test('a key answers while its node drains', async ({ ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.remove('node-2');
  await expect(ringlab.row('node-2')).toContainText('leaving');
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');
  await expect(ringlab.row('node-2')).toContainText('leaving');
});

test('W is what a put counts to', async ({ ringlab }) => {
  await ringlab.configure('w', '3');
  await ringlab.settle();
  await ringlab.ask('Put', 'counted', 'x');
  await expect(ringlab.answer).toHaveText('Put counted → Stored');
  await expect(ringlab.steps.filter({ hasText: '3 of 3' })).toHaveCount(1);
});

test('at the slow pace a request is followed step by step', async ({ ringlab }) => {
  await ringlab.button('Slow').click();
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.steps.filter({ hasText: 'Ask' })).toHaveCount(1);
  await expect(ringlab.answer).toHaveText('Get semver → under way …');
  await expect(ringlab.answer).toHaveText('Get semver → 2399072936');
});

test('a preference list of before a change is not taken for the present one', async ({ ringlab }) => {
  const outdated = ringlab.requests.getByText('before the ring changed');
  await ringlab.ask('Get', 'semver');
  await expect(ringlab.answer).toContainText('2399072936');
  await expect(outdated).toBeHidden();
  await ringlab.add();
  await expect(outdated).toBeVisible();
  await ringlab.settle();
  await ringlab.ask('Get', 'semver');
  await expect(outdated).toBeHidden();
});

const REFUSED = [
  ['Key', '', 'x', /^The key is empty/],
  ['Key', 'k'.repeat(65_537), 'x', /65537 bytes/],
  ['Value', 'k', 'v'.repeat(1_048_577), /1048577 bytes; 1048576 are the most/],
];

test('a request that cannot be is refused beside the field', async ({ ringlab }) => {
  const alert = ringlab.requests.getByRole('alert');
  for (const [label, key, value, reason] of REFUSED) {
    await test.step(String(reason), async () => {
      await ringlab.ask('Put', key, value);
      const field = ringlab.requests.getByRole('textbox', { name: label, exact: true });
      await expectWrong(field, reason);
      await expect(alert).toHaveCount(1);
    });
  }
  await ringlab.ask('Put', 'fine', 'x');
  await expect(ringlab.answer).toHaveText('Put fine → Stored');
  await expect(alert).toBeHidden();
});

// What happened in each step.
function labels(steps) {
  return steps.map((step) => step.match(/Hash|Coordinate|Ask|Reply|Quorum|Late|Answer/)[0]);
}

// `412 µs`, `3.2 ms` in microseconds.
function micros(text) {
  const [number, unit] = text.split('\u202f');
  return Number(number) * { µs: 1, ms: 1e3, s: 1e6 }[unit];
}
