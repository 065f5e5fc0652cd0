//! Copies are lost on the way to replicas; then replicas compare themselves until they are equal.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::time::Duration;

use ringlab::layout::MembershipChange;
use ringlab::merkle::FAN_OUT;
use ringlab::message::{Event, ExchangeEnd, ExchangeTally, Unequal};
use ringlab::ring::NodeId;
use ringlab::settings::AntiEntropy;

use crate::checks::Check;
use crate::sabotage::Sabotage;
use crate::seeds::with_seeds;
use crate::world::{Setup, World};

/// Enough for every node to meet every other one of five, but for one run in many thousands.
const EXCHANGES: u32 = 40;
const BUCKETS: u32 = 64;
/// Levels of a tree of so many buckets: the root, two nodes, the buckets.
const LEVELS: u64 = 3;
/// Messages of an exchange beside those about the tree: the keys and their answer, what the other
/// one lacks and its acknowledgement. All of that fits into one message each here.
const KEYS_AND_PUSH: u64 = 4;

fn every_second(buckets: u32) -> AntiEntropy {
    AntiEntropy::new(Duration::from_secs(1), buckets).unwrap()
}

/// A cluster of five in which one of three copies was lost.
fn damaged(seed: u64, sabotage: Sabotage) -> World {
    let mut setup = Setup::of(seed, 5);
    setup.loss = 3;
    setup.sabotage = sabotage;
    let mut world = World::new(setup);
    world.run(300);
    world.lose_nothing();
    world
}

/// After anti-entropy each replica has what it must have.
fn at_the_end(world: &mut World) {
    world.checks.repaired = true;
    world.checks.at_the_end(&world.nodes);
}

/// Those that ended by themselves: not because anti-entropy was turned off.
fn exchanges(world: &World) -> Vec<(ExchangeEnd, ExchangeTally)> {
    let ended = world.events.iter().filter_map(|(_, event)| match event {
        Event::ExchangeEnded { end, tally, .. } => Some((*end, *tally)),
        _ => None,
    });
    let off = ExchangeEnd::Refused(Unequal::Off);
    ended.filter(|(end, _)| *end != off).collect()
}

#[test]
fn what_was_lost_is_repaired_and_repairs_die_out() {
    let test = "what_was_lost_is_repaired_and_repairs_die_out";
    with_seeds(test, 10, |seed| {
        let mut world = damaged(seed, Sabotage::None);
        world.repair(every_second(BUCKETS), EXCHANGES);
        at_the_end(&mut world);
        let repaired = exchanges(&world);
        assert!(
            repaired
                .iter()
                .any(|(_, tally)| tally.sent > 0 && tally.received > 0)
        );
        for (end, tally) in repaired {
            assert_eq!(end, ExchangeEnd::Done);
            // One that began to differ may be repaired by another exchange meanwhile.
            let differing = tally.differing.max(1);
            assert!(
                2 * tally.asked <= 2 * LEVELS * differing + KEYS_AND_PUSH,
                "{tally:?}"
            );
            assert!(
                tally.digests <= 1 + u64::from(FAN_OUT) * LEVELS * differing,
                "{tally:?}"
            );
        }
        world.events.clear();
        world.repair(every_second(BUCKETS), EXCHANGES);
        let quiet = exchanges(&world);
        assert!(quiet.len() > EXCHANGES as usize);
        for (_, tally) in quiet {
            assert_eq!((tally.asked, tally.digests, tally.differing), (1, 1, 0));
        }
        world
    });
}

#[test]
fn without_anti_entropy_replicas_stay_behind() {
    let mut world = damaged(1, Sabotage::None);
    at_the_end(&mut world);
    let violations = &world.checks.violations;
    assert!(violations.iter().any(|(by, _)| *by == Check::NoLostUpdate));
}

#[test]
fn answerers_that_do_not_repair_are_caught() {
    for sabotage in [Sabotage::AllIsEqual, Sabotage::PushNotStored] {
        let caught = |seed| {
            let mut world = damaged(seed, sabotage);
            // Few exchanges: a node that only takes is repaired when it asks itself.
            world.repair(every_second(BUCKETS), 2);
            at_the_end(&mut world);
            let violations = &world.checks.violations;
            violations.iter().any(|(by, _)| *by == Check::NoLostUpdate)
        };
        assert!((0..10).any(caught), "{sabotage:?}");
    }
}

#[test]
fn exchanges_lose_messages_under_writes_and_replicas_end_equal() {
    let test = "exchanges_lose_messages_under_writes_and_replicas_end_equal";
    with_seeds(test, 10, |seed| {
        let mut setup = Setup::of(seed, 4);
        setup.loss = 4;
        let mut world = World::new(setup);
        let often = AntiEntropy::new(Duration::from_millis(100), BUCKETS).unwrap();
        for node in 0..4 {
            world.set_anti_entropy(NodeId(node), Some(often));
        }
        for _ in 0..300 {
            world.ask_something();
            world.run_until(world.now + Duration::from_millis(100));
        }
        let ends: Vec<ExchangeEnd> = exchanges(&world).into_iter().map(|ended| ended.0).collect();
        assert!(ends.contains(&ExchangeEnd::Late) && ends.contains(&ExchangeEnd::Done));
        world.lose_nothing();
        world.repair(every_second(BUCKETS), EXCHANGES);
        at_the_end(&mut world);
        world
    });
}

/// Nodes learn of another bucket count one after the other, while clients write.
#[test]
fn another_bucket_count_reaches_all_and_replicas_end_equal() {
    for (before, after) in [(256, 8), (8, 256), (64, 1), (1, 1 << 14)] {
        let test = "another_bucket_count_reaches_all_and_replicas_end_equal";
        with_seeds(test, 3, |seed| {
            let mut setup = Setup::of(seed, 4);
            setup.loss = 8;
            // Or they would tell each other at once.
            setup.gossip = None;
            let mut world = World::new(setup);
            let often = |buckets| AntiEntropy::new(Duration::from_millis(100), buckets).unwrap();
            for buckets in [before, after] {
                for node in 0..4 {
                    world.set_anti_entropy(NodeId(node), Some(often(buckets)));
                    for _ in 0..20 {
                        world.ask_something();
                        world.run_until(world.now + Duration::from_millis(400));
                    }
                }
            }
            let refused = exchanges(&world).into_iter().any(|(end, _)| {
                let buckets = ringlab::merkle::Incomparable::Buckets;
                end == ExchangeEnd::Refused(Unequal::Trees(buckets))
            });
            assert!(refused, "in between some have the old count");
            world.lose_nothing();
            world.events.clear();
            world.repair(every_second(after), EXCHANGES);
            let refused = |(end, _): &(ExchangeEnd, _)| {
                matches!(end, ExchangeEnd::Refused(Unequal::Trees(_)))
            };
            assert!(!exchanges(&world).iter().any(refused));
            at_the_end(&mut world);
            world
        });
    }
}

/// While data moves nothing is compared; afterwards what was lost meanwhile is repaired.
#[test]
fn anti_entropy_waits_for_a_membership_change() {
    with_seeds("anti_entropy_waits_for_a_membership_change", 10, |seed| {
        let mut setup = Setup::of(seed, 5);
        setup.loss = 5;
        let mut world = World::new(setup);
        let often = AntiEntropy::new(Duration::from_millis(100), BUCKETS).unwrap();
        let joining = world.new_nodes(&[1_000, 2_000]);
        for node in 0..7 {
            world.set_anti_entropy(NodeId(node), Some(often));
        }
        world.run_until(world.now + Duration::from_secs(1));
        let change = MembershipChange {
            add: joining,
            remove: vec![NodeId(1)],
            ..MembershipChange::default()
        };
        world.change(NodeId(3), change);
        for _ in 0..200 {
            world.ask_something();
            world.run_until(world.now + Duration::from_millis(50));
        }
        let begins = |event: &Event| matches!(event, Event::ExchangeBegan { .. });
        let moving = world
            .events
            .iter()
            .skip_while(|(_, event)| !matches!(event, Event::StepTaken { .. }));
        let took = |node: NodeId, (by, event): &(NodeId, Event)| {
            *by == node && matches!(event, Event::StepTaken { .. })
        };
        for node in world.nodes.keys() {
            let own = moving.clone().filter(|(by, _)| by == node);
            let mut steps = 0;
            for event in own {
                steps += u32::from(took(*node, event));
                let settled = steps == 0 || steps == 4;
                assert!(
                    settled || !begins(&event.1),
                    "{node:?} began after {steps} steps"
                );
            }
        }
        world.lose_nothing();
        world.repair(every_second(BUCKETS), EXCHANGES);
        at_the_end(&mut world);
        world
    });
}
