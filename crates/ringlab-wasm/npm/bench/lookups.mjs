// Lookups side by side, in one interleaved run: rounds of all contenders in turn, and the median of
// each. It knows no engine, and which packages take part it is told.

const KEYS = 100_000;
const HOT = 1_000;
export const VIRTUAL_NODES = 160;

// So that no lookup is left out.
let used = 0;

// Strings of 20 characters as a parser or a socket would leave them: flat, a byte each.
function keysOf(decode) {
  const encoder = new TextEncoder();
  return Array.from({ length: KEYS }, (_, number) =>
    decode(encoder.encode(`user:${String(number * 7919).padStart(15, '0')}`)));
}

// A loop of its own for each contender, as a program has: the engine compiles it for that one alone.
// The lengths are added up; some find no node for some keys.
function eachKey(list, lookup) {
  const loop = new Function('list', 'lookup', `
    let sum = 0;
    for (let at = 0; at < list.length; at += 1) sum = (sum + (lookup(list[at])?.length ?? 0)) | 0;
    return sum;
  `);
  return () => {
    used += loop(list, lookup);
    return list.length;
  };
}

function floor(keys) {
  const loop = new Function('list', `
    let sum = 0;
    for (let at = 0; at < list.length; at += 1) {
      const key = list[at];
      for (let unit = 0; unit < key.length; unit += 1) sum = (sum + key.charCodeAt(unit)) | 0;
    }
    return sum;
  `);
  return () => {
    used += loop(keys);
    return keys.length;
  };
}

function ours(HashRing, nodes, keys) {
  const hot = keys.map((_, number) => keys[(number * 31) % HOT]);
  const packed = {
    bytes: new TextEncoder().encode(keys.join('')),
    ends: Uint32Array.from(keys, (_, number) => (number + 1) * keys[0].length),
  };
  const ring = new HashRing({ nodes, virtualNodes: VIRTUAL_NODES });
  const cached = new HashRing({ nodes, virtualNodes: VIRTUAL_NODES, cache: 4 * HOT });
  const map = new Map(hot.map((key) => [key, ring.primary(key)]));
  return {
    'ringlab': eachKey(keys, (key) => ring.primary(key)),
    'floor: charCodeAt of each unit': floor(keys),
    'ringlab, hot keys in its cache': eachKey(hot, (key) => cached.primary(key)),
    'floor: hot keys in a Map': eachKey(hot, (key) => map.get(key)),
    'ringlab, primaryMany of strings': () => ring.primaryMany(keys).length,
    'ringlab, primaryMany of bytes': () => ring.primaryMany(packed).length,
    'ringlab, preferenceList of 3': eachKey(keys, (key) => ring.preferenceList(key, 3)),
  };
}

export function timed(run) {
  const begin = performance.now();
  const count = run();
  return ((performance.now() - begin) * 1e6) / count;
}

export const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];

// Nanoseconds a key of each contender at these numbers of nodes. `others` makes contenders of nodes,
// keys and `eachKey`; `decode` makes a flat string of bytes.
export function lookups({ HashRing, counts, rounds, decode, others = () => ({}) }) {
  const keys = keysOf(decode);
  const tables = counts.map((count) => {
    const nodes = Array.from({ length: count }, (_, number) => `node-${number}`);
    const contenders = { ...ours(HashRing, nodes, keys), ...others(nodes, keys, eachKey) };
    const all = Object.entries(contenders).map(([name, run]) => ({ name, run, times: [] }));
    for (const { run } of all) run();
    for (let round = 0; round < rounds; round += 1) {
      for (const { run, times } of all) times.push(timed(run));
    }
    return { count, rows: all.map(({ name, times }) => ({ name, time: median(times) })) };
  });
  if (used === 0) throw new Error('nothing was looked up');
  return tables;
}
