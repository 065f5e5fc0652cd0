//! The rounds: each rival in turn, again and again, so that a slow moment meets all of them.

use std::hint::black_box;

use super::population::{Population, SLICE, node_name};
use super::rivals::{ENTRIES, Entry, Kind, Ours, Rival, Telling};
use crate::time::{median, nanoseconds};

/// What a slice may take; a slower rival gets fewer keys.
const SLICE_NANOSECONDS: f64 = 15e6;
/// Keys that find out how slow a rival is.
const TRIAL_KEYS: usize = 100;
/// Nodes at which changes of membership are measured.
pub(crate) const CHANGE_NODES: usize = 1_000;

/// Everything measured: nanoseconds, one a round.
pub(crate) struct Results {
    pub(crate) rounds: usize,
    pub(crate) sizes: Vec<Size>,
    /// Adding and removing at [`CHANGE_NODES`].
    pub(crate) changes: Vec<Change>,
    /// Telling what one node more would take, at [`CHANGE_NODES`].
    pub(crate) plans: Vec<Plan>,
}

/// Lookups at one size.
pub(crate) struct Size {
    pub(crate) nodes: usize,
    pub(crate) rows: Vec<Row>,
}

/// One rival at one size, nanoseconds a key.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Keys a round.
    pub(crate) keys: usize,
    pub(crate) build: f64,
    pub(crate) lookup: Vec<f64>,
    pub(crate) first_three_keys: usize,
    pub(crate) first_three: Vec<f64>,
}

/// One rival whose ring changes in place.
pub(crate) struct Change {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) add: Vec<f64>,
    pub(crate) remove: Vec<f64>,
}

/// One way to tell what moves.
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    pub(crate) nanoseconds: Vec<f64>,
}

struct Running {
    entry: &'static Entry,
    rival: Box<dyn Rival>,
    row: Row,
}

impl Results {
    pub(crate) fn new(rounds: usize) -> Self {
        Self {
            rounds,
            sizes: Vec::new(),
            changes: Vec::new(),
            plans: Vec::new(),
        }
    }

    /// Lookups of every rival at a size; at [`CHANGE_NODES`] also changes and plans.
    pub(crate) fn measure(&mut self, population: &Population, nodes: usize, only: &[String]) {
        let chosen = |entry: &&Entry| {
            only.is_empty() || only.iter().any(|part| entry.name.contains(part.as_str()))
        };
        let names: Vec<&'static str> = (0..nodes).map(node_name).collect();
        let mut running: Vec<Running> = ENTRIES
            .iter()
            .filter(chosen)
            .map(|entry| Running::new(entry, &names, population))
            .collect();
        for round in 0..self.rounds {
            for running in &mut running {
                running.look_up(population, round);
            }
            // Each is the first to read a slice of keys in its turn.
            running.rotate_left(1);
        }
        running.sort_by_key(|running| {
            ENTRIES
                .iter()
                .position(|entry| entry.name == running.entry.name)
        });
        if nodes == CHANGE_NODES {
            self.measure_changes(&mut running);
            self.measure_plans(&running, &names);
        }
        let rows = running.into_iter().map(|running| running.row).collect();
        self.sizes.push(Size { nodes, rows });
    }

    fn measure_changes(&mut self, running: &mut [Running]) {
        let mut changes: Vec<Change> = Vec::new();
        for round in 0..self.rounds {
            for Running { entry, rival, .. } in running.iter_mut() {
                // One node to warm up, the next one counts.
                let warm_up = node_name(60_000 + round);
                if !rival.add(warm_up) {
                    continue;
                }
                rival.remove(warm_up);
                let name = node_name(70_000 + round);
                let add = nanoseconds(|| rival.add(name));
                let remove = nanoseconds(|| rival.remove(name));
                let known = changes.iter().position(|change| change.name == entry.name);
                let at = known.unwrap_or_else(|| {
                    changes.push(Change {
                        name: entry.name,
                        kind: entry.kind,
                        add: Vec::new(),
                        remove: Vec::new(),
                    });
                    changes.len() - 1
                });
                changes[at].add.push(add);
                changes[at].remove.push(remove);
            }
        }
        self.changes = changes;
    }

    fn measure_plans(&mut self, running: &[Running], names: &[&'static str]) {
        let joining = node_name(65_000);
        let (before, after) = Ours::new(names).with_one_more(joining);
        let mut plans: Vec<(&'static str, Telling<'_>)> = vec![
            (PRIMARIES, Box::new(|| Ours::primary_moves(&before, &after))),
            (
                FIRST_THREE,
                Box::new(|| Ours::replica_moves(&before, &after)),
            ),
        ];
        for Running { entry, rival, .. } in running {
            if let Some(plan) = rival.plan(joining) {
                plans.push((entry.name, plan));
            }
        }
        self.plans = plans
            .into_iter()
            .map(|(name, mut plan)| {
                black_box(plan());
                let round = |_| nanoseconds(&mut plan);
                let nanoseconds = (0..self.rounds).map(round).collect();
                Plan { name, nanoseconds }
            })
            .collect();
    }
}

/// Ours, for the primaries alone.
pub(crate) const PRIMARIES: &str = "ringlab, primaries";
/// Ours, for the first three with who sends what to whom.
pub(crate) const FIRST_THREE: &str = "ringlab, first 3";

impl Running {
    fn new(entry: &'static Entry, names: &[&'static str], population: &Population) -> Self {
        let mut rival = None;
        let build = nanoseconds(|| rival = Some((entry.build)(names)));
        let rival = rival.expect("it was built just now");
        let trial = population.slice(0, TRIAL_KEYS);
        let row = Row {
            name: entry.name,
            kind: entry.kind,
            keys: affordable_keys(|| rival.lookup(trial)),
            build,
            lookup: Vec::new(),
            first_three_keys: affordable_keys(|| rival.first_three(trial).unwrap_or(0)),
            first_three: Vec::new(),
        };
        Self { entry, rival, row }
    }

    /// One slice to warm up, the next one counts.
    fn look_up(&mut self, population: &Population, round: usize) {
        let Self { rival, row, .. } = self;
        black_box(rival.lookup(population.slice(2 * round, row.keys)));
        let slice = population.slice(2 * round + 1, row.keys);
        let spent = nanoseconds(|| rival.lookup(slice));
        row.lookup.push(spent / row.keys as f64);

        let keys = row.first_three_keys;
        let warm_up = rival.first_three(population.slice(2 * round, keys));
        if black_box(warm_up).is_some() {
            let slice = population.slice(2 * round + 1, keys);
            let spent = nanoseconds(|| rival.first_three(slice));
            row.first_three.push(spent / keys as f64);
        }
    }
}

/// How many keys fit the time of a slice: a whole one's where it nearly does.
pub(crate) fn affordable_keys(trial: impl Fn() -> usize) -> usize {
    let trials = (0..3).map(|_| nanoseconds(&trial));
    let per_key = median(&trials.collect::<Vec<_>>()) / TRIAL_KEYS as f64;
    let keys = (SLICE_NANOSECONDS / per_key) as usize;
    if keys >= SLICE / 2 {
        SLICE
    } else {
        keys.max(TRIAL_KEYS)
    }
}
