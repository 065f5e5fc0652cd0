// How the release build is tested in a browser. `cargo xtask test e2e` builds it and runs this.
//
// Nothing is tried twice: a test that fails now and then is a fault of the page or of the test. Two
// tests run at once, each in a browser of its own, but what is measured runs alone: a frame that is
// late must not be another test's doing.

import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';

import { ADDRESS } from './support/address.mjs';

// Chromium opens two pages of its own beside each of ours, for suggestions that no test asks for, and
// draws them. The last such list is the one that holds, so what Playwright leaves out stands here, too.
const WITHOUT = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  outputDir: `${root}/target/e2e/results`,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  globalTimeout: 3_600_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['./support/tally.mjs']],
  use: {
    baseURL: ADDRESS,
    browserName: 'chromium',
    screenshot: 'only-on-failure',
    // Recording takes as long again as some tests do. RINGLAB_TRACE=1 keeps the traces of failed ones.
    trace: process.env.RINGLAB_TRACE ? 'retain-on-failure' : 'off',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      // xtask finds the browser and names it here.
      executablePath: process.env.CHROME ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--disable-features=${WITHOUT.join(',')}`,
      ],
    },
  },
  projects: [
    { name: 'page', testMatch: '**/*.spec.mjs', fullyParallel: true },
    { name: 'bench', testMatch: 'bench/*.bench.mjs', timeout: 900_000, workers: 1 },
  ],
  webServer: {
    // RINGLAB_DIST names another built page to test.
    command: `node web/e2e/support/serve.mjs ${process.env.RINGLAB_DIST ?? 'dist'}`,
    cwd: root,
    url: ADDRESS,
    reuseExistingServer: false,
  },
});
