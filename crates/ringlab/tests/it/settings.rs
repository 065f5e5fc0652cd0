//! Every setting changes while clients are busy: no request fails, and every node goes by what was
//! decided last, also one that came late or was away.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::time::Duration;

use ringlab::layout::{ChangeError, MembershipChange};
use ringlab::message::Event;
use ringlab::ring::NodeId;
use ringlab::settings::{Setting, TABLE};

use crate::seeds::with_seeds;
use crate::world::{Setup, World};

/// How often each setting changes.
const CHANGES: u64 = 100;
const NODES: u64 = 5;

/// Two values of each setting that a cluster under load can have; it begins with the first.
fn values(second: bool) -> Vec<(Setting, u64)> {
    let values = |setting| match setting {
        Setting::N => (3, 4),
        Setting::R | Setting::W => (2, 3),
        Setting::Spread | Setting::ReadRepair | Setting::AntiEntropy => (0, 1),
        // What these do on purpose is told elsewhere: they lose writes, or may not see them.
        Setting::Strictness | Setting::Merge => (0, 0),
        Setting::HedgePercentile => (0, 50),
        Setting::RequestDeadline => (1_000, 2_000),
        Setting::FallbackPatience => (100, 50),
        Setting::Gossip => (1, 0),
        Setting::GossipInterval => (1_000, 200),
        Setting::ProbeTimeout => (100, 50),
        Setting::IndirectProbes => (3, 1),
        Setting::SuspicionMultiplier => (4, 8),
        Setting::AntiEntropyInterval => (600_000, 500),
        Setting::BucketCount => (1_024, 16),
        Setting::ClockPairs => (50, 20),
        Setting::SiblingsMax => (100, 1_000),
        Setting::ValueBytesMax => (1 << 20, 1 << 10),
        Setting::HintsMax => (65_536, 10),
        Setting::HintBytesMax => (1 << 28, 1 << 10),
        Setting::HintsPerRound => (128, 3),
        Setting::HintInterval => (1_000, 100),
        Setting::HintLifetime => (10_800_000, 60_000),
        Setting::TombstoneGrace => (864_000_000, 600_000_000),
        Setting::FilterOneIn => (8, 1_000),
        Setting::MemtableBytes | Setting::LogSegmentBytes => (2 << 10, 1 << 20),
    };
    let value = |setting| {
        let (one, two) = values(setting);
        if second { two } else { one }
    };
    let settings = TABLE.iter().map(|row| row.setting);
    settings.map(|setting| (setting, value(setting))).collect()
}

#[test]
fn every_setting_changes_a_hundred_times_and_no_request_fails() {
    with_seeds(
        "every_setting_changes_a_hundred_times_and_no_request_fails",
        2,
        |seed| {
            let mut world = World::new(Setup::of(seed, NODES as usize));
            world.checks.contexts_are_cut = true;
            for round in 1..=CHANGES {
                let values = values(round % 2 == 1);
                let asked = NodeId(world.rng.below(NODES) as u32);
                for _ in 0..5 {
                    world.ask_something();
                }
                world.choose(asked, &values);
                // What was asked has to arrive before nodes can disagree.
                world.run_for(Duration::from_millis(200));
                world.run_until_agreed();
                // The leader has to hear that the change is over before it takes the next.
                world.run_for(Duration::from_secs(1));
                for node in world.nodes.values() {
                    for &(setting, value) in &values {
                        let name = setting.row().name;
                        assert_eq!(node.settings().get(setting), value, "{name} in {round}");
                    }
                }
            }
            world.run(0);
            world.checks.at_the_end(&world.nodes);
            let ended = |(_, event): &&(NodeId, Event)| matches!(event, Event::ChangeEnded { .. });
            assert_eq!(world.events.iter().filter(ended).count() as u64, CHANGES);
            world
        },
    );
}

/// Nobody gossips: whoever decided tells everyone, again if need be.
#[test]
fn a_node_that_was_away_or_came_late_goes_by_what_was_decided() {
    for gossips in [false, true] {
        let mut setup = Setup::of(3, 4);
        if !gossips {
            setup.gossip = None;
        }
        let mut world = World::new(setup);
        world.pause(NodeId(2));
        world.choose(NodeId(1), &[(Setting::ClockPairs, 7)]);
        world.run_for(Duration::from_secs(3));
        assert!(!world.agrees());
        world.resume(NodeId(2));
        world.run_until_agreed();
        let change = MembershipChange {
            add: world.new_nodes(&[1_000]),
            ..MembershipChange::default()
        };
        world.change(NodeId(1), change);
        world.run_for(Duration::from_secs(1));
        world.run_until_agreed();
        assert_eq!(world.nodes.len(), 5);
        for node in world.nodes.values() {
            assert_eq!(node.settings().get(Setting::ClockPairs), 7);
        }
    }
}

#[test]
fn settings_that_cannot_be_are_refused_with_their_bound() {
    let mut world = World::new(Setup::of(1, 3));
    world.choose(NodeId(2), &[(Setting::HintLifetime, 900_000_000)]);
    world.run(10);
    let reasons = world.events.iter().filter_map(|(node, event)| match event {
        Event::ChangeRefused { reason } => Some((*node, reason.clone())),
        _ => None,
    });
    let told: Vec<_> = reasons.collect();
    let [(NodeId(2), ChangeError::Setting(error))] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(
        error.to_string(),
        "hint-lifetime is 900000000 ms; it is at most 863999999 ms, which is just below \
         tombstone-grace"
    );
    assert!(world.nodes.values().all(|node| node.epoch().number == 0));
}
