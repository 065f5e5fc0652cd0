// What `ringlab/import` exports beside `init`.

export * from './index.mjs';
export { Placement } from './import.mjs';
