// Placements from the texts of systems that people run: all that those without texts can, and this.

import { RingError, attempt, whole, wrong } from './errors.mjs';
import { wasm } from './instance.mjs';
import { Placement as Algorithms } from './placement.mjs';

// Systems whose texts are read.
const POOLS = ['nginx', 'haproxy', 'twemproxy'];
const SYSTEMS = [...POOLS, 'redis', 'cassandra'];

export class Placement extends Algorithms {
  // The placement that a system with this configuration has.
  static fromText(system, text, option) {
    if (!SYSTEMS.includes(system)) throw wrong('BAD_OPTION', `one of ${SYSTEMS.join(', ')}`, system);
    if (typeof text !== 'string') throw wrong('BAD_TOPOLOGY', 'a text as a string', text);
    const { Placement: Raw } = wasm();
    if (system === 'redis') return new Placement(attempt(() => Raw.ofRedis(text)));
    if (system === 'cassandra') {
      const { datacenters, copies } = copiesOf(option);
      return new Placement(attempt(() => Raw.ofCassandra(text, datacenters, copies)));
    }
    if (option !== undefined && typeof option !== 'string') {
      throw wrong('BAD_OPTION', 'the name of a pool as a string', option);
    }
    return new Placement(attempt(() => Raw.ofPool(system, text, option)));
  }
}

// `{ replicas: 3 }`, or how many each datacenter has.
function copiesOf(option) {
  const wanted = '{ replicas: 3 } or { datacenter: 3 } as the copies of a keyspace';
  if (typeof option !== 'object' || option === null) throw wrong('BAD_OPTION', wanted, option);
  const names = Object.keys(option);
  if (names.length === 0) throw new RingError('BAD_OPTION', `${wanted} is wanted; got {}`);
  const copies = Uint32Array.from(names, (name) => whole(option[name], 'BAD_OPTION', wanted));
  const isSimple = names.length === 1 && names[0] === 'replicas';
  return { datacenters: isSimple ? [] : names, copies };
}
