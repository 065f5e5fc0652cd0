// Builds the package, packs it, installs it where nothing else is, and uses it as strangers do.
// Usage: node test/run.mjs [--built], which takes what is in dist/ already.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Miniflare } from 'miniflare';

import { buildPackage, sizes } from '../build.mjs';
import { behaviour } from './behaviour.mjs';
import { told } from './browser.mjs';
import { examples } from './examples.mjs';
import { check, report } from './harness.mjs';
import { placements } from './placements.mjs';
import { home, node, packed, run, tool } from './workspace.mjs';

if (!process.argv.includes('--built')) await buildPackage();
const { tarball, install, clear } = await packed();
const expected = JSON.parse(readFileSync(join(home, 'consumers/expected.json'), 'utf8'));
const isExpected = (printed) => assert.deepEqual(JSON.parse(printed), expected);

for (const { file, packed: bytes, most } of sizes()) {
  check(`${file} has at most ${most} bytes as gzip`, () => assert.ok(bytes <= most, `${bytes}`));
}
check('publint finds nothing', async () => {
  const script = 'publint/src/cli.js';
  await tool(home, script, 'run', tarball, '--strict');
});
check('the types resolve everywhere', () => tool(
  home, '@arethetypeswrong/cli/dist/index.js', tarball,
  '--exclude-entrypoints', 'ring.wasm', 'cluster.wasm', 'placement.wasm', 'import.wasm',
  '--profile', 'node16',
));

const apart = await install('behaviour');
behaviour(apart);
placements(apart);

const plain = await install('node', 'consumers/node');
check('Node, import', async () => isExpected(await node(plain, 'main.mjs')));
check('Node, require', async () => isExpected(await node(plain, 'main.cjs')));
for (const [name, path, ...words] of [
  ['Deno', '@deno/linux-x64-glibc/deno', 'run', '--allow-read', '--no-lock', '--node-modules-dir=manual'],
  ['Bun', '@oven/bun-linux-x64/bin/bun'],
]) {
  const program = join(home, 'node_modules', path);
  // npm brings the one that fits the machine.
  if (existsSync(program)) {
    check(name, async () => isExpected(await run(plain, program, ...words, 'main.mjs')));
  }
}

const typescript = await install('typescript', 'consumers/typescript');
for (const [module, resolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
  check(`TypeScript, ${resolution}`, () => tool(
    typescript, 'typescript/bin/tsc', '--module', module, '--moduleResolution', resolution,
  ));
}

const vite = await install('vite', 'consumers/vite');
check('Vite, opened in Chromium', async () => {
  await tool(vite, 'vite/bin/vite.js', 'build', '--target', 'es2022', '--logLevel', 'warn');
  assert.deepEqual(await told(join(vite, 'dist')), expected);
});

const webpack = await install('webpack', 'consumers/webpack');
check('webpack, opened in Chromium', async () => {
  await tool(webpack, 'webpack-cli/bin/cli.js', 'build', '--config', 'webpack.config.mjs');
  writeFileSync(join(webpack, 'dist/index.html'), readFileSync(join(webpack, 'index.html')));
  assert.deepEqual(await told(join(webpack, 'dist')), expected);
});

const page = await install('page', 'consumers/page');
check('a plain page, and what a failed load says', async () => {
  const { early, lost, page: notWasm, loaded, ...rest } = await told(page);
  assert.deepEqual(rest, expected);
  assert.equal(early, 'NOT_READY');
  assert.match(lost, /^LOAD_FAILED: .*nowhere\.wasm: HTTP 404/);
  assert.match(notWasm, /^LOAD_FAILED: .*index\.html: it is not WebAssembly/);
  for (const once of ['ring.wasm', 'cluster.wasm', 'placement.wasm', 'import.wasm']) {
    assert.equal(loaded.filter((name) => name === once).length, 1, `${once} of ${loaded}`);
  }
});

const worker = await install('worker', 'consumers/worker');
check('a web worker', async () => assert.deepEqual(await told(worker), expected));

const workerd = await install('workerd', 'consumers/workerd');
check('workerd', async () => {
  const edge = new Miniflare({
    modules: true,
    modulesRoot: workerd,
    scriptPath: join(workerd, 'main.mjs'),
    modulesRules: [
      { type: 'ESModule', include: ['**/*.js', '**/*.mjs'] },
      { type: 'CompiledWasm', include: ['**/*.wasm'] },
    ],
    compatibilityDate: '2026-01-01',
  });
  try {
    const response = await edge.dispatchFetch('http://any/');
    isExpected(await response.text());
  } finally {
    await edge.dispose();
  }
});

await examples(await install('examples', 'examples'));

const passed = await report();
clear();
process.exit(passed ? 0 : 1);
