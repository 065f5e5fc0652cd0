//! The ring against a dumb model of it, against its invariants and against its golden file.

pub(crate) mod collision;
mod invariants;
mod lookup;
pub(crate) mod model;
mod planted;
mod refusal;
mod vectors;

use proptest::prelude::*;

use super::*;

pub(crate) const ANY: Spread = Spread::Any;

/// Nodes as a test describes them: a number that makes the name, a weight, a zone.
pub(crate) type Sketch = (u32, u32, u8);

/// Up to `most` nodes of different names.
pub(crate) fn sketches(most: usize) -> impl Strategy<Value = Vec<Sketch>> {
    let weight = prop_oneof![
        4 => Just(1_000_u32),
        2 => 1_u32..3_000,
        1 => Just(0_u32),
    ];
    let nodes = prop::collection::btree_map(0_u32..200, (weight, 0_u8..4), 0..=most);
    nodes.prop_map(|nodes| {
        let flat = |(name, (weight, zone))| (name, weight, zone);
        nodes.into_iter().map(flat).collect()
    })
}

/// The nodes of some sketches, with ids from `first_id` on.
pub(crate) fn specs(first_id: u32, sketches: &[Sketch]) -> Vec<NodeSpec> {
    let spec = |(id, &(name, weight, zone)): (u32, &Sketch)| NodeSpec {
        id: NodeId(id),
        name: format!("node-{name}").parse().unwrap(),
        weight: Weight::from_thousandths(weight).unwrap(),
        zone: ["", "a", "b", "c"][usize::from(zone % 4)].parse().unwrap(),
    };
    (first_id..).zip(sketches).map(spec).collect()
}

/// Nodes of weight 1, one a name, without zones.
pub(crate) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<NodeSpec> {
    let spec = |(id, name): (u32, &str)| NodeSpec {
        id: NodeId(id),
        name: name.parse().unwrap(),
        weight: Weight::ONE,
        zone: Zone::default(),
    };
    (1..).zip(names).map(spec).collect()
}

/// Where a mistake would show: on both sides of each point, and anywhere.
pub(crate) fn telling_tokens(ring: &Ring, anywhere: &[u64]) -> Vec<Token> {
    let around = |token: Token| [token.0.wrapping_sub(1), token.0, token.0.wrapping_add(1)];
    let points = ring.points().flat_map(|(token, _)| around(token));
    let ends = [0, u64::MAX];
    points
        .chain(ends)
        .chain(anywhere.iter().copied())
        .map(Token)
        .collect()
}
