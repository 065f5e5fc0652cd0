//! One collector among three nodes: what it asks, when, and what it takes for proof.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::message::{Effect, Random};
use crate::quorum::Sizes;
use crate::ring::{NodeSpec, Replication, Ring, Spread, Weight, Zone};
use crate::version::{Actor, Dot, VersionVector};

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

const GRACE: Duration = Duration::from_secs(100);
const NODES: u32 = 3;

/// A cluster of three in which the key's primary collects.
struct Case {
    layout: Layout,
    key: Key,
    primary: NodeId,
    collector: Collector,
}

impl Case {
    fn new() -> Self {
        let spec = |id| NodeSpec {
            id: NodeId(id),
            name: format!("node-{id}").parse().unwrap(),
            weight: Weight::ONE,
            zone: Zone::default(),
        };
        let ring = Arc::new(Ring::with_nodes(8, (0..NODES).map(spec)).unwrap());
        let key = Key::new(b"left-pad").unwrap();
        Self {
            primary: ring.primary(key.token()).unwrap(),
            layout: Layout::settled(1, ring, sizes()),
            key,
            collector: Collector::default(),
        }
    }

    /// A round of a node at a moment, which finds these cells; the questions that it puts.
    fn round(&mut self, node: NodeId, at: u64, cells: &[(Key, Siblings)]) -> Vec<(NodeId, u64)> {
        let found = Tombstones {
            cells: cells.to_vec(),
            until: None,
        };
        let (collector, field) = (&mut self.collector, field(&self.layout));
        let sent = sent_by(node, at, |out| {
            collector.round(&field, |_| Some(found), out)
        });
        let asked = sent.into_iter().filter_map(|(to, message)| match message {
            Collection::Ask { number, .. } => Some((to, number)),
            _ => None,
        });
        asked.collect()
    }

    /// A node has nothing else; who is told to forget.
    fn nothing_else(&mut self, from: NodeId, number: u64) -> Vec<NodeId> {
        let (collector, field) = (&mut self.collector, field(&self.layout));
        let sent = sent_by(self.primary, 101, |out| {
            collector.nothing_else(from, (number, vec![0]), &field, out);
        });
        sent.into_iter().map(|(to, _)| to).collect()
    }

    fn owners(&self) -> Vec<NodeId> {
        let placement = self.layout.placement();
        placement.replicas(self.key.token()).to_vec()
    }
}

fn sizes() -> Sizes {
    let spread = Spread::Any;
    Sizes {
        replication: Replication { n: 2, spread },
        r: 1,
        w: 1,
    }
}

fn field(layout: &Layout) -> Field<'_> {
    Field {
        layout: Some(layout),
        grace: GRACE,
    }
}

/// What a node says to others, and to itself, about tombstones.
fn sent_by(node: NodeId, at: u64, act: impl FnOnce(&mut Outbox<'_>)) -> Vec<(NodeId, Collection)> {
    let mut effects = Vec::new();
    let now = Instant::ZERO + Duration::from_secs(at);
    let mut rng = Zeros;
    let mut out = Outbox::new(node, now, &mut rng, &mut effects);
    act(&mut out);
    let mut own = Vec::new();
    while let Some(message) = out.next_own() {
        own.push((node, message));
    }
    let sent = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send { to, message } => Some((to, message)),
        _ => None,
    });
    let said = sent.chain(own).filter_map(|(to, message)| match message {
        Message::Collection(message) => Some((to, message)),
        _ => None,
    });
    said.collect()
}

fn tombstone(counter: u64) -> Siblings {
    let mut cell = Siblings::default();
    let actor = Actor::default();
    cell.write(Dot { actor, counter }, VersionVector::default(), None);
    cell
}

#[test]
fn a_tombstone_is_asked_about_when_it_has_not_changed_for_a_grace() {
    let mut case = Case::new();
    let (primary, cells) = (case.primary, [(case.key.clone(), tombstone(1))]);
    assert_eq!(case.round(primary, 0, &cells), []);
    assert_eq!(case.round(primary, 99, &cells), []);
    let asked = case.round(primary, 100, &cells);
    assert_eq!(
        asked.len() as u32,
        NODES,
        "every node, not the replicas alone"
    );
    let changed = [(case.key.clone(), tombstone(2))];
    assert_eq!(case.round(primary, 101, &changed), [], "another tombstone");
    assert_eq!(case.round(primary, 200, &changed), []);
    assert_eq!(case.round(primary, 201, &changed).len() as u32, NODES);
}

#[test]
fn a_tombstone_that_was_away_begins_anew() {
    let mut case = Case::new();
    let (primary, cells) = (case.primary, [(case.key.clone(), tombstone(1))]);
    case.round(primary, 0, &cells);
    case.round(primary, 50, &[]);
    assert_eq!(case.round(primary, 100, &cells), []);
    assert_eq!(case.round(primary, 200, &cells).len() as u32, NODES);
}

#[test]
fn only_its_primary_asks_about_a_key() {
    let mut case = Case::new();
    let cells = [(case.key.clone(), tombstone(1))];
    let others = (0..NODES).map(NodeId).filter(|&node| node != case.primary);
    for node in others.collect::<Vec<_>>() {
        case.round(node, 0, &cells);
        assert_eq!(case.round(node, 500, &cells), []);
    }
}

#[test]
fn replicas_forget_when_every_node_has_said_that_it_has_nothing_else() {
    let mut case = Case::new();
    let (primary, cells) = (case.primary, [(case.key.clone(), tombstone(1))]);
    case.round(primary, 0, &cells);
    let number = case.round(primary, 100, &cells)[0].1;
    assert_eq!(case.nothing_else(NodeId(0), number), []);
    assert_eq!(case.nothing_else(NodeId(1), number), []);
    assert_eq!(
        case.nothing_else(NodeId(1), number),
        [],
        "once more is no more"
    );
    let told = SortedSet::from_iter(case.nothing_else(NodeId(2), number));
    assert_eq!(told, SortedSet::from_iter(case.owners()));
}

#[test]
fn an_answer_to_an_earlier_question_or_layout_proves_nothing() {
    let mut case = Case::new();
    let (primary, cells) = (case.primary, [(case.key.clone(), tombstone(1))]);
    case.round(primary, 0, &cells);
    let first = case.round(primary, 100, &cells)[0].1;
    for node in 0..2 {
        case.nothing_else(NodeId(node), first);
    }
    let second = case.round(primary, 110, &cells)[0].1;
    assert_ne!(first, second);
    assert_eq!(case.nothing_else(NodeId(2), first), []);
    for node in 0..2 {
        case.nothing_else(NodeId(node), second);
    }
    case.layout = Layout::settled(2, case.layout.reads().clone(), sizes());
    assert_eq!(case.nothing_else(NodeId(2), second), []);
}
