// What `ringlab/placement` exports beside `init`.

export { RingError } from './errors.mjs';
export { Placement } from './placement.mjs';
