//! What one run on one machine took: lookups, building, one node more and less. All placements of a
//! size take turns, so that a slow moment meets all of them.

use std::hint::black_box;

use ringlab::placement::Algorithm;

use super::subject::{Subject, node};
use crate::ring::population::{Population, SLICE};
use crate::time::{median, nanoseconds};

/// Rounds of lookups; and of building and resizing, which take longer.
const LOOKUPS: usize = 7;
const BUILDS: usize = 3;
/// What the keys of one round may take; a slower placement gets fewer.
const ROUND_NANOSECONDS: f64 = 15e6;
const TRIAL_KEYS: usize = 100;
/// Numbers of nodes that come for a moment.
const GUESTS: usize = 60_000;

/// One placement at one size: nanoseconds, one a round.
#[derive(Debug, Default)]
pub(super) struct Timed {
    /// A key.
    pub(super) lookup: Vec<f64>,
    pub(super) build: Vec<f64>,
    /// To add a node and to remove it, by two.
    pub(super) resize: Vec<f64>,
}

/// All placements at one size, in the order of [`Algorithm::all`].
pub(super) fn measure(nodes: usize, population: &Population) -> Vec<Timed> {
    let mut running: Vec<(Subject, usize, Timed)> = Algorithm::all()
        .map(|algorithm| {
            let mut subject = Subject::new(algorithm, nodes);
            let keys = affordable(&mut subject, population);
            (subject, keys, Timed::default())
        })
        .collect();
    for round in 0..LOOKUPS {
        for (subject, keys, timed) in &mut running {
            black_box(subject.look_up(population.slice(2 * round, *keys).text));
            let slice = population.slice(2 * round + 1, *keys).text;
            let spent = nanoseconds(|| subject.look_up(slice));
            timed.lookup.push(spent / *keys as f64);
        }
    }
    for round in 0..BUILDS {
        for (subject, _, timed) in &mut running {
            let guest = node(GUESTS + round);
            timed
                .resize
                .push(nanoseconds(|| subject.resize(guest)) / 2.0);
            timed.build.push(nanoseconds(|| subject.build_again()));
        }
    }
    running.into_iter().map(|(_, _, timed)| timed).collect()
}

/// How many keys fit a round.
fn affordable(subject: &mut Subject, population: &Population) -> usize {
    let trial = population.slice(0, TRIAL_KEYS).text;
    let trials: Vec<f64> = (0..3)
        .map(|_| nanoseconds(|| subject.look_up(trial)))
        .collect();
    let keys = ROUND_NANOSECONDS / median(&trials) * TRIAL_KEYS as f64;
    (keys as usize).clamp(TRIAL_KEYS, SLICE)
}
