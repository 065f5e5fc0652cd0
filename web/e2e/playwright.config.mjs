// How the release build is tested in a browser. `cargo xtask test e2e` builds it and runs this.
//
// Nothing is tried twice and nothing runs at the same time: a test that fails now and then is a
// fault of the page or of the test, and a frame that is late must not be another test's doing.

import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';

import { ADDRESS } from './support/address.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  outputDir: `${root}/target/e2e/results`,
  forbidOnly: true,
  retries: 0,
  workers: 1,
  timeout: 60_000,
  globalTimeout: 3_600_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['./support/tally.mjs']],
  use: {
    baseURL: ADDRESS,
    browserName: 'chromium',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
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
      ],
    },
  },
  projects: [
    { name: 'page', testMatch: '**/*.spec.mjs' },
    { name: 'bench', testMatch: 'bench/*.bench.mjs', timeout: 900_000 },
  ],
  webServer: {
    // RINGLAB_DIST names another built page to test.
    command: `node web/e2e/support/serve.mjs ${process.env.RINGLAB_DIST ?? 'dist'}`,
    cwd: root,
    url: ADDRESS,
    reuseExistingServer: false,
  },
});
