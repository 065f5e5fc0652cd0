// The first owners of each key by the npm package hashring: how many, then nodes as name=weight.
'use strict';

const HashRing = require(require.resolve('hashring', { paths: [process.cwd()] }));
const weights = {};
const [count, ...nodes] = process.argv.slice(2);
for (const argument of nodes) {
  const [name, weight] = argument.split('=');
  weights[name] = { weight: Number(weight) };
}
const ring = new HashRing(weights);
const keys = require('fs').readFileSync(0, 'latin1').split('\n').slice(0, -1);
// A single owner is asked for as most callers do, because `get` and `range` are different code.
const owners = (key) => (count === '1' ? ring.get(key) : ring.range(key, Number(count)).join(' '));
process.stdout.write(keys.map((key) => owners(key) + '\n').join(''));
