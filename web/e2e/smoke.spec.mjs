// The built page starts: from a path, under a strict content policy, without an error.

import { expect, test } from './support/test.mjs';

test('the page starts under a path of a static host', async ({ page }) => {
  await page.goto('./');
  await expect(page).toHaveTitle(/Ringlab/);
  await expect(page.getByRole('main')).toBeVisible();
});
