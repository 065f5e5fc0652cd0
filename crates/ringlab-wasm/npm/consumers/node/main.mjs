// Node, Deno and Bun: `import`, ready at once.

import * as ringlab from 'ringlab';
import * as everything from 'ringlab/cluster';
import * as inline from 'ringlab/inline';
import * as placement from 'ringlab/placement';
import * as inlinePlacement from 'ringlab/placement/inline';

import { exercise, place } from './exercise.mjs';

await ringlab.init();
exercise(ringlab);
place(placement);
place(inlinePlacement);
exercise(inline);
console.log(JSON.stringify(exercise(everything)));
