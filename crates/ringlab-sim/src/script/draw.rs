//! Making a script from a seed: small clusters, many shapes, no two runs alike.

use std::time::Duration;

use ringlab::ring::{Replication, Spread};
use ringlab::settings::{
    AntiEntropy, GossipSettings, HintSettings, ReadRepair, Settings, Strictness, TOMBSTONE_GRACE,
};

use super::{Act, Choices, Half, Move, Script, Setup, Step};
use crate::fault::{Place, Swarm};
use crate::random::Chance;
use crate::workload::Mix;

/// Which runs have a user with a client is drawn apart: what else a seed draws does not depend on it.
const PATRON: u64 = 0x7061_7472_6f6e;
/// Operations of a run at least.
const OPERATIONS: u32 = 200;
/// Quorums that runs have, strong ones more often.
const QUORUMS: [(u32, u32, u32); 10] = [
    (3, 2, 2),
    (3, 2, 2),
    (3, 2, 2),
    (3, 1, 3),
    (3, 3, 1),
    (3, 1, 2),
    (3, 1, 1),
    (5, 3, 3),
    (2, 1, 2),
    (1, 1, 1),
];

impl Script {
    /// The script of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut setup = Setup::draw(&mut chance);
        setup.has_patron = Chance::new(seed ^ PATRON).up_to(2) == 0;
        let mut steps = Vec::new();
        let operations = OPERATIONS + chance.up_to(OPERATIONS / 4);
        for _ in 0..operations {
            let user = chance.up_to(setup.users as u32 - 1) as usize;
            let operation = setup.mix.operation(&mut chance);
            steps.push(setup.step(Act::Operate(user, operation), &mut chance));
        }
        for _ in 0..chance.up_to(20) {
            if let Some((fault, lasts)) = setup.swarm.fault(&mut chance) {
                steps.push(setup.step(Act::Fault(fault, lasts), &mut chance));
            }
        }
        // Every second run leaves the membership alone.
        let moves = chance.up_to(7).saturating_sub(3);
        for _ in 0..moves {
            let wanted = Move::draw(&mut chance);
            steps.push(setup.step(Act::Move(wanted), &mut chance));
        }
        for _ in 0..chance.up_to(11) {
            let half = match chance.up_to(3) {
                0 => Half::First,
                _ => Half::All,
            };
            if let Some(choice) = setup.choices.choose(&mut chance) {
                steps.push(setup.step(Act::Choose(choice, half), &mut chance));
            }
        }
        // The sort is stable: what is drawn first happens first.
        steps.sort_by_key(|step| step.at);
        Self { seed, setup, steps }
    }
}

impl Setup {
    fn draw(chance: &mut Chance) -> Self {
        let quorum = chance.up_to(QUORUMS.len() as u32 - 1) as usize;
        let (n, r, w) = QUORUMS[quorum];
        let one_in = |many: u32, chance: &mut Chance| chance.up_to(many - 1) == 0;
        let swarm = if one_in(8, chance) {
            Swarm::calm()
        } else {
            Swarm::draw(chance)
        };
        // Longer than any message travels, as it must be.
        let tombstone_grace = if one_in(3, chance) {
            swarm.longest() * 3 + Duration::from_secs(2)
        } else {
            TOMBSTONE_GRACE
        };
        let mut settings = Settings {
            replication: Replication {
                n,
                spread: Spread::Any,
            },
            r,
            w,
            strictness: if one_in(3, chance) {
                Strictness::Sloppy
            } else {
                Strictness::Strict
            },
            read_repair: if one_in(3, chance) {
                ReadRepair::Blocking
            } else {
                ReadRepair::Background
            },
            gossips: true,
            gossip: draw_gossip(chance),
            ..Settings::SMALL
        };
        if let Some(anti_entropy) = draw_anti_entropy(chance) {
            (settings.compares, settings.anti_entropy) = (true, anti_entropy);
        }
        // A hint that ends early may be all that is left of a write: only without hints is the
        // grace as short as a run.
        let hints = settings.strictness == Strictness::Sloppy || one_in(2, chance);
        if !hints {
            settings.tombstone_grace = tombstone_grace;
            settings.hints = HintSettings::DEFAULT.within(tombstone_grace);
        }
        Self {
            nodes: 3 + chance.up_to(4),
            virtual_nodes: 1 << chance.up_to(4),
            rows: chance.up_to(6),
            settings,
            choices: Choices::draw(hints, chance),
            users: 1 + chance.up_to(5) as usize,
            tries: chance.up_to(2),
            has_patron: false,
            mix: Mix::draw(chance),
            swarm,
            span: Duration::from_millis(3_000 + u64::from(chance.up_to(12_000))),
        }
    }

    /// A step somewhere in the time in which things go wrong.
    fn step(&self, act: Act, chance: &mut Chance) -> Step {
        let most = u32::try_from(self.span.as_micros()).unwrap_or(u32::MAX);
        let at = Duration::from_micros(chance.up_to(most).into());
        Step { at, act }
    }
}

impl Move {
    fn draw(chance: &mut Chance) -> Self {
        let place = Place(chance.up_to(63));
        let weight = [500, 1_000, 1_000, 2_000][chance.up_to(3) as usize];
        match chance.up_to(11) {
            0..=2 => Self::Join {
                nodes: 1 + chance.up_to(1),
                weight,
            },
            3 | 4 => Self::Leave(place),
            5 => Self::Replace(place),
            6 => Self::Reweigh(place, weight),
            7 => Self::AddAgain(place),
            8 => Self::Rejoin,
            9 => Self::Withdraw,
            10 => Self::LeadOn(place),
            _ => Self::Two(place),
        }
    }
}

fn draw_gossip(chance: &mut Chance) -> GossipSettings {
    let interval = [200, 500, 1_000][chance.up_to(2) as usize];
    GossipSettings {
        interval: Duration::from_millis(interval),
        probe_timeout: Duration::from_millis(interval / 2),
        indirect_probes: chance.up_to(3),
        suspicion_multiplier: 2 + chance.up_to(3),
    }
}

/// How nodes compare themselves: often, with few buckets, so that a short run has a lot of it.
fn draw_anti_entropy(chance: &mut Chance) -> Option<AntiEntropy> {
    let interval = Duration::from_millis(100 + u64::from(chance.up_to(1_900)));
    let buckets = 1 << chance.up_to(6);
    let settings = AntiEntropy::new(interval, buckets).expect("within the bounds of both");
    (chance.up_to(2) > 0).then_some(settings)
}
