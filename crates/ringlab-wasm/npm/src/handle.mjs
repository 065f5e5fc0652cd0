// What has memory in the wasm: it is freed by hand, at the end of a `using` block, or when nothing
// refers to it any more (the generated classes register themselves for that).

import { RingError, wrong } from './errors.mjs';

// Where the generated object is kept.
export const RAW = Symbol('raw');

export class Handle {
  constructor(raw) {
    this[RAW] = raw;
  }

  free() {
    this[RAW].free();
    this[RAW] = freed(this[Symbol.toStringTag]);
  }
}

// Older engines have no such symbol, and no `using`.
Object.defineProperty(Handle.prototype, Symbol.dispose ?? Symbol.for('Symbol.dispose'), {
  value() {
    this.free();
  },
});

// The generated object of an argument; throws unless it is of this class.
export function rawOf(handle, kind) {
  if (!(handle instanceof kind)) throw wrong('BAD_ARGUMENT', `a ${kind.kind}`, handle);
  const raw = handle[RAW];
  // Asked for, so that one that was freed says so.
  return raw.__wbg_ptr && raw;
}

// Takes the place of a freed object: no method has to look whether it is there.
function freed(kind) {
  return new Proxy({}, {
    get(_, name) {
      if (name === 'free') return () => {};
      throw new RingError('FREED', `this ${kind} was freed`);
    },
  });
}
