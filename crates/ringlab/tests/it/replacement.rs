//! Nodes die for good and are replaced; some were not dead, and wake; some come back with nothing.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::time::Duration;

use ringlab::client::Wish;
use ringlab::layout::MembershipChange;
use ringlab::message::{Event, NodeState, Outcome};
use ringlab::ring::NodeId;
use ringlab::settings::Strictness;

use crate::checks::Check;
use crate::sabotage::{LOST, NEW_FROM, Sabotage};
use crate::seeds::with_seeds;
use crate::world::{Setup, World, key, value};

const SEEDS: u64 = 12;
/// Long enough for requests with their deadlines, and for everyone to see who is down or up.
const A_WHILE: Duration = Duration::from_secs(60);
/// Never loaded.
const KEY: u64 = 2_000;

fn ended(world: &World) -> bool {
    let ends = |(_, event): &(NodeId, Event)| matches!(event, Event::ChangeEnded { .. });
    world.events.iter().any(ends)
}

/// Requests may fail while a node is gone; half of the runs also lose copies to replicas, so that
/// not every replica has every write, and what no quorum acknowledged may go with a node.
fn setup(seed: u64, nodes: usize) -> Setup {
    Setup {
        loss: if seed.is_multiple_of(2) { 1_000_000 } else { 3 },
        ..Setup::of(seed, nodes)
    }
}

fn world(setup: Setup) -> World {
    let mut world = World::new(setup);
    world.checks.maybe_is_nothing = true;
    // Nothing makes good what a replica missed, but the copies of a change.
    world.lose_repairs = true;
    world.run(150);
    for _ in 0..30 {
        world.ask_something();
    }
    world
}

/// A node dies in the middle of the load and is replaced.
fn with_death(lost: NodeId, seed: u64, sabotage: Sabotage) -> World {
    let mut world = world(Setup {
        sabotage,
        ..setup(seed, NEW_FROM as usize)
    });
    for _ in 0..world.rng.below(300) {
        world.step();
    }
    world.lose(lost);
    let by = world.replace(NodeId(4), lost);
    world.run(100);
    assert!(ended(&world), "the change waits for the dead");
    for node in world.nodes.values().filter(|node| node.id() != lost) {
        let ring = node.layout().unwrap().reads();
        assert!(ring.node(lost).is_none() && ring.node(by).is_some());
    }
    assert_eq!(world.nodes[&by].state(), NodeState::Live);
    world.checks.at_the_end(&world.nodes);
    world
}

#[test]
fn a_dead_node_is_replaced_under_its_name() {
    with_seeds("a_dead_node_is_replaced", SEEDS, |seed| {
        with_death(LOST, seed, Sabotage::None)
    });
}

#[test]
fn the_node_that_would_lead_may_be_the_dead_one() {
    with_seeds("the_node_that_would_lead", SEEDS, |seed| {
        with_death(NodeId(0), seed, Sabotage::None)
    });
}

#[test]
fn copying_what_the_dead_had_from_one_other_is_caught() {
    let caught = |seed| {
        let violations = with_death(LOST, seed, Sabotage::OneSource)
            .checks
            .violations;
        violations
            .iter()
            .any(|(by, _)| *by == Check::EveryKeyAnswers)
    };
    assert!((0..2 * SEEDS).any(caught));
}

#[test]
fn ranges_of_which_every_owner_is_lost_are_told() {
    let told = |quorum, lost: &[u32]| {
        let mut world = World::new(Setup {
            quorum,
            ..Setup::of(1, 5)
        });
        let lost: Vec<NodeId> = lost.iter().copied().map(NodeId).collect();
        lost.iter().for_each(|&node| world.lose(node));
        let change = MembershipChange {
            lost,
            ..MembershipChange::default()
        };
        world.change(NodeId(4), change);
        world.run(0);
        assert!(ended(&world));
        world.events.iter().find_map(|(_, event)| match event {
            Event::RangesLost {
                ranges,
                millionths,
                in_doubt,
                ..
            } => Some((ranges.len(), *millionths, *in_doubt)),
            _ => None,
        })
    };
    let (ranges, millionths, in_doubt) = told((1, 1, 1), &[2]).unwrap();
    assert!(ranges > 0 && millionths > 50_000 && in_doubt == 0);
    let (ranges, millionths, in_doubt) = told((3, 2, 2), &[1, 2]).unwrap();
    assert!(ranges == 0 && millionths == 0 && in_doubt > 50_000);
    let (ranges, millionths, _) = told((2, 1, 2), &[1, 2]).unwrap();
    assert!(ranges > 0 && millionths > 1_000);
    assert_eq!(told((3, 2, 2), &[3]), None, "W others have everything");
}

/// A node is cut off, named lost and replaced; then it can be reached again, and clients ask it.
fn with_awakening(seed: u64, sabotage: Sabotage) -> World {
    let mut world = world(Setup {
        sabotage,
        ..setup(seed, NEW_FROM as usize)
    });
    for _ in 0..world.rng.below(300) {
        world.step();
    }
    world.cut_off(&[LOST]);
    world.checks.lost.insert(LOST);
    world.replace(NodeId(1), LOST);
    world.run_for(A_WHILE);
    assert!(ended(&world), "the change waits for the lost");
    world.checks.out.insert(LOST);
    world.cut_off(&[]);
    world.run(200);
    world.run_for(A_WHILE);
    world.run(0);
    world.checks.at_the_end(&world.nodes);
    world
}

#[test]
fn a_lost_node_that_wakes_is_refused_and_told() {
    with_seeds("a_lost_node_that_wakes_is_refused", SEEDS, |seed| {
        let world = with_awakening(seed, Sabotage::None);
        let lost = &world.nodes[&LOST];
        assert_eq!(lost.state(), NodeState::Removed);
        assert_eq!(lost.load(), Default::default(), "it holds nothing");
        world
    });
}

#[test]
fn one_that_others_go_on_listening_to_is_caught() {
    let caught = |seed| {
        let violations = with_awakening(seed, Sabotage::FenceIsOpen)
            .checks
            .violations;
        violations.iter().any(|(by, _)| *by == Check::OutIsOut)
    };
    assert!((0..SEEDS).any(caught));
}

#[test]
fn what_a_lost_node_kept_for_others_reaches_them_when_it_wakes() {
    with_seeds("what_a_lost_node_kept_for_others", SEEDS, |seed| {
        let mut world = World::new(Setup {
            strictness: Strictness::Sloppy,
            ..Setup::of(seed, 7)
        });
        let key = key(KEY);
        let owners = world.owners(&key);
        world.cut_off(&owners[..2]);
        world.run_for(A_WHILE);
        let asked = world.ask(0, Wish::Put(key.clone(), value(7)));
        world.run_for(A_WHILE);
        assert!(matches!(world.answers[&asked], Outcome::Stored(_)));
        let holder = world.nodes.values().find(|node| node.hints() > 0);
        let holder = holder.unwrap().id();
        // It is gone before it can hand over what it keeps.
        world.cut_off(&[holder]);
        world.checks.lost.insert(holder);
        let asked = world
            .nodes
            .keys()
            .copied()
            .find(|id| *id != holder)
            .unwrap();
        world.replace(asked, holder);
        world.run_for(A_WHILE);
        assert!(ended(&world));
        assert!(world.nodes[&holder].hints() > 0);
        world.cut_off(&[]);
        world.run_for(2 * A_WHILE);
        let node = &world.nodes[&holder];
        assert_eq!((node.state(), node.hints()), (NodeState::Removed, 0));
        for owner in world.owners(&key) {
            let cell = world.nodes[&owner].cell(&key).unwrap();
            assert!(cell.values().any(|held| *held == value(7)), "{owner:?}");
        }
        world
    });
}

#[test]
fn one_that_restarts_after_it_was_told_stays_out() {
    let mut world = with_awakening(3, Sabotage::None);
    world.crash(LOST);
    world.restart(LOST);
    world.events.clear();
    world.run(40);
    let lost = &world.nodes[&LOST];
    assert_eq!(
        (lost.state(), lost.load()),
        (NodeState::Removed, Default::default())
    );
    let agrees =
        |(by, event): &(NodeId, Event)| *by == LOST && matches!(event, Event::QuorumReached { .. });
    assert!(!world.events.iter().any(agrees));
    assert_eq!(world.checks.violations, []);
}

/// Its life begins anew: it fetches all it owned before it says that it takes part.
#[test]
fn a_wiped_node_copies_again_and_the_change_goes_on() {
    for wiped in [NodeId(2), LOST] {
        with_seeds("a_wiped_node_copies_again", SEEDS, |seed| {
            let mut world = world(Setup {
                loss: 1_000_000,
                ..Setup::of(seed, 5)
            });
            world.run(0);
            world.wipe(wiped);
            world.restart(wiped);
            let change = MembershipChange {
                add: world.new_nodes(&[1_000]),
                remove: vec![LOST],
                ..MembershipChange::default()
            };
            world.change(NodeId(1), change);
            world.run(200);
            assert!(ended(&world), "the change waits for the wiped");
            let its = world.events.iter().filter(|(by, _)| *by == wiped);
            let whole = its.clone().position(|(_, event)| *event == Event::Whole);
            let damaged = its
                .clone()
                .position(|(_, event)| matches!(event, Event::Damaged { .. }));
            assert!(damaged.is_some() && whole > damaged);
            world.checks.at_the_end(&world.nodes);
            world
        });
    }
}
