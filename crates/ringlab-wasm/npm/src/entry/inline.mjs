// The wasm inside the script: ready as soon as this is imported.

import bytes from '#file';
import { initSync } from '#wasm';

import { start } from '../instance.mjs';

export * from '#package';

start(initSync({ module: bytes }));

// There is nothing to wait for; here, so that the same code runs with every entry.
export async function init() {}
