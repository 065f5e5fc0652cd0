// The package in a worker, from its file as a host serves it.

import * as everything from './node_modules/ringlab/dist/cluster.js';

import { exercise } from './exercise.mjs';

await everything.init();
postMessage(exercise(everything));
