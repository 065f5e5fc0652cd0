// A fresh folder where the packed package is installed, and programs run as a stranger's would.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const started = promisify(execFile);
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';

export const home = dirname(dirname(fileURLToPath(import.meta.url)));

// Runs a program to its end; what it prints. An error carries all that it printed.
export async function run(folder, program, ...words) {
  try {
    const { stdout } = await started(program, words, { cwd: folder, maxBuffer: 1 << 26 });
    return stdout.trim();
  } catch (error) {
    throw new Error(`${program} ${words.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? error}`);
  }
}

export const node = (folder, ...words) => run(folder, process.execPath, ...words);

// A development tool of this package, by its script.
export const tool = (folder, script, ...words) =>
  node(folder, join(home, 'node_modules', script), ...words);

// Packs the package and gives what installs it into folders of their own.
export async function packed() {
  const root = mkdtempSync(join(tmpdir(), 'ringlab-'));
  const [{ filename }] = JSON.parse(await run(home, NPM, 'pack', '--json', '--pack-destination', root));
  const tarball = join(root, filename);
  return {
    tarball,
    // A folder with the package and these files of `consumers/` in it.
    async install(name, ...from) {
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
      await run(folder, NPM, 'install', '--offline', '--no-audit', '--no-fund', tarball);
      for (const source of from) cpSync(join(home, source), folder, { recursive: true });
      cpSync(join(home, 'consumers/exercise.mjs'), join(folder, 'exercise.mjs'));
      return folder;
    },
    clear: () => rmSync(root, { recursive: true, force: true }),
  };
}
