// Situations as fragments of a link, written here from the format's description and not by the
// page's own code: `v1.` and base64url of deflated postcard bytes.

import { deflateRawSync, inflateRawSync } from 'node:zlib';

const SETTINGS = { virtual: 256, n: 3, r: 2, w: 2, zoneAware: false };

// The fragment of a ring of so many nodes; `keys` is a number of made keys, or none for the sample.
export function fragment({ seed = 42, settings = {}, nodes = 8, keys, weight = 1_000 } = {}) {
  const { virtual, n, r, w, zoneAware } = { ...SETTINGS, ...settings };
  const specs = Array.from({ length: nodes }, (_, place) => place + 1).map((id) => [
    ...number(id),
    ...text(`node-${id}`),
    ...number(weight),
    ...text('abc'[(id - 1) % 3]),
  ]);
  return packed(
    Buffer.from([
      ...number(seed),
      ...[virtual, n, r, w].flatMap(number),
      zoneAware ? 1 : 0,
      ...(keys === undefined ? [0] : made(keys)),
      ...number(nodes),
      ...specs.flat(),
      ...number(nodes + 1),
      ...number(0),
    ]),
  );
}

// Any bytes in the form of a link.
export function packed(bytes) {
  return `#v1.${deflateRawSync(bytes, { level: 9 }).toString('base64url')}`;
}

// The bytes of a situation in an address; none when there is no situation in it.
export function inflated(address) {
  return inflateRawSync(Buffer.from(address.split('#v1.')[1] ?? 'AwA', 'base64url'));
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
