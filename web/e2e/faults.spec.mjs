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
  for (const user of ['Ada', 'Ben']) {
    await ringlab.button(user).click();
    await ringlab.ask('Get', 'cart');
    await expect(ringlab.answer).toHaveText('Get cart → Not there');
  }
  await ringlab.button('Ada').click();
  await ringlab.ask('Put', 'cart', 'milk');
  await expect(ringlab.answer).toHaveText('Put cart → Stored');
  await ringlab.button('Ben').click();
  await ringlab.ask('Put', 'cart', 'bread');
  await expect(ringlab.answer).toHaveText('Put cart → Stored, beside 1 sibling');
  await ringlab.ask('Get', 'cart');
  await expect(ringlab.answer).toHaveText('Get cart → milk | bread');
  await ringlab.ask('Put', 'cart', 'milk, bread');
  await ringlab.button('Ada').click();
  await ringlab.ask('Get', 'cart');
  await expect(ringlab.answer).toHaveText('Get cart → milk, bread');
});
