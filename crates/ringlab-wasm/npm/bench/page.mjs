// The same lookups on a page, of ours alone: the other packages need Node.

import { HashRing, init } from './ring.js';

import { lookups } from './lookups.mjs';

const decoder = new TextDecoder('latin1');

await init();
window.run = (counts, rounds) =>
  lookups({ HashRing, counts, rounds, decode: (bytes) => decoder.decode(bytes) });
