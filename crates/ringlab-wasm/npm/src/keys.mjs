// Keys on their way into the wasm: strings and bytes, one at a time or packed.

import { wrong } from './errors.mjs';
import { memory, wasm } from './instance.mjs';

// Longer strings are read faster by the engine's own encoder.
const SHORT = 32;
// UTF-8 needs at most so many bytes for each unit of a string.
const UNIT_BYTES = 3;

const encoder = new TextEncoder();

// The scratch memory in the wasm, byte by byte and four at a time. Both views lose their length
// when the memory grows, and are made anew.
let bytes = new Uint8Array(0);
let words = new Uint32Array(0);

// Numbers that the wasm left in the scratch memory.
export function left() {
  if (words.length === 0) lookAnew();
  return words;
}

// Writes a key to the scratch memory and gives its length in bytes; -1 when it is too long.
export function put(key) {
  if (words.length === 0) lookAnew();
  if (typeof key === 'string') {
    const { length } = key;
    if (length <= SHORT && putAscii(key, length)) return length;
    if (length * UNIT_BYTES > bytes.length) return -1;
    return encoder.encodeInto(key, bytes).written;
  }
  if (!(key instanceof Uint8Array)) throw badKey(key);
  if (key.length > bytes.length) return -1;
  bytes.set(key);
  return key.length;
}

// A key of any length as bytes of its own.
export function bytesOf(key) {
  if (typeof key === 'string') return encoder.encode(key);
  if (key instanceof Uint8Array) return key;
  throw badKey(key);
}

// The most bytes that a key may have; throws when it is none.
export function bytesMaxOf(key) {
  if (typeof key === 'string') return key.length * UNIT_BYTES;
  if (key instanceof Uint8Array) return key.length;
  throw badKey(key);
}

// The token of a key: where it stands on the ring.
export function token(key) {
  const glue = wasm();
  const length = put(key);
  return BigInt.asUintN(64, length < 0 ? glue.tokenOf(bytesOf(key)) : glue.tokenAt(length));
}

// Many keys as one array of bytes, and where each ends.
export class Packer {
  constructor(bytesMax) {
    this.bytes = new Uint8Array(bytesMax);
    this.ends = [];
    this.end = 0;
  }

  // Whether there was room; in an empty packer there is room for any key.
  push(key) {
    const needed = bytesMaxOf(key);
    if (this.end + needed > this.bytes.length) {
      if (this.end > 0) return false;
      this.bytes = new Uint8Array(needed);
    }
    if (typeof key === 'string') {
      this.end += written(key, this.bytes, this.end);
    } else {
      this.bytes.set(key, this.end);
      this.end += key.length;
    }
    this.ends.push(this.end);
    return true;
  }

  // What is packed; good until the next key is pushed.
  take() {
    const packed = { bytes: this.bytes.subarray(0, this.end), ends: new Uint32Array(this.ends) };
    this.ends = [];
    this.end = 0;
    return packed;
  }
}

// Writes a string to these bytes and gives how many it takes; there is room.
function written(key, bytes, begin) {
  const { length } = key;
  let seen = 0;
  if (length <= SHORT) {
    for (let at = 0; at < length; at += 1) {
      const unit = key.charCodeAt(at);
      seen |= unit;
      bytes[begin + at] = unit;
    }
    if (seen < 128) return length;
  }
  return encoder.encodeInto(key, bytes.subarray(begin)).written;
}

// What is found for many keys: in one piece when they come so, as `{ bytes, ends }`; else one by one,
// for strings reach the wasm with less copying than it takes to make one piece of them.
export function findMany(keys, inOnePiece, one) {
  if (ArrayBuffer.isView(keys?.bytes)) return inOnePiece(keys.bytes, keys.ends);
  const list = Array.isArray(keys) ? keys : Array.from(keys);
  const found = new Array(list.length);
  for (let at = 0; at < list.length; at += 1) found[at] = one(list[at]);
  return found;
}

// Reading a string unit by unit costs most of a lookup: four at a time are written at once.
function putAscii(key, length) {
  let seen = 0;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const a = key.charCodeAt(at);
    const b = key.charCodeAt(at + 1);
    const c = key.charCodeAt(at + 2);
    const d = key.charCodeAt(at + 3);
    seen |= a | b | c | d;
    words[at >> 2] = a | (b << 8) | (c << 16) | (d << 24);
  }
  let last = 0;
  for (let shift = 0; at + (shift >> 3) < length; shift += 8) {
    const unit = key.charCodeAt(at + (shift >> 3));
    seen |= unit;
    last |= unit << shift;
  }
  words[at >> 2] = last;
  return seen < 128;
}

function lookAnew() {
  const glue = wasm();
  const { buffer } = memory();
  bytes = new Uint8Array(buffer, glue.scratchAddress(), glue.scratchBytes());
  words = new Uint32Array(buffer, bytes.byteOffset, bytes.length >> 2);
}

const badKey = (key) => wrong('BAD_KEY', 'a string or a Uint8Array as a key', key);
