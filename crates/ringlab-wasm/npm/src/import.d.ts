import { Placement as Algorithms } from './placement.js';

export * from './placement.js';

/** Copies of a Cassandra keyspace: so many in all, or so many of each datacenter. */
export type Copies = { readonly replicas: number } | { readonly [datacenter: string]: number };

/** All that a placement of `ringlab/placement` can, and made from the texts of systems that people run. */
export class Placement extends Algorithms {
  /**
   * The placement of a system with this configuration: an upstream of nginx, a backend of HAProxy or a
   * pool of twemproxy. `pool` is its name, needed where the text has several. Throws `BAD_TOPOLOGY`,
   * with the line and column.
   */
  static fromText(system: 'nginx' | 'haproxy' | 'twemproxy', text: string, pool?: string): Placement;
  /** A Redis Cluster by what `CLUSTER NODES` or `CLUSTER SHARDS` answers, however `redis-cli` prints it. */
  static fromText(system: 'redis', text: string): Placement;
  /** A Cassandra by what `nodetool ring` prints. */
  static fromText(system: 'cassandra', text: string, copies: Copies): Placement;
}
