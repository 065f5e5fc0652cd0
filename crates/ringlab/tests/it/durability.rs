//! Nodes stop at any moment and begin again from their disks; disks are wiped, full, damaged, or
//! fail.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::time::Duration;

use ringlab::client::Wish;
use ringlab::layout::MembershipChange;
use ringlab::message::{Event, NodeState, Outcome};
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::settings::{AntiEntropy, Setting, Strictness};
use ringlab::version::Dot;

use crate::checks::Check;
use crate::sabotage::Sabotage;
use crate::seeds::with_seeds;
use crate::world::{Setup, World, key, value};

const SEEDS: u64 = 6;
/// Long enough for requests with their deadlines, and for everyone to see who is down or up.
const A_WHILE: Duration = Duration::from_secs(60);
/// Never loaded.
const KEY: u64 = 2_000;

fn put(world: &mut World, key: &Key, number: u64) -> Outcome {
    let asked = world.ask(0, Wish::Put(key.clone(), value(number)));
    world.run_for(Duration::from_secs(5));
    world.answers[&asked].clone()
}

fn holds(world: &World, node: NodeId, key: &Key, number: u64) -> bool {
    let cell = world.nodes[&node].cell(key);
    cell.is_some_and(|cell| cell.values().any(|held| *held == value(number)))
}

/// Clients are busy while one node after the other stops at some moment and begins again.
fn with_crashes(seed: u64, sabotage: Sabotage) -> World {
    let mut setup = Setup::of(seed, 5);
    // Requests may fail while a node is down.
    setup.loss = 1_000_000;
    setup.sabotage = sabotage;
    let mut world = World::new(setup);
    for _ in 0..4 {
        for _ in 0..30 {
            world.ask_something();
        }
        for _ in 0..world.rng.below(300) {
            world.step();
        }
        let node = NodeId(world.rng.below(5) as u32);
        world.crash(node);
        world.run_for(Duration::from_millis(50));
        world.restart(node);
        world.run_for(A_WHILE);
    }
    world
}

#[test]
fn what_was_acknowledged_is_there_after_any_crash() {
    with_seeds("what_was_acknowledged_is_there", SEEDS, |seed| {
        with_crashes(seed, Sabotage::None)
    });
}

#[test]
fn a_disk_that_only_says_that_it_synced_is_caught() {
    let caught = |seed| {
        let violations = with_crashes(seed, Sabotage::DiskLies).checks.violations;
        let by = |(by, _): &(Check, String)| *by == Check::AcknowledgedIsStored;
        violations.iter().any(by)
    };
    assert!((0..SEEDS).any(caught));
}

#[test]
fn hints_survive_the_restart_of_their_holder_and_arrive() {
    with_seeds("hints_survive_the_restart", SEEDS, |seed| {
        let mut world = World::new(Setup {
            strictness: Strictness::Sloppy,
            ..Setup::of(seed, 6)
        });
        let key = key(KEY);
        let owners = world.owners(&key);
        world.cut_off(&owners[..2]);
        world.run_for(A_WHILE);
        assert!(matches!(put(&mut world, &key, 7), Outcome::Stored(_)));
        let holders = world.nodes.values().filter(|node| node.hints() > 0);
        let holders: Vec<NodeId> = holders.map(|node| node.id()).collect();
        assert!(!holders.is_empty());
        for &holder in &holders {
            let before = world.nodes[&holder].hints();
            world.crash(holder);
            world.restart(holder);
            assert_eq!(world.nodes[&holder].hints(), before);
        }
        world.cut_off(&[]);
        world.run_for(A_WHILE);
        assert!(world.nodes.values().all(|node| node.hints() == 0));
        for owner in owners {
            assert!(holds(&world, owner, &key, 7), "{owner:?}");
        }
        world
    });
}

fn last_dot(world: &World) -> Dot {
    let named = world
        .events
        .iter()
        .rev()
        .find_map(|(_, event)| match event {
            Event::Named { dot, .. } => Some(*dot),
            _ => None,
        });
    named.unwrap()
}

#[test]
fn each_life_of_a_node_names_in_its_own_name() {
    let mut world = World::new(Setup::of(1, 1));
    let mut dots = Vec::new();
    for number in 0..5 {
        put(&mut world, &key(KEY), number);
        dots.push(last_dot(&world));
        world.crash(NodeId(0));
        world.restart(NodeId(0));
    }
    let actors: Vec<_> = dots.iter().map(|dot| dot.actor).collect();
    assert!(actors.is_sorted_by(|one, next| one < next), "{dots:?}");
    assert_eq!(world.checks.violations, []);
}

/// A node that was wiped knows no cluster: it answers as no replica, and names nothing.
#[test]
fn a_wiped_node_names_nothing() {
    with_seeds("a_wiped_node_names_nothing", SEEDS, |seed| {
        let mut setup = Setup::of(seed, 4);
        setup.loss = 1_000_000;
        let mut world = World::new(setup);
        for _ in 0..40 {
            world.ask_something();
        }
        world.run_for(A_WHILE);
        let wiped = NodeId(2);
        world.wipe(wiped);
        world.restart(wiped);
        let before = world.events.len();
        for _ in 0..60 {
            world.ask_something();
        }
        world.run_for(A_WHILE);
        let node = &world.nodes[&wiped];
        assert_eq!(
            (node.state(), node.layout().is_none()),
            (NodeState::Joining, true)
        );
        let names = |(node, event): &(NodeId, Event)| {
            *node == wiped && matches!(event, Event::Named { .. })
        };
        assert!(!world.events[before..].iter().any(names));
        // What it had is gone; what others have of it is not its to judge.
        world
            .checks
            .violations
            .retain(|(by, _)| *by == Check::DotsUnique);
        world
    });
}

#[test]
fn a_change_goes_on_after_the_crash_of_any_node() {
    for node in [0, 3, 6] {
        with_seeds("a_change_goes_on", SEEDS, |seed| {
            let mut world = World::new(Setup::of(seed, 6));
            for _ in 0..20 {
                world.ask_something();
            }
            world.run(0);
            let change = MembershipChange {
                add: world.new_nodes(&[1_000]),
                remove: vec![NodeId(3)],
                ..MembershipChange::default()
            };
            world.change(NodeId(1), change);
            for _ in 0..world.rng.below(400) {
                world.step();
            }
            world.crash(NodeId(node));
            world.restart(NodeId(node));
            world.run(0);
            let stage = world.nodes[&NodeId(1)].layout().unwrap().stage();
            assert_eq!(stage.version, 2, "the change does not end");
            world.checks.at_the_end(&world.nodes);
            world
        });
    }
}

#[test]
fn a_full_disk_takes_no_writes_and_then_does() {
    let mut world = World::new(Setup::of(3, 1));
    world.disks[&NodeId(0)].borrow_mut().is_full = true;
    let refused = put(&mut world, &key(KEY), 1);
    assert!(matches!(refused, Outcome::QuorumUnreachable { .. }));
    let seen = |world: &World, event: &Event| world.events.iter().any(|(_, seen)| seen == event);
    assert!(seen(&world, &Event::DiskFull));
    world.disks[&NodeId(0)].borrow_mut().is_full = false;
    world.run_for(A_WHILE);
    assert!(seen(&world, &Event::DiskHasRoom));
    assert!(matches!(put(&mut world, &key(KEY), 2), Outcome::Stored(_)));
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged_until_a_restart() {
    let mut world = World::new(Setup::of(4, 1));
    world.disks[&NodeId(0)].borrow_mut().fails = true;
    assert!(matches!(
        put(&mut world, &key(KEY), 1),
        Outcome::QuorumUnreachable { .. }
    ));
    let failed = |(_, event): &(NodeId, Event)| matches!(event, Event::DiskFailed { .. });
    assert!(world.events.iter().any(failed));
    world.disks[&NodeId(0)].borrow_mut().fails = false;
    assert!(matches!(
        put(&mut world, &key(KEY), 2),
        Outcome::QuorumUnreachable { .. }
    ));
    world.crash(NodeId(0));
    world.restart(NodeId(0));
    assert!(matches!(put(&mut world, &key(KEY), 3), Outcome::Stored(_)));
}

#[test]
fn damage_is_no_value_and_is_mended_by_the_other_replicas() {
    with_seeds("damage_is_no_value", SEEDS, |seed| {
        let mut world = World::new(Setup::of(seed, 4));
        world.run(300);
        let node = NodeId(1);
        world.crash(node);
        let bit = world.rng.next_below_usize();
        let flipped = world.disks[&node]
            .borrow_mut()
            .flip(".table", |bits| bit % bits);
        assert!(flipped, "so many writes make a table");
        world.restart(node);
        world.run(200);
        let told = |world: &World, what: fn(&Event) -> bool| {
            world
                .events
                .iter()
                .any(|(by, event)| *by == node && what(event))
        };
        if told(&world, |event| matches!(event, Event::Damaged { .. })) {
            assert!(told(&world, |event| *event == Event::Whole));
        }
        world.run_for(A_WHILE);
        world.run(0);
        world.checks.at_the_end(&world.nodes);
        world
    });
}

/// The tables in which a node keeps that it let cells go are damaged; older ones still have them.
#[test]
fn what_a_node_let_go_stays_away_when_damage_took_that_it_did() {
    with_seeds("what_a_node_let_go", SEEDS, |seed| {
        let mut world = World::new(Setup {
            before: vec![(Setting::MemtableBytes, 1 << 10)],
            ..Setup::of(seed, 4)
        });
        world.run(100);
        let add = world.new_nodes(&[1_000]);
        let change = MembershipChange {
            add,
            ..MembershipChange::default()
        };
        world.change(NodeId(0), change);
        world.run_until_agreed();
        world.run(40);
        let node = NodeId(1);
        // Whoever looks at each key meanwhile meets the damage before the node does.
        world.checks.look_every = u64::MAX;
        world.disks[&node]
            .borrow_mut()
            .flip_all_but_oldest(".table");
        let often = AntiEntropy::new(Duration::from_millis(500), 16).unwrap();
        world.repair(often, 40);
        let told = |what: fn(&Event) -> bool| {
            let of_node = world.events.iter().filter(|(by, _)| *by == node);
            of_node.map(|(_, event)| event).any(what)
        };
        assert!(told(|event| matches!(event, Event::Damaged { .. })));
        assert!(told(|event| *event == Event::Whole));
        world.checks.at_the_end(&world.nodes);
        world
    });
}

#[test]
fn a_node_that_has_forgotten_a_layout_fetches_all_it_owns() {
    with_seeds("a_node_that_has_forgotten_a_layout", SEEDS, |seed| {
        let mut world = World::new(Setup::of(seed, 4));
        world.run(100);
        let node = NodeId(1);
        let before = world.disks[&node].borrow().clone();
        let add = world.new_nodes(&[1_000]);
        let change = MembershipChange {
            add,
            ..MembershipChange::default()
        };
        world.change(NodeId(0), change);
        world.run(200);
        world.run_until_agreed();
        world.crash(node);
        // What it had synced since was only said to be.
        *world.disks[&node].borrow_mut() = before;
        world.restart(node);
        let from = world.events.len();
        world.run_for(A_WHILE);
        let told = |what: fn(&Event) -> bool| {
            let mut events = world.events[from..].iter();
            events.any(|(by, event)| *by == node && what(event))
        };
        assert!(told(|event| matches!(event, Event::Damaged { .. })));
        assert!(told(|event| *event == Event::Whole));
        assert!(world.agrees());
        world.run(200);
        world.checks.at_the_end(&world.nodes);
        world
    });
}

#[test]
fn one_sync_serves_many_writes() {
    let mut world = World::new(Setup::of(5, 1));
    world.run_for(A_WHILE);
    let before = world.disks[&NodeId(0)].borrow().syncs;
    for number in 0..200 {
        world.ask(0, Wish::Put(key(number + KEY), value(number)));
    }
    world.run(0);
    let syncs = world.disks[&NodeId(0)].borrow().syncs - before;
    assert!(syncs < 100, "{syncs} syncs for 200 writes");
}
