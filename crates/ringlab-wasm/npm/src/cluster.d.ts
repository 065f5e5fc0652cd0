import type { ByteStream, Key, Keyspace, Load, NodeSpec } from './index.js';

export * from './index.js';

/** Settings of the store. Spans are milliseconds, or text such as `'3 h'`; sizes bytes, or `'16 MiB'`. */
export interface Settings {
  n?: number;
  r?: number;
  w?: number;
  spread?: 'any' | 'zones';
  strictness?: 'strict' | 'sloppy';
  readRepair?: 'background' | 'blocking';
  merge?: 'siblings' | 'last-writer-wins';
  hedgePercentile?: number;
  requestDeadline?: number | string;
  fallbackPatience?: number | string;
  gossip?: 'off' | 'on';
  gossipInterval?: number | string;
  probeTimeout?: number | string;
  indirectProbes?: number;
  suspicionMultiplier?: number;
  antiEntropy?: 'off' | 'on';
  antiEntropyInterval?: number | string;
  bucketCount?: number;
  clockPairs?: number;
  siblingsMax?: number;
  valueBytesMax?: number | string;
  hintsMax?: number;
  hintBytesMax?: number | string;
  hintsPerRound?: number;
  hintInterval?: number | string;
  hintLifetime?: number | string;
  tombstoneGrace?: number | string;
  filterOneIn?: number;
  memtableBytes?: number | string;
  logSegmentBytes?: number | string;
}

export interface ClusterOptions {
  /** The nodes, or how many; eight unless told. */
  readonly nodes?: number | ReadonlyArray<string | NodeSpec>;
  /** Virtual nodes of a node of weight 1: 1 to 1,024, 256 unless told. */
  readonly virtualNodes?: number;
  /** Feeds every random choice: the same seed and calls give the same history. */
  readonly seed?: number;
  readonly settings?: Settings;
  /** What it holds at first; nothing unless told. */
  readonly keys?: Keyspace;
}

/** What happened on the way of a request. */
export interface Step {
  /** Simulated milliseconds. */
  readonly at: number;
  readonly what:
    | 'coordinate'
    | 'ask'
    | 'reply'
    | 'fallbacks'
    | 'hedge'
    | 'quorum'
    | 'late'
    | 'repaired'
    | 'answer';
  /** Who was asked, replied, or was told. */
  readonly nodes: string[];
}

interface Way {
  readonly steps: Step[];
  /** Nodes that answered in the place of a replica. */
  readonly fallbacks: string[];
}

/** Too few replicas answered in time, or no coordinator tried it. */
export type NotAnswered =
  | ({ readonly outcome: 'unreachable'; readonly needed: number; readonly answered: number } & Way)
  | ({ readonly outcome: 'refused'; readonly reason: string } & Way);

/** Stored by W replicas; `beside` values of writers who did not know of it stand beside it. */
export type Written = ({ readonly outcome: 'stored'; readonly beside: number } & Way) | NotAnswered;

/** The values, more than one when writers did not know of each other; none when it is not there. */
export type Read =
  | ({ readonly outcome: 'values'; readonly values: Uint8Array[]; readonly texts: string[] } & Way)
  | NotAnswered;

/** An end user. Carries the contexts of what it has read to what it writes. */
export interface Client {
  readonly name: 'ada' | 'ben';
  get(key: Key): Read;
  put(key: Key, value: string | Uint8Array): Written;
  delete(key: Key): Written;
}

export interface ClusterNode {
  readonly name: string;
  readonly state: 'joining' | 'live' | 'leaving' | 'removed';
  readonly condition: 'well' | 'apart' | 'paused' | 'crashed' | 'wiped' | 'blank';
  /** What the coordinator believes of it. */
  readonly health: 'up' | 'suspect' | 'down';
  readonly weight: number;
  readonly zone: string;
  readonly virtualNodes: number;
  /** The part of the ring that it owns, and that it should own by its weight; 0 to 1. */
  readonly share: number;
  readonly fairShare: number;
  /** What it is the primary of, and what it holds a copy of. */
  readonly primary: Load;
  readonly held: Load;
  /** Writes that it keeps for others. */
  readonly hints: number;
  /** Buckets in which it differed from the last node that it compared itself with. */
  readonly differing: number | undefined;
}

export interface Snapshot {
  /** Simulated milliseconds. */
  readonly now: number;
  readonly events: number;
  readonly nodes: ClusterNode[];
  readonly settings: Required<Settings>;
  /** The last membership change. */
  readonly change:
    | {
        readonly began: number;
        readonly ended: number | undefined;
        readonly shareMoved: number;
        readonly moved: Load;
        readonly rerouted: Load;
        readonly toCopy: Load;
        readonly lost: Load;
        /** What `hash mod n` would have moved, once it is counted. */
        readonly modulo: Load | undefined;
      }
    | undefined;
  /** The data on its way. */
  readonly transfer:
    | {
        readonly phase: 'announce' | 'transfer' | 'commit' | 'retire';
        readonly copied: Load;
        readonly planned: Load;
        readonly remaining: number;
        readonly stalled: boolean;
        readonly waitsFor: string[];
      }
    | undefined;
  /** Changes that wait for the one under way. */
  readonly waiting: number;
  /** Something is wrong, or not yet put right again. */
  readonly uneasy: boolean;
}

/** A simulated Dynamo-style store: nodes, clients, faults, time. */
export class Cluster implements Disposable {
  constructor(options?: ClusterOptions);

  client(name?: 'ada' | 'ben'): Client;
  /** As the first client. */
  get(key: Key): Read;
  put(key: Key, value: string | Uint8Array): Written;
  delete(key: Key): Written;

  /** Nodes join; without a name and a zone they are given them. */
  add(nodes?: string | Partial<NodeSpec> | ReadonlyArray<string | Partial<NodeSpec>>): this;
  remove(...names: string[]): this;
  /** Crashed nodes are given up for lost, and new ones take their parts. */
  replace(...names: string[]): this;
  reweight(name: string, weight: number): this;
  rezone(name: string, zone: string): this;
  /** Settings of the store, all at once, while it runs. */
  set(settings: Settings): this;
  /** A new ring; not counted as a move. */
  setVirtualNodes(count: number): this;

  pause(...names: string[]): this;
  resume(...names: string[]): this;
  /** These nodes hear only each other, and all others only each other. */
  partition(...names: string[]): this;
  crash(...names: string[]): this;
  restart(...names: string[]): this;
  /** They crash, and their disks are emptied. */
  wipe(...names: string[]): this;
  heal(): this;

  /** Lets the next event happen; whether there was one. */
  step(): boolean;
  /** Lets simulated milliseconds pass. */
  advance(milliseconds: number): this;
  /** Lets changes and requests under way come to their end. */
  settle(): this;
  readonly isSettled: boolean;
  undo(): this;
  redo(): this;
  /** Simulated milliseconds. */
  readonly now: number;
  /** Equal seeds and calls give equal digests on every platform. */
  history(): { readonly events: number; readonly digest: bigint };
  snapshot(): Snapshot;

  /** Plays a scenario file: steps with what is expected to be seen after each. */
  static play(scenario: string): {
    readonly passed: boolean;
    readonly differences: Array<{
      readonly line: number;
      readonly expected: string[];
      readonly shown: string[];
    }>;
    /** The text with what was shown in the place of what was expected. */
    readonly rewritten: string;
  };

  free(): void;
  [Symbol.dispose](): void;
}

/** Reads a file of keys: plain lines, CSV, TSV or JSON lines; plain or gzip. */
export function readKeyFile(
  stream: ByteStream,
): Promise<{ readonly keyspace: Keyspace; readonly rows: number; readonly badRows: number }>;
