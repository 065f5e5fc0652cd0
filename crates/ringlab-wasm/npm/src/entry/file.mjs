// The wasm as a file of its own, beside this one or where the caller says. `init` loads it.

import load from '#wasm';

import { RingError } from '../errors.mjs';
import { start } from '../instance.mjs';

export * from '#package';

const MAGIC = 0x6d736100;

let loading;

// Loads once, however often it is called; after a failure it may be tried again.
export function init(source = new URL(WASM_FILE, import.meta.url)) {
  loading ??= begin(source).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function begin(source) {
  const module_or_path = await moduleOf(await source);
  start(await load({ module_or_path }));
}

async function moduleOf(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return compiled(source, 'the given bytes');
  }
  if (typeof Response === 'function' && source instanceof Response) return answered(source);
  const url = String(source);
  const response = await fetch(url).catch((cause) => {
    throw failed(url, cause.message, cause);
  });
  return answered(response, url);
}

async function answered(response, url = response.url || 'the given response') {
  if (!response.ok) throw failed(url, `HTTP ${response.status} ${response.statusText}`.trim());
  return compiled(await response.arrayBuffer(), url);
}

async function compiled(bytes, from) {
  const view = ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);
  if (view.byteLength < 4 || view.getUint32(0, true) !== MAGIC) {
    throw failed(from, 'it is not WebAssembly (a page in its place?): pass the right address to init()');
  }
  return WebAssembly.compile(bytes).catch((cause) => {
    throw failed(from, cause.message, cause);
  });
}

function failed(from, why, cause) {
  return new RingError('LOAD_FAILED', `cannot load the wasm from ${from}: ${why}`, { cause });
}
