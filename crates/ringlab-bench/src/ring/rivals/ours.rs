//! Ringlab's ring.

use ringlab::hash::{Token, token};
use ringlab::movement::{Movement, primary_moves};
use ringlab::ring::{NodeId, NodeSpec, Replication, Ring, Spread, Weight, Zone};

use super::{Keys, Rival, VIRTUAL_NODES};

const THREE: Replication = Replication {
    n: 3,
    spread: Spread::Any,
};

/// Keys that are hashed before they are looked up together.
const AT_ONCE: usize = 32;

pub(crate) struct Ours {
    ring: Ring,
    next_id: u32,
}

impl Ours {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let specs = (1..).zip(nodes).map(|(id, name)| spec(id, name));
        let ring = Ring::with_nodes(VIRTUAL_NODES as u32, specs);
        Self {
            ring: ring.expect("the benchmark's nodes are valid"),
            next_id: nodes.len() as u32 + 1,
        }
    }

    /// Two rings: this one, and with a node more.
    pub(crate) fn with_one_more(&self, name: &'static str) -> (Ring, Ring) {
        let mut after = self.ring.clone();
        let added = after.add(spec(self.next_id, name));
        added.expect("the node is new");
        (self.ring.clone(), after)
    }

    /// Every range that the first three of changed: how many entries.
    pub(crate) fn replica_moves(before: &Ring, after: &Ring) -> usize {
        let movement = Movement::between((before, THREE), (after, THREE), |_| true);
        movement.copies().len() + movement.primaries().len()
    }

    pub(crate) fn primary_moves(before: &Ring, after: &Ring) -> usize {
        primary_moves(before, after).len()
    }
}

impl Rival for Ours {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owner = |key: &&str| {
            let id = self.ring.primary(token(key.as_bytes()));
            id.expect("the ring has nodes").0 as usize
        };
        keys.text.iter().map(owner).sum()
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let sum = keys.text.iter().fold(0, |sum, key| {
            let list = self.ring.preference_list(token(key.as_bytes()), THREE);
            sum + list.iter().map(|id| id.0 as usize).sum::<usize>()
        });
        Some(sum)
    }

    fn add(&mut self, name: &'static str) -> bool {
        let added = self.ring.add(spec(self.next_id, name));
        added.expect("the node is new");
        self.next_id += 1;
        true
    }

    fn remove(&mut self, _name: &'static str) {
        let removed = self.ring.remove(NodeId(self.next_id - 1));
        removed.expect("the node was added");
    }
}

/// Ours, asked for several keys at once.
pub(crate) struct OursAtOnce(Ours);

impl OursAtOnce {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        Self(Ours::new(nodes))
    }
}

impl Rival for OursAtOnce {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let mut tokens = [Token(0); AT_ONCE];
        let mut owners = [NodeId(0); AT_ONCE];
        let mut sum = 0;
        for keys in keys.text.chunks(AT_ONCE) {
            for (token_of, key) in tokens.iter_mut().zip(keys) {
                *token_of = token(key.as_bytes());
            }
            let found = self.0.ring.primaries(&tokens[..keys.len()], &mut owners);
            sum += owners[..found]
                .iter()
                .map(|id| id.0 as usize)
                .sum::<usize>();
        }
        sum
    }
}

fn spec(id: u32, name: &str) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: name.parse().expect("the benchmark's names are valid"),
        weight: Weight::ONE,
        zone: Zone::default(),
    }
}
