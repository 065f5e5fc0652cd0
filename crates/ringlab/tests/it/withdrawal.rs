//! Changes that an operator does not want any more, at whatever moment.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::cell::Cell;
use std::time::Duration;

use ringlab::layout::{ChangeError, Layout, MembershipChange};
use ringlab::message::{Event, NodeState};
use ringlab::ring::{NodeId, RingError, Weight};

use crate::checks::Check;
use crate::sabotage::Sabotage;
use crate::seeds::with_seeds;
use crate::world::{Setup, World};

const SEEDS: u64 = 24;

fn refusals(world: &World) -> Vec<ChangeError> {
    let reasons = world.events.iter().filter_map(|(_, event)| match event {
        Event::ChangeRefused { reason } => Some(reason.clone()),
        _ => None,
    });
    reasons.collect()
}

fn is_withdrawn(world: &World) -> bool {
    let withdrawn = |(_, event): &(NodeId, Event)| matches!(event, Event::ChangeWithdrawn { .. });
    world.events.iter().any(withdrawn)
}

fn ended(world: &World) -> usize {
    let ends = |(_, event): &&(NodeId, Event)| matches!(event, Event::ChangeEnded { .. });
    world.events.iter().filter(ends).count()
}

/// Who is on the ring in force, by all that belong to it.
fn nodes(world: &World) -> Vec<u32> {
    let live = world
        .nodes
        .values()
        .find(|node| node.state() == NodeState::Live);
    let layout = live.unwrap().layout().unwrap();
    layout.reads().nodes().map(|node| node.id.0).collect()
}

/// Nodes come and go at once; a few hundred steps later the operator thinks again.
fn second_thoughts(seed: u64, sabotage: Sabotage, then: impl FnOnce(&mut World)) -> World {
    let mut world = World::new(Setup {
        loss: if seed.is_multiple_of(2) { 0 } else { 6 },
        sabotage,
        ..Setup::of(seed, 5)
    });
    for _ in 0..40 {
        world.ask_something();
    }
    let change = MembershipChange {
        add: world.new_nodes(&[1_000, 3_000]),
        remove: vec![NodeId(3)],
        reweight: vec![(NodeId(2), Weight::from_thousandths(4_000).unwrap())],
        ..MembershipChange::default()
    };
    world.change(NodeId(0), change);
    let begins = |(_, event): &(NodeId, Event)| matches!(event, Event::ChangeBegan { .. });
    while !world.events.iter().any(begins) {
        world.step();
    }
    for step in 0..world.rng.below(1_500) {
        if step.is_multiple_of(25) {
            world.ask_something();
        }
        world.step();
    }
    then(&mut world);
    world.run(200);
    world.checks.at_the_end(&world.nodes);
    world
}

/// Whether all went back; if not, that the operator was told why.
fn went_back(world: &World) -> bool {
    assert_eq!(ended(world), 1);
    if !is_withdrawn(world) {
        let version = 2;
        let late = [
            ChangeError::Committed { version },
            ChangeError::NothingUnderWay,
        ];
        let refused = refusals(world);
        assert!(
            refused.len() == 1 && late.contains(&refused[0]),
            "{refused:?}"
        );
        assert_eq!(nodes(world), [0, 1, 2, 4, 5, 6]);
        return false;
    }
    assert_eq!(nodes(world), [0, 1, 2, 3, 4]);
    for joined in [5, 6] {
        let node = &world.nodes[&NodeId(joined)];
        assert_eq!(node.load(), Default::default(), "what was gained is gone");
        assert!(!matches!(
            node.state(),
            NodeState::Live | NodeState::Leaving
        ));
    }
    true
}

#[test]
fn a_change_is_withdrawn_or_committed_and_nothing_is_lost() {
    let ends = Cell::new([0, 0]);
    with_seeds("a_change_is_withdrawn_or_committed", SEEDS, |seed| {
        let world = second_thoughts(seed, Sabotage::None, |world| world.withdraw(NodeId(4), &[]));
        let mut counts = ends.get();
        counts[usize::from(went_back(&world))] += 1;
        ends.set(counts);
        world
    });
    let both = ends.get();
    assert!(
        std::env::var("RINGLAB_SEED").is_ok() || both.iter().all(|&times| times > 0),
        "{both:?}"
    );
}

#[test]
fn a_withdrawal_goes_on_after_the_crash_of_any_node() {
    for node in [0, 2, 5] {
        with_seeds("a_withdrawal_goes_on", SEEDS / 2, |seed| {
            // Requests may fail while the node is down, and what it had named may be nothing.
            let world = second_thoughts(seed | 1, Sabotage::None, |world| {
                world.checks.maybe_is_nothing = true;
                world.withdraw(NodeId(4), &[]);
                for _ in 0..world.rng.below(200) {
                    world.step();
                }
                world.crash(NodeId(node));
                world.restart(NodeId(node));
            });
            // A leader may have forgotten its plan.
            let layout = world.nodes[&NodeId(1)].layout().unwrap();
            let version = layout.stage().version;
            assert!(version == 2 || node == 0, "version {version}");
            assert!(layout.change().is_none());
            world
        });
    }
}

#[test]
fn a_node_that_died_while_it_joined_is_not_waited_for() {
    with_seeds("a_node_that_died_while_it_joined", SEEDS / 2, |seed| {
        let mut world = World::new(Setup {
            loss: 1_000_000,
            ..Setup::of(seed, 5)
        });
        world.checks.maybe_is_nothing = true;
        let add = world.new_nodes(&[1_000]);
        world.lose(NodeId(5));
        let change = MembershipChange {
            add,
            ..MembershipChange::default()
        };
        world.change(NodeId(2), change);
        for _ in 0..40 {
            world.ask_something();
        }
        world.run_for(Duration::from_secs(40));
        let stuck = |(_, event): &(NodeId, Event)| matches!(event, Event::ChangeStuck { .. });
        assert!(world.events.iter().any(stuck));
        world.withdraw(NodeId(2), &[]);
        world.run_for(Duration::from_secs(10));
        assert_eq!(ended(&world), 0, "it waits for whom nobody named lost");
        world.withdraw(NodeId(2), &[NodeId(5)]);
        world.run(100);
        assert_eq!((ended(&world), nodes(&world)), (1, vec![0, 1, 2, 3, 4]));
        world.checks.at_the_end(&world.nodes);
        world
    });
}

#[test]
fn ids_of_a_withdrawn_change_are_not_given_again() {
    let mut world = World::new(Setup::of(5, 4));
    let add = world.new_nodes(&[1_000]);
    let change = MembershipChange {
        add,
        ..MembershipChange::default()
    };
    world.change(NodeId(0), change.clone());
    world.step();
    world.withdraw(NodeId(0), &[]);
    world.run(0);
    assert!(is_withdrawn(&world));
    world.change(NodeId(0), change);
    world.run(0);
    let taken = ChangeError::Ring(RingError::IdTaken(NodeId(4)));
    assert_eq!(refusals(&world), [taken]);
    let another = MembershipChange {
        add: world.new_nodes(&[1_000]),
        ..MembershipChange::default()
    };
    world.change(NodeId(3), another);
    world.run(100);
    assert_eq!(nodes(&world), [0, 1, 2, 3, 5]);
    let stage = world.nodes[&NodeId(5)].layout().map(Layout::stage);
    assert_eq!(stage.map(|stage| stage.version), Some(3));
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
}

#[test]
fn there_is_nothing_to_withdraw_in_a_settled_cluster() {
    let mut world = World::new(Setup::of(6, 3));
    world.withdraw(NodeId(1), &[]);
    world.run(0);
    assert_eq!(refusals(&world), [ChangeError::NothingUnderWay]);
}

/// What a leader plans and loses in a crash, nobody else has heard of.
#[test]
fn a_plan_that_its_leader_forgets_is_nobody_s() {
    with_seeds("a_plan_that_its_leader_forgets", SEEDS, |seed| {
        let mut world = World::new(Setup::of(seed, 4));
        let change = |add| MembershipChange {
            add,
            ..MembershipChange::default()
        };
        let first = change(world.new_nodes(&[1_000]));
        world.change(NodeId(0), first);
        world.crash(NodeId(0));
        world.restart(NodeId(0));
        world.run(0);
        if ended(&world) == 0 {
            let second = change(world.new_nodes(&[2_000]));
            world.change(NodeId(0), second);
            world.run(0);
        }
        let known = nodes(&world);
        assert!(known == [0, 1, 2, 3, 4] || known == [0, 1, 2, 3, 5]);
        world.nodes.retain(|id, _| known.contains(&id.0));
        world.checks.at_the_end(&world.nodes);
        world
    });
}

#[test]
fn deleting_what_was_gained_before_all_went_back_is_caught() {
    let caught = |seed| {
        let sabotage = Sabotage::UndoneEarly;
        let world = second_thoughts(seed, sabotage, |world| world.withdraw(NodeId(4), &[]));
        let violations = &world.checks.violations;
        violations.iter().any(|(by, _)| *by == Check::DeletedLast)
    };
    assert!((0..SEEDS).any(caught));
}

/// A node leads to a layout without itself and does not hear that all have ended; the next change is
/// withdrawn, so what it hears of at last is a later version of the same nodes.
#[test]
fn a_node_that_left_hears_of_it_in_a_later_version() {
    let leaver = NodeId(0);
    with_seeds("a_node_that_left_hears", SEEDS, |seed| {
        let mut world = World::new(Setup::of(seed, 5));
        for _ in 0..40 {
            world.ask_something();
        }
        world.checks.maybe_is_nothing = true;
        let change = MembershipChange {
            remove: vec![leaver],
            ..MembershipChange::default()
        };
        world.change(leaver, change);
        let has_ended = |world: &World, id: &NodeId| {
            let layout = world.nodes[id].layout().unwrap();
            layout.stage().version == 2 && layout.change().is_none()
        };
        let stay: Vec<NodeId> = (1..5).map(NodeId).collect();
        while !stay.iter().all(|id| has_ended(&world, id)) {
            world.step();
        }
        assert_eq!(world.nodes[&leaver].state(), NodeState::Leaving);
        world.cut_off(&[leaver]);
        // What it has others have as well.
        world.checks.lost.insert(leaver);
        let add = world.new_nodes(&[1_000]);
        let change = MembershipChange {
            add,
            ..MembershipChange::default()
        };
        world.change(NodeId(1), change);
        while world.nodes[&NodeId(2)].layout().unwrap().change().is_none() {
            world.step();
        }
        world.withdraw(NodeId(1), &[]);
        world.run_for(Duration::from_secs(60));
        assert_eq!(ended(&world), 1);
        world.cut_off(&[]);
        world.checks.lost.clear();
        world.run(60);
        assert_eq!(world.nodes[&leaver].state(), NodeState::Removed);
        world.checks.at_the_end(&world.nodes);
        world
    });
}
