// The one instance of the wasm that this module's classes share.

import * as glue from '#wasm';

import { RingError } from './errors.mjs';

let exports;

export function start(started) {
  exports = started;
}

// The generated classes and functions, once they can be used.
export function wasm() {
  if (exports === undefined) {
    throw new RingError('NOT_READY', 'the wasm is not loaded yet: `await init()` first');
  }
  return glue;
}

export const memory = () => exports.memory;
