//! A source alone with its store: what its batches cover, how large they are, what it does when
//! nobody answers.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::hash::Token;
use crate::keyspace::{Keyspace, KeyspaceBuilder, Load};
use crate::layout::{MembershipChange, Placement};
use crate::message::{Effect, Random};
use crate::pair::{Key, Value};
use crate::ring::{NodeSpec, Ring};
use crate::settings::Settings;
use crate::time::Instant;
use crate::version::{Dot, Siblings, VersionVector};

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

const SOURCE: NodeId = NodeId(1);
const LEADER: NodeId = NodeId(9);

fn placement() -> Placement {
    let node = NodeSpec {
        id: SOURCE,
        name: "source".parse().unwrap(),
        weight: Default::default(),
        zone: Default::default(),
    };
    Placement {
        ring: Arc::new(Ring::with_nodes(1, [node]).unwrap()),
        sizes: Settings::DEFAULT.sizes(),
    }
}

/// A change that has only this source send these ranges to each of these targets.
fn change(ranges: &RangeSet, targets: u32) -> Change {
    let targets = (10..10 + targets).map(|target| (NodeId(target), ranges.clone()));
    let targets: SortedMap<NodeId, RangeSet> = targets.collect();
    Change {
        version: 2,
        leader: LEADER,
        before: placement(),
        after: placement(),
        nodes: Arc::default(),
        lost: Default::default(),
        targets: targets.keys().copied().collect(),
        copies: SortedMap::from([(SOURCE, targets)]),
        gains: SortedMap::new(),
        drops: SortedMap::new(),
        wanted: MembershipChange::default(),
    }
}

fn population(keys: u32) -> Arc<Keyspace> {
    let mut builder = KeyspaceBuilder::new(keys.into());
    for number in 0..keys {
        builder.push(&number.to_le_bytes(), 1, None).unwrap();
    }
    Arc::new(builder.finish())
}

fn whole() -> RangeSet {
    TokenRange::whole(Token(5)).into()
}

fn written(storage: &mut Storage, number: u64, bytes: usize) {
    let key = Key::new(format!("written {number}").as_bytes()).unwrap();
    let mut cell = Siblings::default();
    let value = Value::new(&vec![1; bytes]).unwrap();
    cell.write(Dot::LOADED, VersionVector::default(), Some(value));
    storage.join(&key, &cell);
}

/// A source, and what it has sent.
struct Run {
    storage: Storage,
    transfer: Option<Transfer>,
    effects: Vec<Effect>,
}

impl Run {
    fn begin(storage: Storage, change: &Change) -> Self {
        let mut run = Self {
            storage,
            transfer: None,
            effects: Vec::new(),
        };
        let mut zeros = Zeros;
        let out = &mut Outbox::new(SOURCE, Instant::ZERO, &mut zeros, &mut run.effects);
        let mut transfer = Transfer::new(change, 0, out);
        let Ok(()) = transfer.proceed(&run.storage, out);
        run.transfer = Some(transfer);
        run
    }

    fn with(&mut self, act: impl FnOnce(&mut Transfer, &Storage, &mut Outbox<'_>)) {
        let mut zeros = Zeros;
        let out = &mut Outbox::new(SOURCE, Instant::ZERO, &mut zeros, &mut self.effects);
        let transfer = self.transfer.as_mut().unwrap();
        act(transfer, &self.storage, out);
    }

    fn confirm(&mut self, target: NodeId, number: u64) {
        self.with(|transfer, storage, out| {
            if transfer.confirmed(target, number, out) {
                let Ok(()) = transfer.proceed(storage, out);
            }
        });
    }

    fn sent(&mut self) -> Vec<(NodeId, Arc<Batch>)> {
        let sent = self.effects.drain(..).filter_map(|effect| match effect {
            Effect::Send {
                to,
                message: Message::Membership(Membership::Batch(batch)),
            } => Some((to, batch)),
            _ => None,
        });
        sent.collect()
    }

    /// Confirms everything until all is sent; the batches.
    fn confirm_all(&mut self) -> Vec<Arc<Batch>> {
        let mut batches = Vec::new();
        while !self.transfer.as_ref().unwrap().is_done() {
            for (target, batch) in self.sent() {
                let number = batch.number;
                self.confirm(target, number);
                batches.push(batch);
            }
        }
        batches
    }
}

#[test]
fn batches_carry_everything_once_and_keep_to_their_limits() {
    let population = population(3 * BATCH_KEYS_MAX as u32);
    let mut storage = Storage::loaded(population, whole());
    for number in 0..100 {
        written(&mut storage, number, 100_000);
    }
    let all = storage.load();
    let mut run = Run::begin(storage, &change(&whole(), 1));
    let batches = run.confirm_all();
    assert!(batches.len() >= 4, "{}", batches.len());
    let mut covered = RangeSet::default();
    for batch in &batches {
        assert!(covered.intersection(&batch.ranges).is_empty());
        covered = covered.union(&batch.ranges);
        assert!(batch.load.keys <= 2 * BATCH_KEYS_MAX && batch.load.bytes <= BATCH_BYTES_MAX);
    }
    assert_eq!(covered, whole());
    assert_eq!(batches.iter().map(|batch| batch.load).sum::<Load>(), all);
    assert_eq!(batches.iter().map(|b| b.cells.len()).sum::<usize>(), 100);
}

#[test]
fn a_target_that_takes_the_batches_has_what_the_source_has() {
    let mut storage = Storage::loaded(population(10_000), whole());
    (0..50).for_each(|number| written(&mut storage, number, 10));
    let mut run = Run::begin(storage.clone(), &change(&whole(), 1));
    let mut target = Storage::default();
    for batch in run.confirm_all() {
        let (keyspace, held) = batch.loaded.clone().unwrap();
        target.hold(&keyspace, &held);
        for (key, cell) in &batch.cells {
            target.join(key, cell);
        }
    }
    assert_eq!(target.load(), storage.load());
    assert_eq!(target.held(), storage.held());
    assert!(target.cells().eq(storage.cells()));
}

#[test]
fn many_small_ranges_travel_in_one_batch() {
    let range = |number: u64| TokenRange {
        after: Token(number << 50),
        to: Token((number << 50) + 1_000),
    };
    let ranges: RangeSet = (0..1_000).map(range).collect();
    let storage = Storage::loaded(population(1_000), whole());
    let mut run = Run::begin(storage, &change(&ranges, 1));
    let batches = run.confirm_all();
    assert_eq!(batches.len(), 1);
    assert_eq!(batches[0].ranges, ranges);
}

#[test]
fn a_batch_waits_for_the_one_before_and_a_target_for_its_turn() {
    let storage = Storage::loaded(population(3 * BATCH_KEYS_MAX as u32), whole());
    let targets = STREAMS_MAX as u32 + 2;
    let mut run = Run::begin(storage, &change(&whole(), targets));
    let sent = run.sent();
    assert_eq!(sent.len(), STREAMS_MAX);
    run.confirm(sent[0].0, 7);
    assert_eq!(run.sent().len(), 0, "another number confirms nothing");
    run.confirm(sent[0].0, 0);
    let next = run.sent();
    assert_eq!((next.len(), next[0].0, next[0].1.number), (1, sent[0].0, 1));
}

#[test]
fn a_batch_nobody_confirms_is_reported_once_and_sent_on() {
    let storage = Storage::loaded(population(10), whole());
    let mut run = Run::begin(storage, &change(&whole(), 1));
    let target = run.sent()[0].0;
    for _ in 0..BATCH_RETRIES_MAX {
        run.with(|transfer, _, out| assert!(!transfer.late(target, out)));
        assert_eq!(run.sent().len(), 1);
    }
    run.with(|transfer, _, out| assert!(!transfer.late(target, out)));
    let stuck = Event::ChangeStuck {
        version: 2,
        waiting: vec![target],
    };
    let told = |effect: &Effect| matches!(effect, Effect::Observe(event) if *event == stuck);
    assert!(run.effects.iter().any(told));
    assert_eq!(run.sent().len(), 1, "it is sent on");
    for _ in 0..BATCH_RETRIES_MAX {
        run.with(|transfer, _, out| assert!(!transfer.late(target, out)));
        assert!(!run.effects.iter().any(told), "told once");
        assert_eq!(run.sent().len(), 1);
    }
    run.confirm(target, 0);
    assert!(run.transfer.unwrap().is_done(), "late is not never");
}

#[test]
fn a_source_without_anything_to_send_is_done_at_once() {
    let mut change = change(&whole(), 1);
    change.copies.clear();
    let run = Run::begin(Storage::default(), &change);
    let streamed = |effect: &Effect| {
        let Effect::Send { to, message } = effect else {
            return false;
        };
        let version = 2;
        *to == LEADER
            && matches!(message, Message::Membership(Membership::Streamed { version: v }) if *v == version)
    };
    assert!(run.effects.iter().any(streamed));
}
