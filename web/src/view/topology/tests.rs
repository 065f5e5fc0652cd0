//! Nodes in the place of those that stand.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::ring::{NodeId, NodeSpec, Weight, Zone};

use super::*;

fn cluster(weights: &[Weight]) -> Cluster {
    let node = |(id, &weight): (u32, &Weight)| NodeSpec {
        id: NodeId(id),
        name: format!("amber-{id}").parse().expect("a name"),
        weight,
        zone: Zone::default(),
    };
    Cluster {
        name: String::new(),
        nodes: (1..).zip(weights).map(node).collect(),
    }
}

#[test]
fn nodes_take_the_place_of_those_that_stand_and_nothing_else_changes() {
    let stands = Situation::fresh(7);
    let told = cluster(&[Weight::ONE, Weight::ZERO]);
    let situation = with_nodes(&stands, &told).expect("two nodes can be");
    assert_eq!((&situation.nodes, situation.next_id), (&told.nodes, 3));
    let back = Situation {
        nodes: stands.nodes.clone(),
        next_id: stands.next_id,
        ..(*situation).clone()
    };
    assert_eq!(back, stands);
}

#[test]
fn what_cannot_be_says_why() {
    let stands = Situation::fresh(7);
    let why = with_nodes(&stands, &cluster(&[Weight::ZERO])).expect_err("nobody has a key");
    assert!(why.contains("nobody"), "{why}");
    let why = with_nodes(&stands, &cluster(&[Weight::ONE; 1_001])).expect_err("too many");
    assert!(why.contains("1001"), "{why}");
}
