//! Nodes that crash, pause, are cut off and come back: who is believed to be up, and that nobody
//! owns more or less for it.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeMap;
use std::time::Duration;

use ringlab::health::Health;
use ringlab::layout::{MembershipChange, Stage};
use ringlab::message::{Event, TimerId};
use ringlab::ring::NodeId;
use ringlab::storage::RangeSet;

use crate::checks::Check;
use crate::sabotage::Sabotage;
use crate::seeds::with_seeds;
use crate::world::{Setup, World};

const SEEDS: u64 = 8;
/// The one to whom it happens.
const ONE: NodeId = NodeId(3);
/// Longer than five nodes need to be sure: twice a round of four periods at most until one of
/// them probes it, six periods of suspicion, and some to tell.
const LONG: Duration = Duration::from_secs(20);

/// By node, what it owns and in which layout.
fn ownership(world: &World) -> BTreeMap<NodeId, (Stage, RangeSet)> {
    let nodes = world.nodes.iter().map(|(id, node)| {
        let stage = node.layout().unwrap().stage();
        (*id, (stage, node.storage().held().clone()))
    });
    nodes.collect()
}

/// All but the one itself believe this of it, and of everyone else that they are up.
fn others_believe(world: &World, health: Health) {
    for (&id, node) in world.nodes.iter().filter(|(id, _)| **id != ONE) {
        for &other in world.nodes.keys() {
            let expected = if other == ONE { health } else { Health::Up };
            assert_eq!(node.health(other), expected, "{id:?} of {other:?}");
        }
    }
}

/// What one node says by itself against others.
fn accusations(world: &World, judge: NodeId) -> Vec<&Event> {
    let events = world.events.iter().filter(|(at, _)| *at == judge);
    let events = events.map(|(_, event)| event);
    let against = |event: &&Event| match event {
        Event::Suspected { by, .. } | Event::Down { by, .. } => *by == judge,
        _ => false,
    };
    events.filter(against).collect()
}

/// Something happens to one of five nodes for long, then ends.
fn story(test: &str, begin: impl Fn(&mut World), look: impl Fn(&World), end: impl Fn(&mut World)) {
    with_seeds(test, SEEDS, |seed| {
        let mut world = World::new(Setup::of(seed, 5));
        world.run_for(LONG / 4);
        let owned = ownership(&world);
        begin(&mut world);
        world.run_for(LONG);
        others_believe(&world, Health::Down);
        look(&world);
        end(&mut world);
        world.run_for(LONG);
        others_believe(&world, Health::Up);
        for id in world.nodes.keys() {
            assert_eq!(world.nodes[&ONE].health(*id), Health::Up);
        }
        assert!(owned == ownership(&world), "detection changes no ownership");
        world
    });
}

#[test]
fn a_crashed_node_is_suspect_then_down_and_up_when_it_is_back() {
    story(
        "a_crashed_node_is_suspect",
        |world| world.crash(ONE),
        |world| {
            let about = |(_, event): &(NodeId, Event)| match event {
                Event::Suspected { node, .. } => Some((*node, Health::Suspect)),
                Event::Down { node, .. } => Some((*node, Health::Down)),
                _ => None,
            };
            let told: Vec<_> = world.events.iter().filter_map(about).collect();
            assert_eq!(told[0], (ONE, Health::Suspect));
            assert!(told.iter().all(|(node, _)| *node == ONE));
        },
        |world| {
            world.restart(ONE);
        },
    );
}

#[test]
fn a_node_that_wakes_up_accuses_nobody() {
    story(
        "a_node_that_wakes_up",
        |world| world.pause(ONE),
        |_| {},
        |world| {
            world.resume(ONE);
            world.run_for(LONG);
            assert!(accusations(world, ONE).is_empty());
        },
    );
}

#[test]
fn a_node_that_hears_nobody_convicts_nobody() {
    story(
        "a_node_that_hears_nobody",
        |world| {
            for from in 0..5 {
                world.cut(NodeId(from), ONE);
            }
        },
        |world| {
            let said = accusations(world, ONE);
            assert!(!said.is_empty(), "nobody answers it");
            assert!(
                said.iter()
                    .all(|event| matches!(event, Event::Suspected { .. }))
            );
        },
        World::heal,
    );
}

#[test]
fn with_lost_gossip_nobody_is_convicted_and_busy_clients_go_on() {
    with_seeds("with_lost_gossip", SEEDS, |seed| {
        let mut setup = Setup::of(seed, 8);
        setup.loss = 10;
        let mut world = World::new(setup);
        world.run_for(LONG * 3);
        world.run(50);
        let down = |(_, event): &(NodeId, Event)| matches!(event, Event::Down { .. });
        assert!(!world.events.iter().any(down));
        world
    });
}

#[test]
fn who_joins_is_watched_and_who_leaves_watches_no_more() {
    with_seeds("who_joins_is_watched", SEEDS, |seed| {
        let mut world = World::new(Setup::of(seed, 4));
        let change = MembershipChange {
            add: world.new_nodes(&[1_000]),
            remove: vec![ONE],
            ..MembershipChange::default()
        };
        let new = NodeId(4);
        assert!(!world.wants(new, TimerId::Gossip));
        world.change(NodeId(1), change);
        world.run(50);
        world.run_for(LONG);
        assert!(!world.wants(ONE, TimerId::Gossip) && world.wants(new, TimerId::Gossip));
        world.crash(new);
        world.run_for(LONG);
        for id in [0, 1, 2].map(NodeId) {
            assert_eq!(world.nodes[&id].health(new), Health::Down);
            assert_eq!(
                world.nodes[&id].health(ONE),
                Health::Up,
                "nobody's business"
            );
        }
        world
    });
}

#[test]
fn a_node_that_is_alone_gossips_to_nobody() {
    let gossips = |setup| {
        let world = World::new(setup);
        let mut nodes = world.nodes.keys();
        nodes.any(|&node| world.wants(node, TimerId::Gossip))
    };
    assert!(!gossips(Setup::of(1, 1)));
    let mut setup = Setup::of(1, 5);
    assert!(gossips(Setup::of(1, 5)));
    setup.gossip = None;
    assert!(!gossips(setup), "nor when gossip is off");
}

#[test]
fn taking_a_node_that_is_down_out_of_the_cluster_is_caught() {
    let caught = |sabotage| {
        let mut setup = Setup::of(1, 5);
        setup.sabotage = sabotage;
        let mut world = World::new(setup);
        world.crash(ONE);
        world.run_for(LONG);
        let violations = &world.checks.violations;
        let unwished = |by: &Check| *by == Check::OwnershipIsWished;
        violations.iter().any(|(by, _)| unwished(by))
    };
    assert!(!caught(Sabotage::None));
    assert!(caught(Sabotage::DownIsRemoved));
}
