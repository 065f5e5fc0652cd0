// An edge runtime, which compiles no bytes: the wasm is imported as a module.

import * as everything from './node_modules/ringlab/dist/cluster.workerd.js';

import { exercise } from './exercise.mjs';

export default {
  fetch: () => Response.json(exercise(everything)),
};
