// A page that shows where a key is, and what one node more would move.

import { HashRing, init } from 'ringlab';

const find = (id) => document.getElementById(id);

await init();
const ring = new HashRing({ nodes: ['amber', 'birch', 'cedar', 'dogwood'] });

function show() {
  find('nodes').value = ring.preferenceList(find('key').value, 3).join(', ');
}

find('key').addEventListener('input', show);
find('add').addEventListener('click', () => {
  const before = ring.clone();
  ring.add(`node-${ring.size + 1}`);
  const movement = before.movementTo(ring);
  find('moved').textContent = `${(100 * movement.movedShare).toFixed(1)} % of the keys move.`;
  movement.free();
  before.free();
  show();
});
show();
