/** Why a call was refused; a program asks for `code`, a person reads `message`. */
export type RingErrorCode =
  | 'BAD_ARGUMENT'
  | 'BAD_FILE'
  | 'BAD_KEY'
  | 'BAD_LOAD'
  | 'BAD_N'
  | 'BAD_NAME'
  | 'BAD_OPTION'
  | 'BAD_SCENARIO'
  | 'BAD_SETTING'
  | 'BAD_TOPOLOGY'
  | 'BAD_VALUE'
  | 'BAD_VIRTUAL_NODES'
  | 'BAD_WEIGHT'
  | 'EMPTY_RING'
  | 'FREED'
  | 'FULL'
  | 'LOAD_FAILED'
  | 'NODE_EXISTS'
  | 'NOT_READY'
  | 'REFUSED'
  | 'TOO_FEW_NODES'
  | 'UNABLE'
  | 'UNANSWERED'
  | 'UNKNOWN_ALGORITHM'
  | 'UNKNOWN_NODE';

export class RingError extends Error {
  constructor(code: RingErrorCode, message: string, options?: ErrorOptions);
  readonly name: 'RingError';
  readonly code: RingErrorCode;
  /** Where a text is wrong, from 1: with `BAD_TOPOLOGY`. */
  readonly line?: number;
  /** In characters, from 1. */
  readonly column?: number;
}

/** Where the wasm is: an address, an answer to `fetch`, its bytes, or a compiled module. */
export type WasmSource =
  | string
  | URL
  | Response
  | ArrayBuffer
  | ArrayBufferView
  | WebAssembly.Module;

/**
 * Loads the wasm; everything else throws `NOT_READY` before. In Node, Deno, Bun, workerd and in the
 * `inline` entries it is there already, and this does nothing. Loads once, however often it is
 * called. Rejects with `LOAD_FAILED`, which says from where and why.
 */
export function init(source?: WasmSource | Promise<WasmSource>): Promise<void>;

/** Text, taken as UTF-8, or bytes. */
export type Key = string | Uint8Array;

/** Many keys: `bytes` has one after the other, and `ends` where each ends. */
export interface PackedKeys {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/** A node to put on a ring. */
export interface NodeSpec {
  /** 1 to 128 bytes of text; its place on the ring comes from it. */
  readonly name: string;
  /** Its part: 1 unless told, 0 to own nothing, up to 100, with at most three decimals. */
  readonly weight?: number;
  /** What may fail together: a rack, a data centre. */
  readonly zone?: string;
}

/** A node that stands on a ring. */
export interface RingNode extends Required<NodeSpec> {
  readonly virtualNodes: number;
}

/** Tokens after `after` up to and including `to`, clockwise; the whole ring when they are equal. */
export interface TokenRange {
  readonly after: bigint;
  readonly to: bigint;
  /** Its part of the ring, more than 0 up to 1. */
  readonly share: number;
}

/** Which nodes come first: clockwise whatever their zones, or the first one of each zone. */
export type Spread = 'any' | 'zones';

export interface HashRingOptions {
  readonly nodes?: Iterable<string | NodeSpec>;
  /** Virtual nodes of a node of weight 1: 1 to 4,096, 160 unless told. */
  readonly virtualNodes?: number;
  /** Remembers the answers for about so many hot keys that are strings; 0 unless told: none. */
  readonly cache?: number;
}

/** The token of a key: where it stands on the ring. */
export function token(key: Key): bigint;

/** Has memory in the wasm. Frees itself when nothing refers to it any more; sooner by hand. */
declare abstract class Handle {
  /** Frees its memory now. What is called after that throws `FREED`; freeing again does nothing. */
  free(): void;
  [Symbol.dispose](): void;
}

/** Nodes on a circle of tokens: which of them hold a key. */
export class HashRing extends Handle {
  constructor(options?: HashRingOptions);

  /** The node that holds a key first. Throws `EMPTY_RING` where no node stores. */
  primary(key: Key): string;
  /** The primaries of many keys in one call. */
  primaryMany(keys: Iterable<Key> | PackedKeys): string[];
  /**
   * The `n` nodes that hold a key, 1 to 8, its primary first. Throws `TOO_FEW_NODES` where fewer
   * store.
   */
  preferenceList(key: Key, n: number, options?: { readonly spread?: Spread }): string[];

  add(node: string | NodeSpec): this;
  remove(name: string): this;
  reweight(name: string, weight: number): this;
  rezone(name: string, zone: string): this;
  /** The same ring, to be changed apart from this one. */
  clone(): HashRing;

  readonly size: number;
  readonly virtualNodes: number;
  readonly nodes: RingNode[];
  has(name: string): boolean;
  /** The part of the ring that a node owns, 0 to 1. */
  share(name: string): number;
  /** Every range and the node that owns it, clockwise. */
  ranges(): Array<{ readonly range: TokenRange; readonly node: string }>;
  /**
   * What changes hands when this ring becomes the other one, where keys have `n` replicas. Nodes
   * of one name are one node. Those that are `dead` send nothing.
   */
  movementTo(
    other: HashRing,
    options?: { readonly n?: number; readonly spread?: Spread; readonly dead?: Iterable<string> },
  ): Movement;
  /** What makes the same ring again. */
  toJSON(): { nodes: Array<Required<NodeSpec>>; virtualNodes: number };
}

/** A range that goes from one node to another. */
export interface Move {
  readonly range: TokenRange;
  readonly from: string;
  readonly to: string;
}

/** What changes hands between two rings; made by {@link HashRing.movementTo}. */
export class Movement extends Handle {
  private constructor();
  /** The part of the ring with another primary, 0 to 1. */
  readonly movedShare: number;
  /** Of that, what the new primary holds already. */
  readonly reroutedShare: number;
  /** Of that, what has to be sent to it. */
  readonly toCopyShare: number;
  /** The part of which no living node has a copy. */
  readonly lostShare: number;
  /** Ranges with another primary. */
  readonly primaries: Move[];
  /** Who sends which range to whom. */
  readonly copies: Move[];
  /** Who holds which range from now on. */
  readonly gains: Array<{ readonly range: TokenRange; readonly node: string }>;
  /** Who holds which range no longer. */
  readonly drops: Array<{ readonly range: TokenRange; readonly node: string }>;
  readonly rerouted: Array<{ readonly range: TokenRange }>;
  readonly toCopy: Array<{ readonly range: TokenRange }>;
  readonly lost: Array<{ readonly range: TokenRange }>;
}

/** An amount of load; exact up to 2^53. */
export interface Load {
  readonly keys: number;
  readonly requests: number;
  readonly bytes: number;
}

/** A key with its load: one request unless told, and the bytes of the key and a small value. */
export interface KeyRow {
  readonly key: Key;
  readonly requests?: number;
  readonly bytes?: number;
}

/** How unevenly nodes share something, each by its weight: 1, 0 and 1 are even. */
export interface Unevenness {
  readonly maxOverMean: number;
  readonly deviationOverMean: number;
  readonly p99OverMean: number;
}

/** Text or bytes that come in pieces: a web stream, a Node stream, an async iterable. */
export type ByteStream =
  | ReadableStream<Uint8Array>
  | ReadableStream<string>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/** Millions of keys with their load, made once and never changed. */
export class Keyspace extends Handle {
  private constructor();
  /** A key that comes again adds to its load. */
  static from(rows: Iterable<Key | KeyRow>): Keyspace;
  /** One key a line. */
  static fromLines(stream: ByteStream): Promise<Keyspace>;

  /** Distinct keys. */
  readonly size: number;
  readonly total: Load;
  get(key: Key): Load | undefined;
  load(range: Pick<TokenRange, 'after' | 'to'>): Load;
  /** Of each node of a ring the load as primary. */
  counts(ring: HashRing): Array<Load & { readonly node: string }>;
  unevenness(ring: HashRing): { readonly keys: Unevenness; readonly requests: Unevenness };
  /** The load of what changes hands. */
  moved(movement: Movement): {
    readonly moved: Load;
    readonly rerouted: Load;
    readonly toCopy: Load;
    readonly lost: Load;
  };
  /** Who sends how much to whom. */
  transfers(movement: Movement): Array<Load & { readonly from: string; readonly to: string }>;
  /** What `hash mod n` would move when the number of nodes changes. */
  movedByModulo(before: number, after: number): Load;
  /** The keys with most requests, most first; 10 unless told. */
  hottest(most?: number): Array<Load & { readonly key: string }>;
}
