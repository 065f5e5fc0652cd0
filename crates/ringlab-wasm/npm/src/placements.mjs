// What `ringlab/placement` exports beside `init`.

export * from './index.mjs';
export { Placement } from './placement.mjs';
