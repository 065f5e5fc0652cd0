// Errors with codes, for a program to tell them apart; the message is for whoever reads it.

export class RingError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = 'RingError';
    this.code = code;
  }
}

// Calls into the wasm, where a refusal is an error whose name is the code.
export function attempt(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && /^[A-Z][A-Z_]+$/.test(error.name)) {
      throw placed(new RingError(error.name, error.message), error);
    }
    throw error;
  }
}

// With the place in a text, if it has one.
function placed(refused, { line, column }) {
  return line === undefined ? refused : Object.assign(refused, { line, column });
}

// What a wrong argument is, in a few words: `a number (42)`.
export function shown(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `an object of ${value.constructor?.name || 'no class'}`;
  const text = typeof value === 'symbol' ? value.toString() : String(value);
  return `a ${typeof value} (${text.length > 40 ? `${text.slice(0, 40)}...` : text})`;
}

export function wrong(code, wanted, value) {
  return new RingError(code, `${wanted} is wanted; got ${shown(value)}`);
}

// A whole number of 32 bits.
export function whole(value, code, wanted) {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw wrong(code, wanted, value);
  return value;
}
