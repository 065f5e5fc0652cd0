import type { Key, PackedKeys } from './index.js';

export * from './index.js';

/** What {@link Placement.names} has. */
export type Algorithm =
  | 'ring'
  | 'bounded-loads'
  | 'partitions'
  | 'jump'
  | 'rendezvous'
  | 'maglev'
  | 'multi-probe'
  | 'anchor'
  | 'modulo'
  | 'libmemcached-ketama'
  | 'libmemcached-weighted'
  | 'twemproxy'
  | 'twemproxy-md5'
  | 'nginx'
  | 'haproxy'
  | 'haproxy-djb2'
  | 'haproxy-djb2-avalanche'
  | 'envoy-ring-hash'
  | 'envoy-maglev'
  | 'hashring'
  | 'uhashring'
  | 'uhashring-ketama'
  | 'groupcache'
  | 'stathat';

/** A node as a placement is told of it. */
export interface WeightedNode {
  /** 1 to 128 bytes of text, as the algorithm hashes it. */
  readonly name: string;
  /** Its part beside the others: a whole number, 1 unless told, 0 to own nothing. */
  readonly weight?: number;
  /** The id that a configuration gives it, from 1 on: what HAProxy hashes. */
  readonly id?: number;
}

/** A node that a placement has. */
export interface PlacedNode extends WeightedNode {
  readonly weight: number;
}

/**
 * Decides which node a key belongs to: our algorithms, the field's, and those of systems that people
 * run, right to the bit. The same nodes in the same order place every key alike everywhere.
 */
export class Placement {
  /** Throws `UNKNOWN_ALGORITHM`, `NODE_EXISTS`, `BAD_WEIGHT`, `FULL`. */
  constructor(algorithm: Algorithm, nodes?: Iterable<string | WeightedNode>);

  /** Every algorithm. */
  static readonly names: Algorithm[];

  /** The node that owns a key; undefined where no node can own one. */
  primary(key: Key): string | undefined;
  /** The owners of many keys at once: an array of keys, or bytes one after the other and where each ends. */
  primaryMany(keys: Iterable<Key> | PackedKeys): (string | undefined)[];
  /** The first `n` different nodes of a key, or as many as own keys, its primary first. */
  first(key: Key, n: number): string[];

  /** The last in order. Throws `UNABLE` where the algorithm cannot, as for `remove` and `reweight`. */
  add(node: string | WeightedNode): this;
  remove(name: string): this;
  reweight(name: string, weight: number): this;

  /** The same placement, to be changed apart from this one. */
  clone(): this;

  /** Its name; `redis` and `cassandra` come from texts alone. */
  readonly algorithm: Algorithm | 'redis' | 'cassandra';
  readonly size: number;
  /** Every node, in the order in which the algorithm counts them. */
  readonly nodes: PlacedNode[];
  /** What makes the same placement again, where it came from an algorithm. */
  toJSON(): { algorithm: Algorithm | 'redis' | 'cassandra'; nodes: PlacedNode[] };

  /** Frees its memory now. What is called after that throws `FREED`; freeing again does nothing. */
  free(): void;
  [Symbol.dispose](): void;
}
