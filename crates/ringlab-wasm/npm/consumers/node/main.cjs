// Node: `require`, ready at once, and the same classes as `import` gets.

const assert = require('node:assert');

const ringlab = require('ringlab');
const everything = require('ringlab/cluster');

import('./exercise.mjs').then(async ({ exercise }) => {
  const imported = await import('ringlab');
  assert.strictEqual(imported.HashRing, ringlab.HashRing);
  exercise(ringlab);
  console.log(JSON.stringify(exercise(everything)));
});
