//! Two nodes and the messages between them: what an exchange leaves behind, and what it costs.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::disk::MemoryDisk;
use crate::layout::Placement;
use crate::merkle::FAN_OUT;
use crate::message::{Effect, ExchangeTally, Input, Random, RequestId, SettingsNews};
use crate::node::{Node, held_ranges};
use crate::pair::{Key, Value};
use crate::property::{holds, is_broken};
use crate::ring::{NodeSpec, Replication, Ring, Spread, Weight};
use crate::settings::{EXCHANGE_INTERVAL, Merge, Settings};
use crate::storage::{Lsm, RangeSet, Storage};
use crate::time::Instant;
use crate::version::{Actor, Dot, Siblings, VersionVector};

mod settings;

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

fn settings(n: u32, spread: Spread) -> Settings {
    Settings {
        replication: Replication { n, spread },
        r: 1,
        w: 1,
        ..Settings::default()
    }
}

fn ring(nodes: u32, zones: u32) -> Ring {
    let spec = |id| NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::from_thousandths(id % 5 * 500).unwrap(),
        zone: format!("zone {}", id % zones).parse().unwrap(),
    };
    Ring::with_nodes(16, (1..=nodes).map(spec)).unwrap()
}

/// One key's cell on the two nodes: which of three writes each has.
#[derive(Clone, Debug)]
struct Cell {
    key: u16,
    /// By node, then by write.
    has: [[bool; 3]; 2],
    /// Which writes read the one before.
    read: [bool; 3],
}

fn cells(most: usize) -> impl Strategy<Value = Vec<Cell>> {
    let writes = || any::<[bool; 3]>();
    let same = (any::<u16>(), writes(), writes()).prop_map(|(key, has, read)| {
        let has = [has, has];
        Cell { key, has, read }
    });
    let any = (any::<u16>(), writes(), writes(), writes());
    let any = any.prop_map(|(key, one, other, read)| {
        let has = [one, other];
        Cell { key, has, read }
    });
    vec(prop_oneof![3 => same, 1 => any], 0..most)
}

fn storages(cells: &[Cell]) -> [Storage; 2] {
    let mut storages = [Storage::default(), Storage::default()];
    for Cell { key, has, read } in cells {
        let key = Key::new(&key.to_le_bytes()).unwrap();
        let mut written = Siblings::default();
        let actor = Actor::default();
        for (write, &reads) in (0_u64..).zip(read) {
            let counter = u64::from(key.token().0 as u16) * 3 + write + 1;
            let context = if reads {
                written.context()
            } else {
                VersionVector::default()
            };
            let value = (write < 2).then(|| Value::new(&[write as u8]).unwrap());
            let actor = Actor {
                since: write,
                ..actor
            };
            written.write(Dot { actor, counter }, context, value);
            for (storage, has) in storages.iter_mut().zip(has) {
                if has[write as usize] {
                    storage.join(&key, &written);
                }
            }
        }
    }
    storages
}

/// Two nodes that hold everything, and all that they say.
struct Two {
    nodes: [Node; 2],
    /// What becomes of a message to one of them.
    tamper: fn(Comparison) -> Option<Comparison>,
    events: Vec<Event>,
    messages: u64,
}

const ASKER: Input = Input::Timer(TimerId::AntiEntropy);

impl Two {
    fn new(storages: [Storage; 2], buckets: [u32; 2]) -> Self {
        let ring = Arc::new(ring(2, 1));
        let mut id = 0;
        let nodes = storages.map(|storage| {
            id += 1;
            let settings = settings(2, Spread::Any);
            let layout = Layout::settled(1, ring.clone(), settings.sizes());
            Node::restored(NodeId(id), settings, layout, storage)
        });
        let mut two = Self {
            nodes,
            tamper: Some,
            events: Vec::new(),
            messages: 0,
        };
        for (node, buckets) in [0, 1].into_iter().zip(buckets) {
            two.compares(node, AntiEntropy::new(EXCHANGE_INTERVAL, buckets).ok());
        }
        two
    }

    /// A node compares itself like this from now on; the other one does not hear of it.
    fn compares(&mut self, node: usize, settings: Option<AntiEntropy>) {
        let (from, values) = (self.nodes[node].id(), AntiEntropy::chosen(settings));
        let adopted = self.nodes[node].adopted().next((from, 0), &values).unwrap();
        let message = Message::Settings(SettingsNews::Adopt(adopted.into()));
        self.handle(node, Input::Message { from, message });
    }

    /// An input, and all that follows from it but timers.
    fn handle(&mut self, node: usize, input: Input) {
        let mut inputs = std::collections::VecDeque::from([(node, input)]);
        while let Some((node, input)) = inputs.pop_front() {
            let mut effects = Vec::new();
            let now = Instant::ZERO;
            self.nodes[node].handle(now, &mut Zeros, input, &mut effects);
            for effect in effects {
                match effect {
                    Effect::Send { message, .. } => {
                        self.messages += 1;
                        let Message::AntiEntropy(message) = message else {
                            panic!("{message:?}");
                        };
                        let from = self.nodes[node].id();
                        let message = (self.tamper)(message).map(Message::AntiEntropy);
                        let input = message.map(|message| Input::Message { from, message });
                        inputs.extend(input.map(|input| (1 - node, input)));
                    }
                    Effect::Sync => inputs.push_back((node, Input::Sync)),
                    Effect::Observe(event) => self.events.push(event),
                    _ => {}
                }
            }
        }
    }

    fn exchange(&mut self) -> (ExchangeEnd, ExchangeTally) {
        self.messages = 0;
        self.handle(0, ASKER);
        match self.events.last() {
            Some(&Event::ExchangeEnded { end, tally, .. }) => (end, tally),
            other => panic!("{other:?}"),
        }
    }

    fn cells(&self, node: usize) -> Vec<(Key, Siblings)> {
        self.storage(node).try_cells().unwrap()
    }

    fn storage(&self, node: usize) -> &Storage<Lsm<MemoryDisk>> {
        self.nodes[node].storage()
    }
}

fn keys_of(storages: &[Storage; 2]) -> BTreeSet<Key> {
    let cells = storages.iter().flat_map(Storage::cells);
    cells.map(|(key, _)| key.clone()).collect()
}

/// Buckets that differ, and how many keys are in them.
fn difference(storages: &[Storage; 2], buckets: u32) -> (u64, u64) {
    let whole = RangeSet::from(crate::ring::TokenRange::whole(Default::default()));
    let trees = [0, 1].map(|node: usize| {
        let buckets = crate::settings::BucketCount::new(buckets).unwrap();
        Tree::of(&storages[node], 1, whole.clone(), buckets)
    });
    let differing = trees[0].differing(&trees[1]).unwrap();
    let tokens = trees[0].tokens(&differing);
    let keys = keys_of(storages);
    let within = keys
        .iter()
        .filter(|key| tokens.contains(key.token()))
        .count();
    (differing.len() as u64, within as u64)
}

fn leaves_both_with_all(
    (cells, exponent): (Vec<Cell>, u32),
    tamper: fn(Comparison) -> Option<Comparison>,
) -> Result<(), TestCaseError> {
    let buckets = 1 << exponent;
    let before = storages(&cells);
    let (differing, keys_in_them) = difference(&before, buckets);
    let mut two = Two::new(before.clone(), [buckets; 2]);
    two.tamper = tamper;
    let (end, tally) = two.exchange();
    prop_assert_eq!(end, ExchangeEnd::Done);
    let mut apart = 0;
    for key in keys_of(&before) {
        let [one, other] = [0, 1].map(|node: usize| before[node].get(&key));
        let mut both = one.clone();
        both.join(&other);
        apart += u64::from(one != both) + u64::from(other != both);
        for node in [0, 1] {
            prop_assert_eq!(&two.nodes[node].cell(&key).unwrap(), &both, "A3");
        }
    }
    prop_assert_eq!(tally.differing, differing, "A2");
    prop_assert!(tally.keys <= keys_in_them, "A4: {tally:?}");
    let levels = u64::from(exponent.div_ceil(5) + 1);
    // A question and its answer a level; of buckets that fit into a message, the keys, and what
    // the answerer lacks.
    prop_assert!(
        two.messages <= 2 * (levels + 2 * differing.min(1)),
        "A4: {tally:?}"
    );
    prop_assert!(
        tally.digests <= 1 + u64::from(FAN_OUT) * levels * differing,
        "A4: {tally:?}"
    );
    prop_assert!(
        tally.received + tally.sent <= 2 * apart,
        "only what differs travels"
    );
    finds_nothing(&mut two)
}

fn finds_nothing(two: &mut Two) -> Result<(), TestCaseError> {
    let (end, tally) = two.exchange();
    prop_assert_eq!(end, ExchangeEnd::Done);
    prop_assert_eq!(
        (tally.asked, tally.digests, tally.differing),
        (1, 1, 0),
        "A7"
    );
    prop_assert_eq!(two.messages, 2);
    Ok(())
}

#[test]
fn an_exchange_leaves_both_with_all_and_the_next_finds_nothing() {
    let test = "an_exchange_leaves_both_with_all_and_the_next_finds_nothing";
    holds(test, 256, (cells(60), 0_u32..12), |input| {
        leaves_both_with_all(input, Some)
    });
}

#[test]
fn an_exchange_that_leaves_something_out_is_caught() {
    let only_takes: fn(Comparison) -> Option<Comparison> = |message| match message {
        Comparison::Cells { number, difference } => {
            let lacking = Vec::new();
            let difference = Difference {
                lacking,
                ..difference
            };
            Some(Comparison::Cells { number, difference })
        }
        other => Some(other),
    };
    let only_gives: fn(Comparison) -> Option<Comparison> = |message| match message {
        Comparison::Cells { number, difference } => {
            let cells = Vec::new();
            let difference = Difference {
                cells,
                ..difference
            };
            Some(Comparison::Cells { number, difference })
        }
        other => Some(other),
    };
    let first_bucket_only: fn(Comparison) -> Option<Comparison> = |message| match message {
        Comparison::Differing { number, mut nodes } => {
            nodes.truncate(1);
            Some(Comparison::Differing { number, nodes })
        }
        other => Some(other),
    };
    for planted in [only_takes, only_gives, first_bucket_only] {
        assert!(is_broken(256, (cells(60), 0_u32..12), |input| {
            leaves_both_with_all(input, planted)
        }));
    }
}

/// Keys that only one of the nodes has.
fn apart(number: u16, on: usize) -> Vec<Cell> {
    let has = |node| [node == on, false, false];
    let cell = |key| Cell {
        key,
        has: [has(0), has(1)],
        read: [false; 3],
    };
    (0..number).map(cell).collect()
}

#[test]
fn what_does_not_fit_into_a_message_takes_several() {
    for on in [0, 1] {
        for buckets in [1, 16, 4_096] {
            let keys = 5 * KEYS_MAX as u64 + 7;
            let mut two = Two::new(storages(&apart(keys as u16, on)), [buckets; 2]);
            let (end, tally) = two.exchange();
            assert_eq!(end, ExchangeEnd::Done);
            let gone = [tally.sent, tally.received];
            assert_eq!(gone, [keys * (1 - on as u64), keys * on as u64]);
            assert!(two.cells(0) == two.cells(1));
            let asked = 6 * (2 - on as u64) + u64::from(buckets / 16) / 64 + 4;
            assert!(tally.asked <= asked, "{tally:?}");
        }
    }
}

#[test]
fn a_message_has_a_limit_of_bytes() {
    let mut storage = Storage::default();
    for number in 0..20_u8 {
        let mut cell = Siblings::default();
        let dot = Dot {
            actor: Actor::default(),
            counter: 1,
        };
        let value = Value::new(&vec![number; 1 << 20]).unwrap();
        cell.write(dot, VersionVector::default(), Some(value));
        storage.join(&Key::new(&[number]).unwrap(), &cell);
    }
    for storages in [
        [storage.clone(), Storage::default()],
        [Storage::default(), storage],
    ] {
        let mut two = Two::new(storages, [64; 2]);
        two.tamper = |message| {
            let bytes = Message::AntiEntropy(message.clone()).bytes();
            assert!(bytes < BYTES_MAX + (1 << 20) + 1_000);
            Some(message)
        };
        assert_eq!(two.exchange().0, ExchangeEnd::Done);
        assert_eq!(two.storage(0).load(), two.storage(1).load());
    }
}

#[test]
fn a_lost_message_ends_the_exchange_and_the_next_finds_the_rest() {
    let losses: [fn(Comparison) -> Option<Comparison>; 4] = [
        |message| (!matches!(message, Comparison::Digests { height: 1, .. })).then_some(message),
        |message| (!matches!(message, Comparison::Cells { .. })).then_some(message),
        |message| (!matches!(message, Comparison::Push { .. })).then_some(message),
        |message| (!matches!(message, Comparison::Pushed { .. })).then_some(message),
    ];
    for loss in losses {
        let mut two = Two::new(storages(&apart(3, 0)), [64; 2]);
        two.tamper = loss;
        two.handle(0, ASKER);
        assert!(matches!(
            two.events.last(),
            Some(Event::ExchangeBegan { .. })
        ));
        // One at a time.
        let before = two.messages;
        two.handle(0, ASKER);
        assert_eq!(two.messages, before);
        two.handle(0, Input::Timer(TimerId::Exchange));
        let late = ExchangeEnd::Late;
        assert!(
            matches!(two.events.last(), Some(Event::ExchangeEnded { end, .. }) if *end == late)
        );
        two.tamper = Some;
        assert_eq!(two.exchange().0, ExchangeEnd::Done);
        assert!(two.cells(0) == two.cells(1));
    }
}

#[test]
fn what_two_nodes_share_is_what_both_hold() {
    for (nodes, zones, n) in [
        (1, 1, 3),
        (2, 1, 3),
        (3, 2, 2),
        (9, 3, 3),
        (12, 2, 4),
        (9, 7, 3),
    ] {
        for spread in [Spread::Any, Spread::Zones] {
            let ring = Arc::new(ring(nodes, zones));
            let sizes = settings(n, spread).sizes();
            let held = held_ranges(&ring, sizes.replication);
            let placement = Placement { ring, sizes };
            for one in (1..=nodes).map(NodeId) {
                for other in (1..=nodes).map(NodeId) {
                    let of = |node| held.get(&node).cloned().unwrap_or_default();
                    let both = of(one).intersection(&of(other));
                    assert_eq!(shared::ranges(&placement, one, other), both);
                }
            }
        }
    }
}

/// Trees are kept from one exchange to the next: what is stored in between must reach them.
#[test]
fn what_is_written_between_two_exchanges_is_found() {
    let mut two = Two::new(storages(&apart(3, 0)), [64; 2]);
    assert_eq!(two.exchange().0, ExchangeEnd::Done);
    let stage = two.nodes[0].layout().unwrap().stage();
    let request = RequestId::default();
    let key = |number: u8| Key::new(&[number; 3]).unwrap();
    let (context, value) = (VersionVector::default(), Value::new(b"new").unwrap());
    let write = Message::Write {
        request,
        stage,
        key: key(1),
        context: context.clone(),
        value: Some(value.clone()),
        merge: Merge::Siblings,
        place: None,
        life: 0,
    };
    let mut siblings = Siblings::default();
    let dot = Dot {
        actor: Actor::default(),
        counter: 9,
    };
    siblings.write(dot, context, Some(value));
    let replicate = Message::Replicate {
        request,
        stage,
        key: key(2),
        siblings,
        place: None,
    };
    // A copy that the other node has already is no difference.
    for (node, message, differing) in [
        (0, write.clone(), 1),
        (1, write, 1),
        (0, replicate.clone(), 1),
        (1, replicate, 0),
    ] {
        let from = two.nodes[node].id();
        let input = Input::Message { from, message };
        let effects = &mut Vec::new();
        for input in [input, Input::Sync] {
            two.nodes[node].handle(Instant::ZERO, &mut Zeros, input, effects);
        }
        let (end, tally) = two.exchange();
        assert_eq!((end, tally.differing), (ExchangeEnd::Done, differing));
        assert!(two.cells(0) == two.cells(1));
        finds_nothing(&mut two).unwrap();
    }
    assert_eq!(two.cells(0).len(), 5);
}
