//! Nodes join, leave and change their part while clients are busy.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::layout::MembershipChange;
use ringlab::message::{Event, NodeState};
use ringlab::ring::{NodeId, Weight};

use crate::seeds::with_seeds;
use crate::world::{Setup, World};

/// Seeds that every story runs with.
const SEEDS: u64 = 8;

/// Runs a change under load, then a quiet end; nothing may be violated.
fn check(story: &str, weights: &[u32], change: impl Fn(&mut World) -> MembershipChange) {
    // Half of the runs lose copies on the way to replicas: then the exact pairs of old and new
    // owners matter, for not every replica has every write.
    with_seeds(story, SEEDS, |seed| {
        let mut setup = Setup::of(seed, 0);
        setup.weights = weights.to_vec();
        setup.loss = if seed % 2 == 0 { 0 } else { 6 };
        run(setup, &change)
    });
}

pub(crate) fn run(setup: Setup, change: impl Fn(&mut World) -> MembershipChange) -> World {
    let mut world = World::new(setup);
    let nodes = world.nodes.len() as u64;
    for _ in 0..40 {
        world.ask_something();
    }
    for _ in 0..100 {
        world.step();
    }
    let change = change(&mut world);
    let asked = NodeId(world.rng.below(nodes) as u32);
    world.change(asked, change);
    world.run(400);
    world.checks.at_the_end(&world.nodes);
    let ended = |(_, event): &(NodeId, Event)| matches!(event, Event::ChangeEnded { .. });
    assert!(world.events.iter().any(ended), "the change does not end");
    world
}

fn removing(ids: &[u32]) -> MembershipChange {
    MembershipChange {
        remove: ids.iter().copied().map(NodeId).collect(),
        ..MembershipChange::default()
    }
}

#[test]
fn a_node_joins() {
    check("a_node_joins", &[1_000; 5], |world| MembershipChange {
        add: world.new_nodes(&[1_000]),
        ..MembershipChange::default()
    });
}

#[test]
fn a_node_leaves() {
    check("a_node_leaves", &[1_000; 5], |_| removing(&[3]));
}

#[test]
fn the_leader_leaves() {
    check("the_leader_leaves", &[1_000; 5], |_| removing(&[0]));
}

#[test]
fn a_node_takes_another_part() {
    for weight in [200, 3_000, 0] {
        check("a_node_takes_another_part", &[1_000; 5], |_| {
            let weight = Weight::from_thousandths(weight).unwrap();
            MembershipChange {
                reweight: vec![(NodeId(2), weight)],
                ..MembershipChange::default()
            }
        });
    }
}

#[test]
fn several_nodes_come_and_go_at_once() {
    check("several_nodes_come_and_go_at_once", &[1_000; 6], |world| {
        MembershipChange {
            add: world.new_nodes(&[1_000, 500, 2_000]),
            remove: vec![NodeId(1), NodeId(4)],
            reweight: vec![(NodeId(2), Weight::from_thousandths(2_500).unwrap())],
            ..MembershipChange::default()
        }
    });
}

#[test]
fn one_node_becomes_two() {
    check("one_node_becomes_two", &[1_000], |world| MembershipChange {
        add: world.new_nodes(&[1_000]),
        ..MembershipChange::default()
    });
}

#[test]
fn two_nodes_become_five() {
    check("two_nodes_become_five", &[1_000; 2], |world| {
        MembershipChange {
            add: world.new_nodes(&[1_000; 3]),
            ..MembershipChange::default()
        }
    });
}

#[test]
fn a_cluster_shrinks_below_n() {
    check("a_cluster_shrinks_below_n", &[1_000; 4], |_| {
        removing(&[0, 3])
    });
}

#[test]
fn a_cluster_shrinks_to_one() {
    check("a_cluster_shrinks_to_one", &[1_000; 3], |_| {
        removing(&[0, 2])
    });
}

#[test]
fn everyone_is_replaced_at_once() {
    check("everyone_is_replaced_at_once", &[1_000; 3], |world| {
        MembershipChange {
            add: world.new_nodes(&[1_000; 3]),
            ..removing(&[0, 1, 2])
        }
    });
}

#[test]
fn a_coordinator_joins_and_one_leaves() {
    check(
        "a_coordinator_joins_and_one_leaves",
        &[1_000, 0, 1_000, 1_000],
        |world| MembershipChange {
            add: world.new_nodes(&[0]),
            ..removing(&[1])
        },
    );
}

#[test]
fn a_node_that_leaves_ends_empty_and_removed() {
    let world = run(Setup::of(7, 5), |_| removing(&[3]));
    let left = &world.nodes[&NodeId(3)];
    assert_eq!(left.state(), NodeState::Removed);
    assert_eq!(left.load(), Default::default());
}

#[test]
fn a_name_that_left_may_come_back_as_another_node() {
    let mut world = run(Setup::of(8, 4), |_| removing(&[2]));
    let mut back = world.new_nodes(&[1_000]);
    back[0].name = "node-2".parse().unwrap();
    world.change(
        NodeId(1),
        MembershipChange {
            add: back,
            ..MembershipChange::default()
        },
    );
    world.run(200);
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
    assert_eq!(world.nodes[&NodeId(4)].state(), NodeState::Live);
}

/// Ranges come and go and come back: dots given in an earlier time of ownership must not hide
/// writes that the node has forgotten since.
#[test]
fn changes_follow_each_other() {
    with_seeds("changes_follow_each_other", SEEDS, |seed| {
        let mut world = World::new(Setup::of(seed, 4));
        let parts = [4_000, 500, 3_000, 1_000, 5_000, 700];
        for (round, part) in parts.into_iter().enumerate() {
            let weight = Weight::from_thousandths(part).unwrap();
            world.change(
                NodeId(3),
                MembershipChange {
                    reweight: vec![(NodeId(round as u32 % 3), weight)],
                    ..MembershipChange::default()
                },
            );
            world.run(80);
        }
        world.checks.at_the_end(&world.nodes);
        let stage = world.nodes[&NodeId(0)].layout().unwrap().stage();
        assert_eq!(stage.version, 1 + parts.len() as u64);
        world
    });
}
