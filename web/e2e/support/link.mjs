// Situations as fragments of a link, written here from the format's description and not by the
// page's own code: `v2.` and base64url of deflated postcard bytes; `v1.` of the version before.

import { deflateRawSync, inflateRawSync } from 'node:zlib';

const SETTINGS = { virtual: 256, n: 3, r: 2, w: 2, zones: false };

// The fragment of a ring of so many nodes; `keys` is a number of made keys, or none for the sample.
// Settings of the store are named where they are not the store's own defaults.
export function fragment({ seed = 42, settings = {}, nodes = 8, keys, weight } = {}) {
  const { virtual, n, r, w, zones } = { ...SETTINGS, ...settings };
  const chosen = [
    ...Object.entries({ n, r, w }).filter(([name, value]) => value !== SETTINGS[name]),
    ...(zones ? [['spread', 1]] : []),
    ['gossip', 1],
  ];
  const named = chosen.flatMap(([name, value]) => [...text(name), ...number(value)]);
  const head = [...number(seed), ...number(virtual), ...number(chosen.length), ...named];
  return packed(Buffer.from([...head, ...rest({ nodes, keys, weight })]));
}

// The same as the first version of the page wrote it.
export function firstFragment({ seed = 42, settings = {}, nodes = 8, keys, weight } = {}) {
  const { virtual, n, r, w, zones } = { ...SETTINGS, ...settings };
  const head = [...number(seed), ...[virtual, n, r, w].flatMap(number), zones ? 1 : 0];
  return packed(Buffer.from([...head, ...rest({ nodes, keys, weight })]), 'v1');
}

// Keys, nodes, the next id and no writes.
function rest({ nodes, keys, weight = 1_000 }) {
  const specs = Array.from({ length: nodes }, (_, place) => place + 1).map((id) => [
    ...number(id),
    ...text(`node-${id}`),
    ...number(weight),
    ...text('abc'[(id - 1) % 3]),
  ]);
  const source = keys === undefined ? [0] : made(keys);
  return [...source, ...number(nodes), ...specs.flat(), ...number(nodes + 1), ...number(0)];
}

// Any bytes in the form of a link.
export function packed(bytes, version = 'v2') {
  return `#${version}.${deflateRawSync(bytes, { level: 9 }).toString('base64url')}`;
}

// The bytes of a situation in an address; none when there is no situation in it.
export function inflated(address) {
  return inflateRawSync(Buffer.from(address.split('#v2.')[1] ?? 'AwA', 'base64url'));
}

// Keys whose requests follow Zipf's law.
function made(keys) {
  const [generated, zipf, exponent, seed] = [1, 1, 1_000, 1];
  return [generated, zipf, ...number(exponent), ...number(keys), ...number(seed)];
}

// Seven bits a byte, lowest first.
function number(value) {
  const bytes = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

function text(value) {
  return [...number(Buffer.byteLength(value)), ...Buffer.from(value)];
}
