// The owner of each key by the npm package hashring: nodes as name=weight arguments.
'use strict';

const HashRing = require(require.resolve('hashring', { paths: [process.cwd()] }));
const weights = {};
for (const argument of process.argv.slice(2)) {
  const [name, weight] = argument.split('=');
  weights[name] = { weight: Number(weight) };
}
const ring = new HashRing(weights);
const keys = require('fs').readFileSync(0, 'latin1').split('\n').slice(0, -1);
process.stdout.write(keys.map((key) => ring.get(key) + '\n').join(''));
