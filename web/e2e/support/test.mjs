// What every test of the page starts from: a page whose errors fail the test.

import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import { fileURLToPath } from 'node:url';

import { Ringlab } from './ringlab.mjs';

const SCREENSHOTS = fileURLToPath(new URL('../../../target/e2e/screenshots/', import.meta.url));

export { expect };

export const test = base.extend({
  // Anything the page logs as an error, throws, or fails to load fails the test at its end.
  page: async ({ page }, use) => {
    const errors = [];
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
    page.on('response', (response) => {
      if (response.status() >= 400) errors.push(`${response.status()}: ${response.url()}`);
    });
    await use(page);
    expect(errors, 'errors of the page').toEqual([]);
  },

  ringlab: async ({ page }, use) => {
    await use(new Ringlab(page));
  },
});

// What is wrong stands beside its own field: seen, and read out with it.
export async function expectWrong(field, reason) {
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(reason);
  const box = field.locator('xpath=ancestor::*[contains(@class, "field-box")]');
  await expect(box.getByRole('alert')).toBeVisible();
}

// Keeps a picture of the page under target/e2e/screenshots/ for a person to look at.
export async function picture(page, name, options = {}) {
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled', ...options });
}

// Fails on whatever axe finds in the page as it stands.
export async function expectAccessible(page) {
  const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // The page has no frames, so axe needs no second page to join what it finds in each.
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
    .setLegacyMode(true)
    .analyze();
  const found = violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${impact} ${id}: ${node.target.join(' ')}`),
  );
  expect(found, 'what axe finds').toEqual([]);
}
