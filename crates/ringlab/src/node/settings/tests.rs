//! One node's store follows the settings while it runs; settings that cannot be do not enter it.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::sync::Arc;

use super::*;
use crate::disk::MemoryDisk;
use crate::layout::{ChangeError, Stage, Step};
use crate::message::{Effect, HintId, Input, Membership, Random, RequestId, TimerId};
use crate::node::{Machine, OpenError};
use crate::pair::{Key, Value};
use crate::ring::{NodeSpec, Ring, Weight};
use crate::settings::{Merge, Setting};
use crate::storage::Storage;
use crate::time::Instant;
use crate::version::{Siblings, VersionVector};

const ID: NodeId = NodeId(0);
/// Keys that are written before a change, and again after it.
const KEYS: u64 = 100;

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

/// The only node of its cluster.
fn alone() -> Node {
    let amber = NodeSpec {
        id: ID,
        name: "amber".parse().unwrap(),
        weight: Weight::ONE,
        zone: Default::default(),
    };
    let ring = Arc::new(Ring::with_nodes(8, [amber]).unwrap());
    let settings = Settings::DEFAULT;
    let layout = Layout::settled(1, ring, settings.sizes());
    Node::restored(ID, settings, layout, Storage::default())
}

fn handle(node: &mut Node, input: Input) -> Vec<Effect> {
    let mut out = Vec::new();
    node.handle(Instant::ZERO, &mut Zeros, input, &mut out);
    out
}

fn choose(node: &mut Node, values: &[(Setting, u64)]) -> Vec<Effect> {
    let mut effects = handle(node, Input::Settings(values.into()));
    effects.extend(handle(node, Input::Sync));
    effects
}

fn key(number: u64) -> Key {
    Key::new(&number.to_le_bytes()).unwrap()
}

fn write(node: &mut Node, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let (version, step) = (1, Step::Released);
        let message = Message::Write {
            request: RequestId { number, leg: 1 },
            stage: Stage { version, step },
            key: key(number),
            context: VersionVector::default(),
            value: Some(Value::new(&[7; 50]).unwrap()),
            merge: Merge::Siblings,
            place: None,
            life: 0,
        };
        let from = NodeId(9);
        handle(node, Input::Message { from, message });
        handle(node, Input::Sync);
    }
}

/// Lets the store do what it put off.
fn work(node: &mut Node) {
    while node.storage().engine().puts_off() {
        handle(node, Input::Timer(TimerId::Disk));
    }
}

fn has_all(node: &Node, keys: u64) {
    for number in 0..keys {
        let cell = node.cell(&key(number)).unwrap();
        assert_eq!(cell.values().count(), 1, "key {number}");
    }
}

fn disk(node: &mut Node) -> MemoryDisk {
    node.replica.storage_mut().engine_mut().disk_mut().clone()
}

fn segments(node: &mut Node) -> usize {
    let names = disk(node).list().unwrap();
    names.iter().filter(|name| name.ends_with(".log")).count()
}

/// The same node after a crash that took nothing.
fn again(node: &mut Node) -> Node {
    Node::open(ID, Settings::DEFAULT, Machine::new(disk(node))).unwrap()
}

#[test]
fn a_smaller_memtable_becomes_a_table_at_once() {
    let mut node = alone();
    write(&mut node, 0..KEYS);
    assert_eq!(node.storage().engine().tables(), 0);
    let effects = choose(&mut node, &[(Setting::MemtableBytes, 2 << 10)]);
    let works = |effect: &Effect| {
        matches!(
            effect,
            Effect::SetTimer {
                id: TimerId::Disk,
                ..
            }
        )
    };
    assert!(effects.iter().any(works), "without another write");
    work(&mut node);
    assert_eq!(node.storage().engine().tables(), 1);
    has_all(&node, KEYS);
    has_all(&again(&mut node), KEYS);
}

#[test]
fn segments_of_the_log_end_at_their_new_size() {
    let mut node = alone();
    write(&mut node, 0..KEYS);
    assert_eq!(segments(&mut node), 1);
    choose(&mut node, &[(Setting::LogSegmentBytes, 1 << 10)]);
    write(&mut node, KEYS..2 * KEYS);
    let small = segments(&mut node);
    assert!(small > 5, "{small} segments");
    choose(&mut node, &[(Setting::LogSegmentBytes, 1 << 20)]);
    write(&mut node, 2 * KEYS..3 * KEYS);
    assert_eq!(segments(&mut node), small, "the last one goes on");
    has_all(&node, 3 * KEYS);
    has_all(&again(&mut node), 3 * KEYS);
}

#[test]
fn new_tables_take_the_new_rate_of_their_filters() {
    let mut node = alone();
    choose(&mut node, &[(Setting::MemtableBytes, 2 << 10)]);
    write(&mut node, 0..KEYS);
    work(&mut node);
    let before = node.storage().engine().filter_bits();
    choose(&mut node, &[(Setting::FilterOneIn, 1_000_000)]);
    assert_eq!(node.storage().engine().filter_bits(), before);
    write(&mut node, KEYS..2 * KEYS);
    work(&mut node);
    // 1.44 log2(rate) bits a token: 9.6 for one in a hundred, 28.8 for one in a million.
    assert!(
        before.iter().all(|bits| (9..15).contains(bits)),
        "{before:?}"
    );
    let after = node.storage().engine().filter_bits();
    assert!((28..40).contains(after.last().unwrap()), "{after:?}");
    has_all(&node, 2 * KEYS);
}

#[test]
fn a_store_opens_with_the_settings_that_its_node_remembers() {
    let mut node = alone();
    let chosen = [
        (Setting::MemtableBytes, 2 << 10),
        (Setting::LogSegmentBytes, 3 << 10),
        (Setting::FilterOneIn, 7),
    ];
    choose(&mut node, &chosen);
    let (now, opened) = (node.storage().engine().settings(), again(&mut node));
    assert_eq!(opened.storage().engine().settings(), now);
    assert_eq!(
        (now.memtable_bytes, now.log_segment_bytes, now.filter_one_in),
        (2 << 10, 3 << 10, 7)
    );
}

#[test]
fn a_round_that_was_far_away_comes_closer() {
    let mut node = alone();
    let grace = 2_000;
    let chosen = [
        (Setting::HintLifetime, grace / 2),
        (Setting::TombstoneGrace, grace),
    ];
    let effects = choose(&mut node, &chosen);
    let due = effects.iter().find_map(|effect| match effect {
        Effect::SetTimer {
            id: TimerId::Collection,
            at,
        } => Some(*at),
        _ => None,
    });
    assert!(due.is_some_and(|at| at < Instant(grace * 1_000)), "{due:?}");
    let place = NodeId(4);
    let hint = Message::HandOver {
        hint: HintId(1),
        stage: Stage {
            version: 1,
            step: Step::Released,
        },
        key: key(1),
        siblings: Siblings::loaded(Value::new(b"1").unwrap()),
        place: Some(place),
        age: Default::default(),
    };
    handle(
        &mut node,
        Input::Message {
            from: ID,
            message: hint,
        },
    );
    assert_eq!(node.hints(), 1);
    let hands_over = |effects: &[Effect]| {
        effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::SetTimer {
                    id: TimerId::Hints,
                    ..
                }
            )
        })
    };
    assert!(hands_over(&choose(
        &mut node,
        &[(Setting::HintInterval, 10)]
    )));
    assert!(!hands_over(&choose(&mut node, &[(Setting::ClockPairs, 9)])));
}

/// Hints that outlive tombstones would bring back what was deleted.
fn impossible() -> (Settings, &'static str) {
    let mut settings = Settings::DEFAULT;
    settings.hints.lifetime = settings.tombstone_grace;
    let told = "hint-lifetime is 864000000 ms; it is at most 863999999 ms, which is just below \
                tombstone-grace";
    (settings, told)
}

#[test]
fn a_node_is_not_made_with_settings_that_cannot_be() {
    let (settings, told) = impossible();
    let machine = || Machine::new(MemoryDisk::default());
    let joining = Node::open(ID, settings, machine()).err().unwrap();
    let layout = alone().layout().unwrap().clone();
    let founded = Node::founded(ID, settings, layout, machine())
        .err()
        .unwrap();
    for error in [joining, founded] {
        assert!(matches!(error, OpenError::Settings(_)), "{error:?}");
        assert_eq!(error.to_string(), told);
    }
}

#[test]
fn a_node_does_not_go_by_settings_that_cannot_be_whoever_decided_them() {
    let mut node = alone();
    let (settings, told) = impossible();
    let (number, by) = (7, NodeId(3));
    let adopted = Adopted {
        epoch: Epoch {
            number,
            by,
            life: 0,
        },
        settings,
    };
    let message = Message::Settings(SettingsNews::Adopt(Box::new(adopted)));
    let effects = handle(&mut node, Input::Message { from: ID, message });
    let refused = effects.iter().find_map(|effect| match effect {
        Effect::Observe(Event::ChangeRefused { reason }) => Some(reason.to_string()),
        _ => None,
    });
    assert_eq!(refused.as_deref(), Some(told));
    assert_eq!(node.epoch(), Epoch::default());
    assert_eq!(node.settings(), Settings::DEFAULT);
}

/// Nodes that know of different layouts may each take another one for the decider.
#[test]
fn a_wish_that_was_passed_on_is_refused_and_not_passed_on_again() {
    let named = |id: u32| NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::ONE,
        zone: Default::default(),
    };
    let ring = Arc::new(Ring::with_nodes(8, [named(0), named(1), named(2)]).unwrap());
    let settings = Settings::DEFAULT;
    let layout = Layout::settled(4, ring, settings.sizes());
    let node = Node::restored(NodeId(1), settings, layout, Storage::default());
    let chosen = SettingsNews::Wanted([(Setting::GossipInterval, 700)].into());
    let fewer = MembershipChange {
        remove: vec![NodeId(2)],
        ..MembershipChange::default()
    };
    let wishes = [
        Message::Settings(chosen),
        Message::Membership(Membership::Wanted(fewer.into())),
    ];
    for wish in &wishes {
        for from in [NodeId(0), NodeId(2)] {
            is_refused(&mut node.clone(), from, wish);
        }
    }
}

/// Whoever passed the wish on hears that it is refused, and which layout is in force.
fn is_refused(node: &mut Node, from: NodeId, wish: &Message) {
    let message = wish.clone();
    let effects = handle(node, Input::Message { from, message });
    let said: Vec<&Membership> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send {
                to,
                message: Message::Membership(message),
            } if *to == from => Some(message),
            Effect::Send { .. } => panic!("{effect:?}"),
            _ => None,
        })
        .collect();
    let refusal = ChangeError::DecidedElsewhere;
    assert!(
        matches!(&said[..], [Membership::InForce { version: 4, .. }, Membership::Refused(reason)] if *reason == refusal),
        "{said:?}"
    );
}
