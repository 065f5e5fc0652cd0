// What every consumer does with the package, wherever it runs: all must come to the same.

export function exercise({ HashRing, Keyspace, Cluster }) {
  const names = ['amber', 'birch', 'cedar'];
  const keys = Array.from({ length: 10_000 }, (_, number) => `key-${number}`);
  const ring = new HashRing({ nodes: names });
  const one = names.map((name) => keys.filter((key) => ring.primary(key) === name).length);
  const all = ring.primaryMany(keys);
  const many = names.map((name) => all.filter((primary) => primary === name).length);
  const keyspace = Keyspace.from(keys);
  const counted = keyspace.counts(ring).map((row) => row.keys);
  if (`${one}` !== `${many}` || `${one}` !== `${counted}`) {
    throw new Error(`${one}, ${many} and ${counted} are counted of the same keys`);
  }
  const told = { owners: one };
  if (Cluster) told.history = history(Cluster);
  keyspace.free();
  ring.free();
  return told;
}

// The owners of 1,000 keys among three nodes of nginx.
export function place({ Placement }) {
  const placement = new Placement('nginx', ['a:80', { name: 'b:80', weight: 2 }, 'c:80']);
  const keys = Array.from({ length: 1000 }, (_, number) => `key-${number}`);
  const { nodes } = placement;
  const owned = nodes.map(({ name }) => keys.filter((key) => placement.primary(key) === name).length);
  const all = placement.clone().primaryMany(keys);
  if (keys.some((key, at) => placement.primary(key) !== all[at])) throw new Error('many are placed otherwise');
  placement.free();
  if (`${owned}` !== '263,460,277') throw new Error(`${owned} keys are placed`);
}

// A configuration places keys as its nodes do.
export function read({ Placement }) {
  const text = 'upstream one { hash $uri consistent; server a:80; server b:80 weight=2; server c:80; }';
  const placement = Placement.fromText('nginx', text);
  if (placement.primary('key-1') !== new Placement('nginx', placement.nodes).primary('key-1')) {
    throw new Error('the text is placed otherwise');
  }
  place({ Placement });
  placement.free();
}

function history(Cluster) {
  const cluster = new Cluster({ nodes: 5, virtualNodes: 64, seed: 7 });
  cluster.client('ada').put('cart', 'tea');
  cluster.client('ben').put('cart', 'milk');
  cluster.crash('node-2');
  cluster.client('ada').get('cart');
  cluster.heal();
  cluster.add({ name: 'walnut' });
  cluster.settle().advance(5000);
  const { events, digest } = cluster.history();
  cluster.free();
  return [events, String(digest)];
}
