// Node, Deno and Bun: `import`, ready at once.

import * as ringlab from 'ringlab';
import * as everything from 'ringlab/cluster';
import * as inline from 'ringlab/inline';

import { exercise } from './exercise.mjs';

await ringlab.init();
exercise(ringlab);
exercise(inline);
console.log(JSON.stringify(exercise(everything)));
