// A page that a bundler builds: the wasm becomes a file of its own beside the script.

import * as ringlab from 'ringlab';
import * as everything from 'ringlab/cluster';
import * as placement from 'ringlab/placement';

import { exercise, place } from './exercise.mjs';

await Promise.all([ringlab.init(), everything.init(), placement.init()]);
exercise(ringlab);
place(placement);
window.told = exercise(everything);
