// What `ringlab` exports beside `init`.

export { RingError } from './errors.mjs';
export { token } from './keys.mjs';
export { Keyspace } from './keyspace.mjs';
export { Movement } from './movement.mjs';
export { HashRing } from './ring.mjs';
