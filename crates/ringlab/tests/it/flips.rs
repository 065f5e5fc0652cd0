//! Each setting by itself, changed a hundred times while clients are busy, on half of the nodes
//! before the others: no client sees an error, and nothing acknowledged is lost.

use std::time::Duration;

use ringlab::message::Outcome;
use ringlab::ring::NodeId;
use ringlab::settings::{AntiEntropy, Setting, TABLE};

use crate::checks::Check;
use crate::sabotage::Sabotage;
use crate::seeds::with_seeds;
use crate::world::{Node, Setup, World};

/// How often a setting changes.
const CHANGES: u64 = 100;
const NODES: u32 = 5;
/// From one request to the next.
const BETWEEN: Duration = Duration::from_millis(20);
/// The same while data moves, for that takes longer, and every step of it is looked at.
const BETWEEN_WHILE_MOVING: Duration = Duration::from_millis(100);
/// How long half of the nodes go by another value than the others: some requests begin on either
/// side.
const HALF: Duration = Duration::from_millis(80);
/// How long before the next change: the longest that a message takes, and the leader's last word.
const ALL: Duration = Duration::from_millis(300);
/// How long a change may take, of the layout, too.
const PATIENCE: Duration = Duration::from_secs(60);
/// Steps between two looks at every key: many stories take place.
const LOOK_EVERY: u64 = 1_024;

/// What is done to a setting.
struct Flip {
    setting: Setting,
    /// It begins with the second.
    values: [u64; 2],
    /// What else must be so for it to matter.
    beside: &'static [(Setting, u64)],
}

impl Flip {
    /// Two values far apart of a setting that a cluster under load can have.
    fn of(setting: Setting) -> Self {
        const ALONE: &[(Setting, u64)] = &[];
        const WATCHED: &[(Setting, u64)] = &[(Setting::Gossip, 1), (Setting::ProbeTimeout, 50)];
        const COMPARED: &[(Setting, u64)] = &[
            (Setting::AntiEntropy, 1),
            (Setting::AntiEntropyInterval, 150),
        ];
        const SLOPPY: &[(Setting, u64)] = &[(Setting::Strictness, 1)];
        // Strong enough for four replicas, too.
        const STRONG: &[(Setting, u64)] = &[(Setting::W, 3)];
        const SHORT_HINTS: &[(Setting, u64)] = &[(Setting::HintLifetime, 1_000)];
        let (values, beside) = match setting {
            Setting::N => ([4, 3], STRONG),
            Setting::R | Setting::W => ([3, 2], ALONE),
            Setting::Spread | Setting::ReadRepair | Setting::Merge => ([1, 0], ALONE),
            // Checks expect of a cluster what it begins with.
            Setting::Strictness => ([0, 1], ALONE),
            Setting::HedgePercentile => ([50, 0], ALONE),
            Setting::RequestDeadline => ([3_600_000, 1_000], ALONE),
            Setting::FallbackPatience => ([10, 1_000], SLOPPY),
            Setting::Gossip => ([1, 0], &WATCHED[1..]),
            Setting::GossipInterval => ([200, 1_000], WATCHED),
            Setting::ProbeTimeout => ([50, 500], &WATCHED[..1]),
            Setting::IndirectProbes => ([0, 3], WATCHED),
            Setting::SuspicionMultiplier => ([32, 4], WATCHED),
            Setting::AntiEntropy => ([1, 0], &COMPARED[1..]),
            Setting::AntiEntropyInterval => ([100, 600_000], &COMPARED[..1]),
            Setting::BucketCount => ([1, 1_024], COMPARED),
            Setting::ClockPairs => ([2, 50], ALONE),
            Setting::SiblingsMax => ([65_536, 100], ALONE),
            Setting::ValueBytesMax => ([64, 1 << 20], ALONE),
            Setting::HintsMax => ([2, 65_536], SLOPPY),
            Setting::HintBytesMax => ([16, 1 << 28], SLOPPY),
            Setting::HintsPerRound => ([1, 128], SLOPPY),
            Setting::HintInterval => ([10, 1_000], SLOPPY),
            Setting::HintLifetime => ([60_000, 10_800_000], SLOPPY),
            Setting::TombstoneGrace => ([2_000, 864_000_000], SHORT_HINTS),
            Setting::FilterOneIn => ([1_000_000, 2], ALONE),
            Setting::MemtableBytes | Setting::LogSegmentBytes => ([1 << 10, 1 << 24], ALONE),
        };
        Self {
            setting,
            values,
            beside,
        }
    }

    /// What a cluster begins with.
    fn setup(&self, seed: u64, sabotage: Sabotage) -> Setup {
        let mut before = self.beside.to_vec();
        before.push((self.setting, self.values[1]));
        Setup {
            sabotage,
            // Nobody gossips unless the story is about it: who is not told does not know.
            gossip: None,
            before,
            ..Setup::of(seed, NODES as usize)
        }
    }

    /// The whole story.
    fn told(&self, seed: u64, sabotage: Sabotage) -> World {
        let mut world = World::new(self.setup(seed, sabotage));
        world.checks.look_every = LOOK_EVERY;
        // With each layout nodes name in another name: contexts grow until they are cut.
        world.checks.contexts_are_cut =
            self.setting == Setting::ClockPairs || self.setting.is_of_the_layout();
        world.checks.counts_drops = self.setting == Setting::Merge;
        for change in 0..CHANGES {
            let value = [(self.setting, self.values[change as usize % 2])];
            if !self.setting.is_of_the_layout() {
                // The second half: the node that decides hears of it last.
                let first: Vec<NodeId> = (NODES / 2..NODES).map(NodeId).collect();
                world.decided(&first, &value);
                self.under_load(&mut world, HALF);
            }
            let asked = NodeId(world.rng.below(NODES.into()) as u32);
            world.choose(asked, &value);
            let until = world.now + PATIENCE;
            while !goes_by(&world, value[0]) {
                self.under_load(&mut world, BETWEEN);
                assert!(world.now < until, "{:?} in change {change}", self.setting);
            }
            self.under_load(&mut world, ALL);
        }
        let nodes: Vec<NodeId> = (0..NODES).map(NodeId).collect();
        world.decided(&nodes, &AntiEntropy::chosen(None));
        world.run(0);
        world.checks.at_the_end(&world.nodes);
        world
    }

    /// Lets time pass with clients that are busy all the time.
    fn under_load(&self, world: &mut World, span: Duration) {
        let between = match self.setting.is_of_the_layout() {
            true => BETWEEN_WHILE_MOVING,
            false => BETWEEN,
        };
        let until = world.now + span;
        while world.now < until {
            world.ask_something();
            world.run_for(between);
        }
    }
}

/// Whether every node has a value, and no change of the layout is under way.
fn goes_by(world: &World, (setting, value): (Setting, u64)) -> bool {
    let has = |node: &Node| node.settings().get(setting) == value;
    let rests = |node: &Node| {
        node.layout()
            .is_some_and(|layout| layout.change().is_none())
    };
    world.nodes.values().all(|node| has(node) && rests(node))
}

/// Wishes that were not granted.
fn errors(world: &World) -> Vec<&Outcome> {
    let granted = |outcome: &&Outcome| matches!(outcome, Outcome::Stored(_) | Outcome::Values(_));
    let answers = world.answers.values();
    answers.filter(|outcome| !granted(outcome)).collect()
}

#[test]
fn each_setting_changes_a_hundred_times_and_no_client_sees_an_error() {
    for row in &TABLE {
        let flip = Flip::of(row.setting);
        assert_ne!(flip.values[0], flip.values[1], "{}", row.name);
        with_seeds(
            "each_setting_changes_a_hundred_times_and_no_client_sees_an_error",
            1,
            |seed| {
                println!("{}", row.name);
                let world = flip.told(seed, Sabotage::None);
                assert_eq!(errors(&world), Vec::<&Outcome>::new(), "{}", row.name);
                let asked = world.answers.len() as u64;
                assert!(asked > 5 * CHANGES, "{}: {asked} answers", row.name);
                world
            },
        );
    }
}

/// A node that takes no requests of those who have not heard yet.
#[test]
fn nodes_that_drop_requests_of_an_older_epoch_are_caught() {
    let flip = Flip::of(Setting::ClockPairs);
    let world = flip.told(0, Sabotage::OlderEpochsDropped);
    assert!(!errors(&world).is_empty(), "so the story above can fail");
    let failed = |(check, _): &(Check, String)| *check == Check::NothingFails;
    assert!(world.checks.violations.iter().any(failed));
}
