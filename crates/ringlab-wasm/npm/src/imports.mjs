// What `ringlab/import` exports beside `init`.

export { RingError } from './errors.mjs';
export { Placement } from './import.mjs';
