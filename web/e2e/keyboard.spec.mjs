// Everything by the keyboard alone, with the focus in sight.

import { SAMPLE_KEYS } from './support/ringlab.mjs';
import { expect, test } from './support/test.mjs';

test.beforeEach(({ ringlab }) => ringlab.open());

test('a node is added, weighed and removed by the keyboard alone', async ({ page, ringlab }) => {
  await tabTo(page, ringlab.nodes.getByRole('textbox', { name: 'Name', exact: true }));
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await expect(ringlab.row('typed')).toBeVisible();
  // Out of the field: inside one a letter is a letter.
  await tabTo(page, ringlab.button('Add 10'));
  await page.keyboard.press('f');
  await expect(ringlab.row('typed')).toContainText('live');

  await tabTo(page, ringlab.table.getByRole('textbox', { name: 'Weight of typed' }));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('2');
  await page.keyboard.press('Tab');
  await tabTo(page, ringlab.button('Remove typed'));
  await page.keyboard.press('f');
  await expect.poll(async () => (await ringlab.node('typed')).virtual).toBe(512);

  await page.keyboard.press('Enter');
  await expect(ringlab.row('typed')).toContainText('leaving');
  await page.keyboard.press('f');
  await expect(ringlab.row('typed')).toContainText('removed');
  expect(await ringlab.total()).toBe(SAMPLE_KEYS);
});

test('the link past the ring leads to the table and leaves everything as it is', async ({
  page,
  ringlab,
}) => {
  await ringlab.add();
  await ringlab.settle();
  const skip = page.getByRole('link', { name: 'Skip to the node table' });
  await tabTo(page, skip, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#node-table')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(ringlab.table.locator(':focus')).toHaveCount(1);
  await expect(ringlab.row('node-9')).toBeVisible();
  expect(page.url()).not.toContain('#node-table');
});

test('a key is put and got by the keyboard alone', async ({ page, ringlab }) => {
  await page.keyboard.press('/');
  const field = ringlab.requests.getByRole('textbox', { name: 'Key', exact: true });
  await expect(field).toBeFocused();
  await page.keyboard.type('my own key');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(ringlab.requests.getByRole('button', { name: 'Put', exact: true })).toBeFocused();
  await page.keyboard.press('Space');
  await tabTo(page, ringlab.requests.getByRole('textbox', { name: 'Value', exact: true }));
  await page.keyboard.type('blue');
  await page.keyboard.press('Enter');
  await expect(ringlab.answer).toHaveText('Put my own key → Stored');

  await tabTo(page, ringlab.requests.getByRole('button', { name: 'Get', exact: true }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('/');
  await page.keyboard.press('Enter');
  await expect(ringlab.answer).toHaveText('Get my own key → blue');
});

test('undo and redo have their keys, and fields keep their own', async ({ page, ringlab }) => {
  await page.keyboard.press('a');
  await expect(ringlab.row('node-9')).toBeVisible();
  await page.keyboard.press('f');
  await expect(ringlab.row('node-9')).toContainText('live');
  await page.keyboard.press('Control+z');
  await expect(ringlab.row('node-9')).toHaveCount(0);
  await page.keyboard.press('Control+Shift+z');
  await expect(ringlab.row('node-9')).toBeVisible();

  await page.keyboard.press('/');
  await page.keyboard.type('a');
  await page.keyboard.press('Control+z');
  await expect(ringlab.requests.getByRole('textbox', { name: 'Key', exact: true })).toHaveValue('');
  await expect(ringlab.row('node-9')).toBeVisible();
});

test('settings, theme and the list of shortcuts have their keys', async ({ page, ringlab }) => {
  await page.keyboard.press('s');
  await expect(ringlab.setting('n')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(ringlab.setting('n')).toBeHidden();
  await page.keyboard.press('t');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('the ring is walked range by range without a pointer', async ({ page, ringlab }) => {
  await tabTo(page, ringlab.closely.getByRole('textbox', { name: 'Key or token' }));
  await page.keyboard.type('0x8000000000000000');
  await page.keyboard.press('Enter');
  const range = ringlab.closely.locator('.range-line code');
  const [, end] = (await range.textContent()).match(/0x[0-9a-f]{16}/g);
  await tabTo(page, ringlab.button('Range after'));
  await page.keyboard.press('Enter');
  await expect(range).toContainText(`(${end}, `);
});

test('the first stop leads past the drawing to the table', async ({ page }) => {
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the node table' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
});

test('every stop of the keyboard shows that it has the focus', async ({ page, ringlab }) => {
  await ringlab.openSettings();
  await ringlab.source('Your file');
  const stops = [];
  const unmarked = [];
  for (let press = 0; press < 150; press += 1) {
    await page.keyboard.press('Tab');
    const { place, name, isMarked } = await page.evaluate(describeFocus);
    if (stops.includes(place)) break;
    // Past the last control the browser's own come, then the first one again.
    if (place < 0) continue;
    stops.push(place);
    if (!isMarked) unmarked.push(name);
  }
  expect(stops.length).toBeGreaterThan(50);
  expect(unmarked).toEqual([]);
});

// Presses Tab until a control has the focus.
async function tabTo(page, control, key = 'Tab') {
  for (let press = 0; press < 150; press += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(control).toBeFocused();
}

// Runs in the page: the control with the focus, and whether anything about it is drawn for that.
function describeFocus() {
  const active = document.activeElement;
  const marks = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  };
  const label = active.closest('label');
  return {
    place: active === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(active),
    name: active.getAttribute('aria-label') ?? active.textContent.slice(0, 40) ?? active.tagName,
    isMarked: marks(active) || (label !== null && active.type === 'file' && marks(label)),
  };
}
