// What `ringlab/cluster` exports beside `init`.

export * from './index.mjs';
export { Cluster, readKeyFile } from './cluster.mjs';
