// For runtimes that compile no bytes, and import a module instead: ready as soon as this is imported.

import module from '#file';
import { initSync } from '#wasm';

import { start } from '../instance.mjs';

export * from '#package';

start(initSync({ module }));

// There is nothing to wait for; here, so that the same code runs with every entry.
export async function init() {}
