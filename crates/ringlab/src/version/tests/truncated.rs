//! Contexts are cut where versions are made, on some nodes more than on others: false siblings may
//! stay, and no write is lost.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::*;
use crate::property::{holds, is_broken};

const REPLICAS: usize = 8;
/// Pairs that the first half of the replicas keeps, and those of the second half.
const PAIRS: [usize; 2] = [2, 5];

/// Ways to get it wrong; the first is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    /// The next counter is one above what the stored cell has of the actor: what was cut away is
    /// given again.
    CounterFromCell,
    /// What a replica takes in it cuts, too.
    CutOnMerge,
}

#[derive(Clone, Debug)]
enum Act {
    /// At a replica, with what was read at another, or nothing, so many acts ago.
    Write {
        at: usize,
        read_at: Option<usize>,
        ago: usize,
    },
    Send {
        from: usize,
        to: usize,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let replica = || 0..REPLICAS;
    let act = prop_oneof![
        3 => (replica(), proptest::option::weighted(0.8, replica()), 0_usize..6)
            .prop_map(|(at, read_at, ago)| Act::Write { at, read_at, ago }),
        2 => (replica(), replica()).prop_map(|(from, to)| Act::Send { from, to }),
    ];
    vec(act, 1..60)
}

/// A cell, and all that was written before it and led to it.
#[derive(Clone, Default)]
struct Known {
    cell: Siblings,
    dots: BTreeSet<Dot>,
}

struct Model {
    mistake: Mistake,
    replicas: Vec<Known>,
    counters: Vec<u64>,
    /// Each write and all that its writer had read.
    writes: BTreeMap<Dot, BTreeSet<Dot>>,
    history: Vec<Vec<Known>>,
}

fn pairs(replica: usize) -> usize {
    PAIRS[replica * PAIRS.len() / REPLICAS]
}

impl Model {
    fn write(
        &mut self,
        at: usize,
        read_at: Option<usize>,
        ago: usize,
    ) -> Result<(), TestCaseError> {
        let moment = self.history.len().saturating_sub(1 + ago);
        let read = read_at.map(|read_at| self.history[moment][read_at].clone());
        let read = read.unwrap_or_default();
        let node = NodeId(at as u32);
        let actor = Actor { node, since: 0 };
        self.counters[at] += 1;
        let mut dot = Dot {
            actor,
            counter: self.counters[at],
        };
        let known = &mut self.replicas[at];
        if self.mistake == Mistake::CounterFromCell {
            dot.counter = 1;
            while known.cell.context().includes(dot) {
                dot.counter += 1;
            }
        }
        let unique = self.writes.insert(dot, read.dots.clone()).is_none();
        prop_assert!(unique, "a name given twice");
        known
            .cell
            .write_with(dot, read.cell.context(), None, pairs(at));
        known.dots.extend(read.dots);
        known.dots.insert(dot);
        for version in known.cell.versions() {
            prop_assert!(version.context.len() <= PAIRS[PAIRS.len() - 1]);
        }
        Ok(())
    }

    fn send(&mut self, from: usize, to: usize) {
        let sent = self.replicas[from].clone();
        let known = &mut self.replicas[to];
        known.cell.join(&sent.cell);
        known.dots.extend(sent.dots);
        if self.mistake == Mistake::CutOnMerge {
            let cut = known.cell.versions.iter().cloned().map(|version| Version {
                context: version.context.truncated(pairs(to), version.dot.actor),
                ..version
            });
            known.cell.versions = cut.collect();
        }
    }

    /// Everyone hands everyone what it has, twice; then all have the same, and each write is in it
    /// or was read by one that is.
    fn ends_well(&mut self) -> Result<(), TestCaseError> {
        for _ in 0..2 {
            for from in 0..REPLICAS {
                (0..REPLICAS).for_each(|to| self.send(from, to));
            }
        }
        let cell = &self.replicas[0].cell;
        for known in &self.replicas {
            prop_assert_eq!(&known.cell, cell, "replicas do not agree");
        }
        let stored = || cell.versions().iter().map(|version| version.dot);
        for dot in self.writes.keys() {
            let lives = |stored: Dot| stored == *dot || self.writes[&stored].contains(dot);
            prop_assert!(stored().any(lives), "{:?} is lost", dot);
        }
        Ok(())
    }
}

fn runs(mistake: Mistake) -> impl Fn(Vec<Act>) -> Result<(), TestCaseError> {
    move |acts| {
        let mut model = Model {
            mistake,
            replicas: vec![Known::default(); REPLICAS],
            counters: vec![0; REPLICAS],
            writes: BTreeMap::new(),
            history: Vec::new(),
        };
        for act in acts {
            model.history.push(model.replicas.clone());
            match act {
                Act::Write { at, read_at, ago } => model.write(at, read_at, ago)?,
                Act::Send { from, to } => model.send(from, to),
            }
        }
        model.ends_well()
    }
}

#[test]
fn nothing_is_lost_and_replicas_of_different_thresholds_agree() {
    let test = "nothing_is_lost_and_replicas_of_different_thresholds_agree";
    holds(test, 2_000, acts(), runs(Mistake::None));
}

#[test]
fn cutting_elsewhere_and_counting_from_what_is_stored_are_found() {
    for mistake in [Mistake::CounterFromCell, Mistake::CutOnMerge] {
        let found = is_broken(4_000, acts(), runs(mistake));
        assert!(found, "{mistake:?} goes unnoticed");
    }
}

#[test]
fn what_is_cut_away_is_of_hints_first_then_the_oldest() {
    let actor = |node, since| Actor {
        node: NodeId(node),
        since,
    };
    let hint = actor(1, SINCE_OF_HINT | 7);
    let mut vector = VersionVector::default();
    for (actor, counter) in [
        (actor(1, 1), 9),
        (actor(2, 5), 3),
        (actor(3, 5), 4),
        (hint, 99),
    ] {
        vector.include(Dot { actor, counter });
    }
    let kept = |actors, own| -> Vec<Actor> {
        let truncated = vector.clone().truncated(actors, own);
        truncated.dots().map(|dot| dot.actor).collect()
    };
    let stranger = actor(9, 9);
    assert_eq!(kept(4, stranger).len(), 4);
    assert_eq!(kept(3, stranger), [actor(1, 1), actor(2, 5), actor(3, 5)]);
    assert_eq!(kept(2, stranger), [actor(2, 5), actor(3, 5)]);
    assert_eq!(kept(1, stranger), [actor(3, 5)]);
    assert_eq!(kept(1, hint), [hint], "one's own is kept");
}

#[test]
fn the_last_writer_is_the_same_whoever_asks_and_covers_the_others() {
    let test = "the_last_writer_is_the_same_whoever_asks_and_covers_the_others";
    holds(test, 1_000, acts(), |acts| {
        let mut cell = Siblings::default();
        let mut counter = 0;
        for act in acts {
            if let Act::Write { at, read_at, .. } = act {
                counter += 1;
                let node = NodeId(at as u32);
                let actor = Actor { node, since: 0 };
                let context = read_at.map_or_else(VersionVector::default, |_| cell.context());
                let context = if at % 3 == 0 {
                    context
                } else {
                    VersionVector::default()
                };
                cell.write(Dot { actor, counter }, context, None);
            }
        }
        let last = cell.last_alone();
        let mut bytes = Vec::new();
        last.encode(&mut bytes);
        prop_assert_eq!(Siblings::decode(&bytes), Ok(last.clone()));
        prop_assert_eq!(last.versions().len(), usize::from(!cell.is_empty()));
        for version in cell.versions() {
            prop_assert!(last.knows(version.dot));
            let greater = last.versions()[0].dot;
            let order = |dot: Dot| (dot.counter, dot.actor);
            prop_assert!(order(version.dot) <= order(greater));
        }
        Ok(())
    });
}
