//! Replicas that cannot be reached: what is refused, what fallbacks keep for them, how they catch up.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::time::Duration;

use ringlab::client::Wish;
use ringlab::layout::MembershipChange;
use ringlab::message::{Answer, Event, NodeState, Outcome, Refusal};
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::settings::{ReadRepair, Strictness};

use crate::seeds::with_seeds;
use crate::world::{Node, Setup, World, key, value};

/// Long enough for a request with its deadline, and for hints that find their replica.
const A_WHILE: Duration = Duration::from_secs(5);

/// Long enough for everyone to believe that who is cut off is down, and the other way.
const UNTIL_KNOWN: Duration = Duration::from_secs(60);

fn sloppy(seed: u64, nodes: usize) -> Setup {
    Setup {
        strictness: Strictness::Sloppy,
        ..Setup::of(seed, nodes)
    }
}

/// Puts a key that was never written before, so that the client reads first.
fn put(world: &mut World, key: &Key, number: u64) -> Outcome {
    let asked = world.ask(0, Wish::Put(key.clone(), value(number)));
    world.run_for(A_WHILE);
    world.answers[&asked].clone()
}

fn get(world: &mut World, key: &Key) -> Outcome {
    let asked = world.ask(1, Wish::Get(key.clone()));
    world.run_for(A_WHILE);
    world.answers[&asked].clone()
}

fn answer(outcome: &Outcome) -> &Answer {
    match outcome {
        Outcome::Stored(answer) | Outcome::Values(answer) => answer,
        failed => panic!("{failed:?}"),
    }
}

fn holds(world: &World, node: NodeId, key: &Key, number: u64) -> bool {
    let cell = world.nodes[&node].cell(key).unwrap();
    cell.values().any(|held| *held == value(number))
}

fn hints(world: &World) -> usize {
    world.nodes.values().map(Node::hints).sum()
}

fn repaired(world: &World) -> usize {
    let is_repair = |(_, event): &&(NodeId, Event)| matches!(event, Event::Repaired { .. });
    world.events.iter().filter(is_repair).count()
}

#[test]
fn a_strict_quorum_without_its_replicas_is_unreachable() {
    let mut world = World::new(Setup::of(1, 6));
    let key = key(3);
    let owners = world.owners(&key);
    let known = world.ask(0, Wish::Get(key.clone()));
    world.run_for(A_WHILE);
    answer(&world.answers[&known]);
    world.cut_off(&owners[1..]);
    assert!(matches!(
        put(&mut world, &key, 7),
        Outcome::QuorumUnreachable { needed: 2, .. }
    ));
    assert_eq!(hints(&world), 0, "nobody stands in");
    world.run_for(UNTIL_KNOWN);
    assert_eq!(
        put(&mut world, &key, 8),
        Outcome::Refused(Refusal::TooFewReplicasUp),
        "it is not even tried"
    );
}

#[test]
fn fallbacks_keep_a_write_and_hand_it_over() {
    with_seeds("fallbacks_keep_a_write_and_hand_it_over", 20, |seed| {
        let mut world = World::new(sloppy(seed, 7));
        let key = key(3);
        let owners = world.owners(&key);
        world.cut_off(&owners[..2]);
        world.run_for(UNTIL_KNOWN);
        let stored = put(&mut world, &key, 7);
        let stored = answer(&stored);
        assert!(!stored.fallbacks.is_empty(), "{stored:?}");
        for fallback in &stored.fallbacks {
            assert!(!owners.contains(&fallback.node), "another machine");
            assert!(owners[..2].contains(&fallback.place));
        }
        assert!(hints(&world) > 0);
        let read = get(&mut world, &key);
        let read = answer(&read);
        assert!(!read.fallbacks.is_empty(), "{read:?}");
        // Two fallbacks that know nothing may answer the read that comes before the write: then it
        // stands beside what it would have replaced.
        assert!(read.siblings.values().any(|read| *read == value(7)));

        world.cut_off(&[]);
        world.run_for(UNTIL_KNOWN);
        assert_eq!(hints(&world), 0);
        for owner in owners {
            assert!(holds(&world, owner, &key, 7), "{owner:?}");
        }
        world.checks.at_the_end(&world.nodes);
        world
    });
}

/// With every replica gone a fallback names the write. Two such writes that do not know of each
/// other are siblings in the end: neither stands for the other.
#[test]
fn writes_that_fallbacks_named_are_all_kept() {
    with_seeds("writes_that_fallbacks_named_are_all_kept", 20, |seed| {
        let mut world = World::new(sloppy(seed, 8));
        let key = key(LATE_KEY);
        let owners = world.owners(&key);
        world.cut_off(&owners);
        world.run_for(UNTIL_KNOWN);
        assert!(!answer(&put(&mut world, &key, 1)).fallbacks.is_empty());
        world.cut_off(&[]);
        world.run_for(UNTIL_KNOWN);
        // The holders have forgotten the first hint; they name again.
        world.cut_off(&owners);
        world.run_for(UNTIL_KNOWN);
        assert!(!answer(&put(&mut world, &key, 2)).fallbacks.is_empty());
        world.cut_off(&[]);
        world.run_for(UNTIL_KNOWN);
        assert_eq!(hints(&world), 0);
        world.checks.at_the_end(&world.nodes);
        world
    });
}

/// Never loaded: nobody has it before.
const LATE_KEY: u64 = 1_000;

/// A world whose first owner of a key is cut off, and who keeps its write for it.
fn with_a_holder(nodes: usize, key: &Key) -> (World, NodeId) {
    let mut world = World::new(sloppy(4, nodes));
    let owners = world.owners(key);
    world.cut_off(&owners[..1]);
    world.run_for(UNTIL_KNOWN);
    put(&mut world, key, 7);
    let holder = world.nodes.values().find(|node| node.hints() > 0).unwrap();
    let holder = holder.id();
    (world, holder)
}

fn remove(world: &mut World, asked: NodeId, node: NodeId) {
    let change = MembershipChange {
        remove: vec![node],
        ..MembershipChange::default()
    };
    world.change(asked, change);
}

#[test]
fn a_holder_that_leaves_finds_an_heir() {
    let key = key(3);
    let (mut world, holder) = with_a_holder(7, &key);
    let owners = world.owners(&key);
    // Every step of a change needs every node: the replica can be reached again when the holder
    // begins to leave, but what was kept for it has not reached it.
    world.lose_handovers = true;
    world.cut_off(&[]);
    remove(&mut world, owners[1], holder);
    world.run_for(A_WHILE);
    assert_eq!(world.nodes[&holder].state(), NodeState::Leaving);
    assert!(world.nodes[&holder].hints() > 0, "it may not go with them");
    world.lose_handovers = false;
    world.run_for(4 * A_WHILE);
    assert_eq!(world.nodes[&holder].state(), NodeState::Removed);
    assert_eq!(hints(&world), 0);
    assert!(holds(&world, owners[0], &key, 7));
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
}

/// A replica of the key may have stored the write itself: kept there as well, two acknowledgements
/// would be on one disk. Where only replicas are left, each of them keeps it.
#[test]
fn who_leaves_makes_no_heir_of_a_replica_where_it_can() {
    for nodes in [7, 4] {
        let key = key(3);
        let (mut world, holder) = with_a_holder(nodes, &key);
        let owners = world.owners(&key);
        remove(&mut world, owners[1], holder);
        world.run_for(UNTIL_KNOWN);
        assert_eq!(world.nodes[&holder].state(), NodeState::Leaving);
        let keeps = |node: &&Node| node.hints() > 0;
        let heirs: Vec<NodeId> = world.nodes.values().filter(keeps).map(Node::id).collect();
        if nodes == 4 {
            let mut others = owners[1..].to_vec();
            others.sort();
            assert_eq!(heirs, others);
        } else {
            assert_eq!(heirs.len(), 1);
            assert!(!owners.contains(&heirs[0]) && heirs[0] != holder);
        }
        world.cut_off(&[]);
        world.run_for(UNTIL_KNOWN);
        assert!(holds(&world, owners[0], &key, 7));
        assert_eq!(hints(&world), 0);
        world.checks.at_the_end(&world.nodes);
        assert_eq!(world.checks.violations, []);
    }
}

#[test]
fn a_read_repairs_what_it_finds_behind_and_a_clean_one_writes_nothing() {
    let mut world = World::new(Setup::of(5, 6));
    let key = key(3);
    let owners = world.owners(&key);
    world.cut_off(&owners[2..]);
    put(&mut world, &key, 7);
    world.cut_off(&[]);
    assert!(!holds(&world, owners[2], &key, 7));
    get(&mut world, &key);
    assert!(holds(&world, owners[2], &key, 7));
    let before = repaired(&world);
    assert_eq!(before, 1);
    get(&mut world, &key);
    assert_eq!(repaired(&world), before);
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
}

/// A write that failed is on one replica. A read that shows it makes sure that every later one
/// does, even without that replica.
#[test]
fn with_blocking_repair_what_was_read_once_is_read_again() {
    let lost = |read_repair| {
        (0..40).any(|seed| {
            // Without gossip: a node that knows who is down would refuse the write.
            let setup = Setup {
                read_repair,
                gossip: None,
                ..Setup::of(seed, 6)
            };
            let mut world = World::new(setup);
            let key = key(3);
            let owners = world.owners(&key);
            // The client knows what it replaces; then two replicas go, and the write fails.
            get(&mut world, &key);
            let failed = {
                world.cut_off(&owners[1..]);
                world.ask(1, Wish::Put(key.clone(), value(7)))
            };
            world.run_for(A_WHILE);
            assert!(matches!(
                world.answers[&failed],
                Outcome::QuorumUnreachable { .. }
            ));
            if !holds(&world, owners[0], &key, 7) {
                return false;
            }
            world.cut_off(&owners[2..]);
            world.lose_repairs = true;
            let first = get(&mut world, &key);
            let seen = |outcome: &Outcome| match outcome {
                Outcome::Values(answer) => answer.siblings.values().any(|held| *held == value(7)),
                _ => false,
            };
            world.lose_repairs = false;
            world.cut_off(&owners[..1]);
            seen(&first) && !seen(&get(&mut world, &key))
        })
    };
    assert!(!lost(ReadRepair::Blocking));
    assert!(
        lost(ReadRepair::Background),
        "the check sees what it is for"
    );
}
