//! The movement between two rings against asking both for every token.

mod amounts;
mod exact;
mod near;

use proptest::prelude::*;

use super::*;
use crate::ring::tests::{Sketch, named, sketches, specs};
use crate::ring::{NodeSpec, Spread, Weight, Zone};

const ANY: Spread = Spread::Any;

/// Everyone lives.
fn living(_: NodeId) -> bool {
    true
}

/// What happens to a node of the ring before.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Stays,
    Leaves,
    Weighs(u32),
    StandsIn(u8),
    /// Leaves and comes back: the same name under another id.
    Returns,
}

/// Two rings: the nodes before, what happens to each, who joins, and the virtual nodes.
#[derive(Clone, Debug)]
struct Change {
    before: Vec<Sketch>,
    fates: Vec<Fate>,
    joining: Vec<Sketch>,
    virtual_nodes: u32,
}

/// Of `stays` + 5 nodes 5 change.
fn changes(nodes: usize, virtual_nodes: u32, stays: u32) -> impl Strategy<Value = Change> {
    let fate = prop_oneof![
        stays => Just(Fate::Stays),
        2 => Just(Fate::Leaves),
        1 => (0_u32..3_000).prop_map(Fate::Weighs),
        1 => (0_u8..4).prop_map(Fate::StandsIn),
        1 => Just(Fate::Returns),
    ];
    let joining = prop::collection::btree_map(200_u32..400, (1_u32..3_000, 0_u8..4), 0..3);
    let fates = prop::collection::vec(fate, nodes);
    (sketches(nodes), fates, joining, 1..=virtual_nodes).prop_map(
        |(before, fates, joining, virtual_nodes)| Change {
            before,
            fates,
            joining: joining
                .into_iter()
                .map(|(name, (weight, zone))| (name, weight, zone))
                .collect(),
            virtual_nodes,
        },
    )
}

impl Change {
    fn rings(&self) -> (Ring, Ring) {
        let before = specs(1, &self.before);
        let mut after: Vec<NodeSpec> = specs(500, &self.joining);
        for (node, fate) in before.iter().zip(&self.fates) {
            let mut node = node.clone();
            match *fate {
                Fate::Stays => {}
                Fate::Leaves => continue,
                Fate::Weighs(weight) => node.weight = Weight::from_thousandths(weight).unwrap(),
                Fate::StandsIn(zone) => node.zone = zone.to_string().parse::<Zone>().unwrap(),
                Fate::Returns => node.id = NodeId(node.id.0 + 1_000),
            }
            after.push(node);
        }
        let ring = |nodes| Ring::with_nodes(self.virtual_nodes, nodes).unwrap();
        (ring(before), ring(after))
    }
}
