// A page that a bundler builds: the wasm becomes a file of its own beside the script.

import * as ringlab from 'ringlab';
import * as everything from 'ringlab/cluster';

import { exercise } from './exercise.mjs';

await Promise.all([ringlab.init(), everything.init()]);
exercise(ringlab);
window.told = exercise(everything);
