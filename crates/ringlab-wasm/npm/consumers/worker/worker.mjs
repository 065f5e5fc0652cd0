// The package in a worker, from its file as a host serves it.

import * as everything from './node_modules/ringlab/dist/cluster.js';
import * as imports from './node_modules/ringlab/dist/import.js';
import * as placement from './node_modules/ringlab/dist/placement.js';

import { exercise, place, read } from './exercise.mjs';

await Promise.all([everything.init(), placement.init(), imports.init()]);
place(placement);
read(imports);
postMessage(exercise(everything));
