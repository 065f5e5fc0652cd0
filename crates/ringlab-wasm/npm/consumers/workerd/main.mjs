// An edge runtime, which compiles no bytes: the wasm is imported as a module.

import * as everything from './node_modules/ringlab/dist/cluster.workerd.js';
import * as placement from './node_modules/ringlab/dist/placement.workerd.js';

import { exercise, place } from './exercise.mjs';

place(placement);

export default {
  fetch: () => Response.json(exercise(everything)),
};
