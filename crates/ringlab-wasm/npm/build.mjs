// Builds the package into dist/: cargo, wasm-bindgen and wasm-opt make four modules of one crate,
// esbuild makes an entry of each for every place where it may run.
// Usage: node build.mjs [--scripts | --sizes]: the scripts alone around the wasm of the last build, or
// the sizes of what is there. CARGO_TARGET_DIR is heeded.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../../..');
const dist = join(here, 'dist');
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const made = join(target, 'npm');

// What each module has beside the ring, how it is built, and how many bytes of it as gzip a browser may
// load. A ring is built for speed, beside placements for the speed of lookups, all else small. Each
// holds all that its entry has: those who read no configuration do not load its readers, half as much
// again as the placements.
const MODULES = [
  {
    name: 'ring', features: '', profile: 'release', exported: 'index.mjs', types: 'index.d.ts',
    optimise: '-O3', wasmMax: 57_000, scriptMax: 10 << 10,
  },
  {
    name: 'cluster', features: 'cluster', profile: 'small', exported: 'everything.mjs', types: 'cluster.d.ts',
    optimise: '-Oz', wasmMax: 287_500, scriptMax: 12 << 10,
  },
  {
    name: 'placement', features: 'placement', profile: 'brisk', exported: 'placements.mjs', types: 'placement.d.ts',
    optimise: '-Oz', wasmMax: 90_000, scriptMax: 11_000,
  },
  {
    name: 'import', features: 'import', profile: 'small', exported: 'imports.mjs', types: 'import.d.ts',
    optimise: '-Oz', wasmMax: 136_000, scriptMax: 11_500,
  },
];

// With the pinned wasm-bindgen before any other.
const PATH = [join(root, 'target/tools/bin'), process.env.PATH].join(delimiter);

async function run(program, ...words) {
  const stdio = ['ignore', 'inherit', 'inherit'];
  const child = spawn(program, words, { cwd: root, stdio, env: { ...process.env, PATH } });
  const [status, signal] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${signal ?? status}`);
}

// The last module of each profile that is being bound.
const bound = new Map();

// Modules are bound at the same time, but cargo leaves all of one profile under the same name: of these
// one after the other.
function bindInTurn(module) {
  const turn = Promise.resolve(bound.get(module.profile)).then(() => bind(module));
  bound.set(module.profile, turn);
  return turn;
}

// Cargo and then wasm-bindgen: glue and wasm of one module.
async function bind({ name, features, profile }) {
  const triple = 'wasm32-unknown-unknown';
  await run(
    'cargo', 'build', '--quiet', '--profile', profile, '--package', 'ringlab-wasm', '--target', triple,
    '--no-default-features', '--features', features,
  );
  await run(
    'wasm-bindgen', '--target', 'web', '--omit-default-module-path', '--no-typescript',
    '--out-dir', join(made, name), '--out-name', name,
    join(target, triple, profile, 'ringlab_wasm.wasm'),
  );
}

// The bound wasm as it is published.
async function shrink({ name, optimise: level }) {
  const out = join(made, name);
  const silent = join(out, `${name}_silent.wasm`);
  await silence(join(out, `${name}_bg.wasm`), silent);
  const optimiser = join(root, 'node_modules/binaryen/bin/wasm-opt');
  const optimise = (from, to, ...words) => run(process.execPath, optimiser, ...words, from, '-o', to);
  // By name, functions that are alike stand side by side: gzip looks back 32 kB. For that they are to
  // stay apart, though some have one caller only. Then the names go.
  const named = join(out, `${name}_named.wasm`);
  const apart = ['--one-caller-inline-max-function-size', '20', '--reorder-functions-by-name'];
  await optimise(silent, named, '--debuginfo', level, ...apart);
  await optimise(named, join(dist, `${name}.wasm`), '--strip-debug', '--strip-producers', '--strip-target-features');
}

// Functions of Rust's own libraries that end in a panic, as they are called without their hashes.
const PANICS = /^<?(core|alloc|std|__rustc)\b.*::(panic\w*|\w+_fail(ed)?(_rt)?|handle_(alloc_)?error|capacity_overflow|rust_begin_unwind)$/;

// A panic writes to a standard error that no browser has, and then traps. Here it traps at once, and
// all that would compose what nobody can read goes.
async function silence(from, to) {
  const { default: binaryen } = await import('binaryen');
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(readFileSync(from));
  let silenced = 0;
  for (let at = 0; at < module.getNumFunctions(); at += 1) {
    const reference = module.getFunctionByIndex(at);
    const { name, results } = binaryen.getFunctionInfo(reference);
    if (results !== binaryen.none || !PANICS.test(name.replace(/\[[0-9a-f]{16}\]/g, ''))) continue;
    binaryen.Function(reference).body = module.unreachable();
    silenced += 1;
  }
  if (silenced === 0) throw new Error(`${from}: no panic is known by its name`);
  writeFileSync(to, module.emitBinary());
  module.dispose();
}

// One entry: a script with everything in it but the wasm, or with the wasm too.
function entry({ name, exported }, source, file, options) {
  const paths = {
    '#wasm': join(made, name, `${name}.js`),
    '#package': join(here, 'src', exported),
    '#file': join(dist, `${name}.wasm`),
  };
  const aliases = {
    name: 'aliases',
    setup(building) {
      building.onResolve({ filter: /^#/ }, ({ path }) => {
        const isOutside = path === '#file' && options.file === 'outside';
        return isOutside ? { path: `./${name}.wasm`, external: true } : { path: paths[path] };
      });
    },
  };
  return build({
    entryPoints: [join(here, 'src/entry', source)],
    outfile: join(dist, file),
    bundle: true,
    format: options.format ?? 'esm',
    target: 'es2022',
    platform: 'neutral',
    minifyWhitespace: true,
    minifySyntax: true,
    loader: { '.wasm': 'binary' },
    define: { WASM_FILE: JSON.stringify(`./${name}.wasm`) },
    // The glue's own way to find a file: ours is told apart, with errors that say what is wrong.
    legalComments: 'none',
    plugins: [aliases],
    logLevel: 'warning',
  });
}

async function entries(module) {
  const { name } = module;
  await entry(module, 'file.mjs', `${name}.js`, {});
  await entry(module, 'inline.mjs', `${name}.inline.js`, {});
  await entry(module, 'inline.mjs', `${name}.cjs`, { format: 'cjs' });
  await entry(module, 'workerd.mjs', `${name}.workerd.js`, { file: 'outside' });
  // One instance for `import` and for `require`.
  const names = Object.keys(createRequire(import.meta.url)(join(dist, `${name}.cjs`)));
  const again = `import all from './${name}.cjs';\n\nexport const { ${names.join(', ')} } = all;\n`;
  writeFileSync(join(dist, `${name}.node.js`), again);
}

// The same declarations for modules of both kinds.
function declarations() {
  for (const { types } of MODULES) {
    const text = readFileSync(join(here, 'src', types), 'utf8');
    writeFileSync(join(dist, types), text);
    writeFileSync(
      join(dist, types.replace('.d.ts', '.d.cts')),
      text.replace(/'\.\/(index|placement)\.js'/g, "'./$1.cjs'"),
    );
  }
}

// What a browser downloads of each module, held against what it may be.
export function sizes() {
  return MODULES.flatMap(({ name, wasmMax, scriptMax }) =>
    [[`${name}.wasm`, wasmMax], [`${name}.js`, scriptMax]].map(([file, most]) => {
      const bytes = readFileSync(join(dist, file));
      return { file, raw: bytes.length, packed: gzipSync(bytes, { level: 9 }).length, most };
    }));
}

export async function buildPackage({ scriptsOnly = false } = {}) {
  if (!scriptsOnly) rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  // One that fails does not leave the others running behind it.
  const built = await Promise.allSettled(MODULES.map(async (module) => {
    if (!scriptsOnly) {
      await bindInTurn(module);
      await shrink(module);
    }
    await entries(module);
  }));
  const failed = built.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  declarations();
  for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE']) {
    copyFileSync(join(root, licence), join(here, licence));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scriptsOnly = process.argv.includes('--scripts');
  if (!process.argv.includes('--sizes')) await buildPackage({ scriptsOnly });
  for (const { file, raw, packed, most } of sizes()) {
    console.log(`${file.padEnd(14)} ${String(raw).padStart(8)} bytes, ${String(packed).padStart(7)} as gzip of at most ${most}`);
  }
}
