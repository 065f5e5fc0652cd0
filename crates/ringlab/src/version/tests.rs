//! Versions against exact sets of dots: replicas of one key write with fresh, stale and no
//! context, hand cells to each other, lose the key and receive it again.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

mod truncated;

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::property::{holds, is_broken};

const REPLICAS: usize = 3;

/// Ways to get it wrong; the first is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    /// The counter starts again when a replica receives the key again.
    CounterRestarts,
    /// A replica that receives the key again goes on as the same actor.
    SameActor,
    /// The new version travels without the cell it was made in.
    VersionAlone,
    /// A coordinator gives the name, from a counter of its own that never repeats, and does not
    /// hold the cell.
    NamedByCoordinator,
    /// The next counter is one above what the context has of the actor.
    CounterFromContext,
}

#[derive(Clone, Debug)]
enum Act {
    /// At a replica, with what was read at another (or nothing) this many acts ago.
    Write {
        at: usize,
        read_at: Option<usize>,
        ago: usize,
    },
    /// A cell goes from one to another.
    Send { from: usize, to: usize },
    /// A replica lets the key go, then receives it from another.
    Regain { at: usize, from: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let replica = || 0..REPLICAS;
    prop_oneof![
        3 => (replica(), proptest::option::of(replica()), 0_usize..4)
            .prop_map(|(at, read_at, ago)| Act::Write { at, read_at, ago }),
        3 => (replica(), replica()).prop_map(|(from, to)| Act::Send { from, to }),
        1 => (replica(), replica()).prop_map(|(at, from)| Act::Regain { at, from }),
    ]
}

/// A cell, and what it knows by exact sets.
#[derive(Clone, Default)]
struct Known {
    cell: Siblings,
    dots: BTreeSet<Dot>,
}

struct Model {
    mistake: Mistake,
    replicas: Vec<Known>,
    actors: Vec<Actor>,
    counters: Vec<u64>,
    /// Each write and all that it replaced.
    writes: BTreeMap<Dot, BTreeSet<Dot>>,
    history: Vec<Vec<Known>>,
}

impl Model {
    fn new(mistake: Mistake) -> Self {
        let actor = |node| Actor {
            node: NodeId(node as u32),
            since: 0,
        };
        Self {
            mistake,
            replicas: vec![Known::default(); REPLICAS],
            actors: (0..REPLICAS).map(actor).collect(),
            counters: vec![0; REPLICAS],
            writes: BTreeMap::new(),
            history: Vec::new(),
        }
    }

    fn act(&mut self, act: &Act) -> Result<(), TestCaseError> {
        self.history.push(self.replicas.clone());
        match *act {
            Act::Write { at, read_at, ago } => self.write(at, read_at, ago)?,
            Act::Send { from, to } => self.send(from, to),
            Act::Regain { at, from } => {
                self.replicas[at] = Known::default();
                if self.mistake != Mistake::SameActor {
                    self.actors[at].since += 1;
                }
                if self.mistake == Mistake::CounterRestarts {
                    (self.actors[at].since, self.counters[at]) = (0, 0);
                }
                self.send(from, at);
            }
        }
        for known in &self.replicas {
            let stored: BTreeSet<Dot> = known.cell.versions().iter().map(|v| v.dot).collect();
            prop_assert_eq!(stored, self.greatest(&known.dots));
        }
        Ok(())
    }

    fn write(
        &mut self,
        at: usize,
        read_at: Option<usize>,
        ago: usize,
    ) -> Result<(), TestCaseError> {
        let moment = self.history.len().saturating_sub(1 + ago);
        let read = read_at.map(|read_at| self.history[moment][read_at].clone());
        let read = read.unwrap_or_default();
        let context = read.cell.context();
        self.counters[at] += 1;
        let mut dot = Dot {
            actor: self.actors[at],
            counter: self.counters[at],
        };
        if self.mistake == Mistake::CounterFromContext {
            dot.counter = 1;
            while context.includes(dot) {
                dot.counter += 1;
            }
        }
        if self.mistake == Mistake::NamedByCoordinator {
            dot.actor.node = NodeId(9);
            dot.counter = self.writes.len() as u64 + 1;
        }
        let unique = self.writes.insert(dot, read.dots.clone()).is_none();
        prop_assert!(unique, "a name given twice");
        let known = &mut self.replicas[at];
        known.cell.write(dot, context, None);
        known.dots.extend(read.dots);
        known.dots.insert(dot);
        Ok(())
    }

    fn send(&mut self, from: usize, to: usize) {
        let mut sent = self.replicas[from].clone();
        if self.mistake == Mistake::VersionAlone
            && let Some(newest) = sent.cell.versions.iter().max_by_key(|v| v.dot.counter)
        {
            let newest = newest.clone();
            sent.dots = self.writes[&newest.dot].clone();
            sent.dots.insert(newest.dot);
            sent.cell.versions = [newest].into();
        }
        let known = &mut self.replicas[to];
        known.cell.join(&sent.cell);
        known.dots.extend(sent.dots);
    }

    /// The dots that none of the others replaced.
    fn greatest(&self, dots: &BTreeSet<Dot>) -> BTreeSet<Dot> {
        let replaced: BTreeSet<Dot> = dots
            .iter()
            .flat_map(|dot| &self.writes[dot])
            .copied()
            .collect();
        dots.difference(&replaced).copied().collect()
    }
}

fn runs(mistake: Mistake) -> impl Fn(Vec<Act>) -> Result<(), TestCaseError> {
    move |acts| {
        let mut model = Model::new(mistake);
        acts.iter().try_for_each(|act| model.act(act))
    }
}

#[test]
fn a_cell_has_exactly_the_writes_that_none_replaced() {
    let test = "version::tests::a_cell_has_exactly_the_writes_that_none_replaced";
    holds(test, 2_000, vec(act(), 1..40), runs(Mistake::None));
}

#[test]
fn every_mistake_is_found() {
    for mistake in [
        Mistake::CounterRestarts,
        Mistake::SameActor,
        Mistake::VersionAlone,
        Mistake::NamedByCoordinator,
        Mistake::CounterFromContext,
    ] {
        let found = is_broken(4_000, vec(act(), 1..40), runs(mistake));
        assert!(found, "{mistake:?} goes unnoticed");
    }
}

#[test]
fn joining_is_commutative_associative_and_idempotent() {
    let test = "version::tests::joining_is_commutative_associative_and_idempotent";
    holds(test, 1_000, vec(act(), 1..40), |acts| {
        let mut model = Model::new(Mistake::None);
        acts.iter().try_for_each(|act| model.act(act))?;
        let [a, b, c] = [0, 1, 2].map(|at: usize| &model.replicas[at].cell);
        prop_assert_eq!(joined(a, b), joined(b, a));
        prop_assert_eq!(joined(&joined(a, b), c), joined(a, &joined(b, c)));
        prop_assert_eq!(&joined(a, a), a);
        prop_assert_eq!(&joined(a, &Siblings::default()), a);
        Ok(())
    });
}

fn joined(a: &Siblings, b: &Siblings) -> Siblings {
    let mut joined = a.clone();
    joined.join(b);
    joined
}

#[test]
fn a_tombstone_is_a_version_without_a_value() {
    let mut cell = Siblings::loaded(Value::new(b"1").unwrap());
    let actor = Actor::default();
    cell.write(Dot { actor, counter: 1 }, cell.context(), None);
    assert!(!cell.is_empty() && cell.values().next().is_none());
    assert!(cell.knows(Dot::LOADED) && cell.context().includes(Dot::LOADED));
}
