// Every type that the package declares, used as its documentation says; what must not compile is marked.

import {
  HashRing,
  Keyspace,
  Movement,
  RingError,
  init,
  token,
  type Load,
  type RingErrorCode,
} from 'ringlab';
import { HashRing as Inline } from 'ringlab/inline';
import { Cluster, readKeyFile, type Read, type Snapshot, type Written } from 'ringlab/cluster';
import { Cluster as InlineCluster } from 'ringlab/cluster/inline';
import { Placement, type Copies, type PlacedNode, type WeightedNode } from 'ringlab/import';
import { Placement as InlinePlacement } from 'ringlab/import/inline';
import { Placement as Algorithms } from 'ringlab/placement';

export async function plan(file: ReadableStream<Uint8Array>): Promise<Load> {
  await init(new URL('https://example.org/ring.wasm'));
  using ring = new HashRing({ nodes: ['a', { name: 'b', weight: 2, zone: 'z' }], cache: 100 });
  using next = ring.clone().add('c').reweight('b', 3);
  const list: string[] = ring.preferenceList('key', 2, { spread: 'zones' });
  const primary: string = ring.primary(new Uint8Array([1, 2]));
  const at: bigint = token(primary + list.join());
  using movement: Movement = ring.movementTo(next, { n: 2, dead: ['a'] });
  for (const { range, from, to } of movement.copies) console.log(range.after < at, from, to);
  using keys: Keyspace = await Keyspace.fromLines(file);
  return keys.moved(movement).toCopy;
}

export async function simulate(file: AsyncIterable<Uint8Array>): Promise<Snapshot> {
  const { keyspace, badRows } = await readKeyFile(file);
  const cluster = new Cluster({ nodes: 5, keys: keyspace, settings: { n: 3, readRepair: 'blocking' } });
  const written: Written = cluster.client('ben').put('cart', 'tea');
  if (written.outcome === 'unreachable') console.log(written.needed - written.answered, badRows);
  const read: Read = cluster.crash('node-1').get('cart');
  if (read.outcome === 'values') console.log(read.texts.join(), read.steps[0]?.what);
  const digest: bigint = cluster.history().digest;
  console.log(digest, Cluster.play('nodes 3').passed);
  return cluster.snapshot();
}

export function place(text: string, copies: Copies, node: WeightedNode): PlacedNode[] {
  using maglev = new Placement('maglev', ['a', node]);
  const primary: string | undefined = maglev.add('c').reweight('a', 2).remove('c').primary('key');
  const first: string[] = InlinePlacement.fromText('nginx', text, 'cache').first('key', 3);
  const cassandra = Placement.fromText('cassandra', text, copies);
  Placement.fromText('cassandra', text, { dc1: 2, dc2: 1 });
  console.log(primary, first, cassandra.algorithm, Placement.names.length);
  const many: (string | undefined)[] = new Algorithms('jump', ['a']).clone().primaryMany(['key']);
  // @ts-expect-error texts are read by ringlab/import
  Algorithms.fromText('nginx', text);
  console.log(many, maglev.clone().algorithm);
  return Placement.fromText('redis', text).nodes;
}

export const whereOf = (error: unknown): number | undefined =>
  error instanceof RingError ? error.line ?? error.column : undefined;

export function codeOf(error: unknown): RingErrorCode | undefined {
  return error instanceof RingError ? error.code : undefined;
}

export const wrong = (ring: HashRing, cluster: InlineCluster, inline: Inline): void => {
  // @ts-expect-error there is no such algorithm
  new Placement('md4');
  // @ts-expect-error how many copies there are is not in the text
  Placement.fromText('cassandra', '');
  // @ts-expect-error a number is no key
  ring.primary(7);
  // @ts-expect-error a movement is made by a ring
  new Movement();
  // @ts-expect-error there is no such spread
  inline.preferenceList('key', 2, { spread: 'racks' });
  // @ts-expect-error there is no such setting
  cluster.set({ replicas: 3 });
};
