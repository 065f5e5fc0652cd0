//! A state of the cluster: nodes, what is on its way between them, what clients have done and
//! read. Equal states have equal texts, so a state is known by the digests of its parts' texts.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

use ringlab::hash;
use ringlab::layout::{Layout, Stage, Step};
use ringlab::message::{
    Command, Effect, Event, Input, Message, Options, Outcome, Random, RequestId, TimerId,
};
use ringlab::node::Node;
use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeId, Replication, Ring, Spread};
use ringlab::settings::Settings;
use ringlab::storage::Storage;
use ringlab::time::Instant;
use ringlab::version::{Dot, Siblings, VersionVector};

use super::{Deed, Mistake, N, Story};
use crate::world::spec;

/// A cluster at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct System {
    nodes: BTreeMap<NodeId, Known<Node>>,
    /// What may happen next, each as often as it is on its way.
    coming: BTreeMap<Known<(NodeId, Input)>, u32>,
    clients: Vec<Client>,
    writes: BTreeMap<RequestId, Write>,
    reads: BTreeMap<RequestId, Read>,
}

/// How far a client is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Client {
    begun: usize,
    ended: usize,
    /// The dots that it has read or written, one after the other.
    read: Vec<Dot>,
}

/// A write of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Write {
    /// What its writer had really read.
    pub(crate) read: Vec<Dot>,
    pub(crate) dot: Option<Dot>,
    pub(crate) is_acknowledged: bool,
    /// Fallbacks were counted.
    pub(crate) was_sloppy: bool,
}

/// A read of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Read {
    /// What was acknowledged when it began.
    pub(crate) acknowledged: Vec<Dot>,
    pub(crate) shown: Option<Vec<Dot>>,
    /// Fallbacks were counted.
    pub(crate) was_sloppy: bool,
}

/// What may happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A client's next deed.
    Begin(usize),
    /// Something arrives.
    Arrives(Known<(NodeId, Input)>),
}

/// A thing with the digest of its text, by which it is compared.
#[derive(Clone)]
pub(crate) struct Known<T> {
    digest: u64,
    /// The checker's threads share states, and a node's store is no thing to share.
    thing: Arc<Mutex<T>>,
}

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

impl System {
    pub(super) fn new(story: &Story) -> Self {
        let w = match story.mistake {
            Mistake::EarlyAcknowledgement => story.w - 1,
            _ => story.w,
        };
        let settings = Settings {
            replication: Replication {
                n: N,
                spread: Spread::Any,
            },
            r: story.r,
            w,
            strictness: story.strictness,
            ..Settings::default()
        };
        let specs = (0..story.nodes).map(|id| spec(id, 1_000));
        let ring = Arc::new(Ring::with_nodes(1, specs).unwrap());
        let node = |id| {
            let layout = Layout::settled(1, ring.clone(), settings.sizes());
            let node = Node::restored(id, settings, layout, Storage::default());
            (id, Known::new(node))
        };
        Self {
            nodes: ring.nodes().map(|spec| spec.id).map(node).collect(),
            coming: BTreeMap::new(),
            clients: vec![Client::default(); story.clients.len()],
            writes: BTreeMap::new(),
            reads: BTreeMap::new(),
        }
    }

    pub(super) fn actions(&self, story: &Story) -> Vec<Action> {
        let clients = self.clients.iter().zip(&story.clients).enumerate();
        let can_begin = |(_, (client, deeds)): &(usize, (&Client, &Vec<Deed>))| {
            client.begun == client.ended && client.begun < deeds.len()
        };
        let begin = clients.filter(can_begin).map(|(at, _)| Action::Begin(at));
        let arrives = self.coming.keys().cloned().map(Action::Arrives);
        begin.chain(arrives).collect()
    }

    pub(super) fn after(&self, story: &Story, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Begin(client) => next.begin(story, client),
            Action::Arrives(known) => {
                let (node, input) = known.thing().clone();
                next.one_less(&known);
                next.input(node, input);
            }
        }
        next
    }

    pub(super) fn writes(&self) -> impl Iterator<Item = &Write> {
        self.writes.values()
    }

    pub(super) fn reads(&self) -> impl Iterator<Item = &Read> {
        self.reads.values()
    }

    /// What each node would answer: what it has stored, with what it keeps for others.
    pub(super) fn cells(&self) -> impl Iterator<Item = Siblings> {
        self.nodes.values().map(|node| cell_of(&node.thing()))
    }

    pub(super) fn has_siblings(&self) -> bool {
        self.cells().any(|cell| cell.versions().len() > 1)
    }

    pub(super) fn has_ended(&self, story: &Story) -> bool {
        let mut clients = self.clients.iter().zip(&story.clients);
        clients.all(|(client, deeds)| client.ended == deeds.len())
    }

    fn begin(&mut self, story: &Story, at: usize) {
        let deed = story.clients[at][self.clients[at].begun];
        let client = &mut self.clients[at];
        let id = RequestId {
            number: at as u64,
            leg: client.begun as u8,
        };
        client.begun += 1;
        let read = client.read.clone();
        let (by, command) = match deed {
            Deed::Get(by) => {
                let acknowledged = self.writes().filter(|write| write.is_acknowledged);
                let acknowledged = acknowledged.filter_map(|write| write.dot).collect();
                let read = Read {
                    acknowledged,
                    ..Read::default()
                };
                self.reads.insert(id, read);
                (by, Command::Get { key: key() })
            }
            Deed::Put(by) => {
                let context = match story.mistake {
                    Mistake::BoastfulClients => self.all_there_is(),
                    _ => context_of(&read),
                };
                let write = Write {
                    read,
                    ..Write::default()
                };
                self.writes.insert(id, write);
                let value = Value::new(&[at as u8]).unwrap();
                let put = Command::Put {
                    key: key(),
                    context,
                    value,
                };
                (by, put)
            }
        };
        let options = Options::default();
        let request = Input::Request {
            id,
            command,
            options,
        };
        self.input(NodeId(by), request);
    }

    fn all_there_is(&self) -> VersionVector {
        let mut all = Siblings::default();
        for cell in self.cells() {
            all.join(&cell);
        }
        all.context()
    }

    fn input(&mut self, id: NodeId, input: Input) {
        let mut node = self.nodes[&id].thing().clone();
        let mut inputs = vec![input];
        // What is to be stored is stored before anything else happens: crashes are another story.
        while let Some(input) = inputs.pop() {
            let mut effects = Vec::new();
            node.handle(Instant::ZERO, &mut Zeros, input, &mut effects);
            for effect in effects {
                if self.carry_out(id, effect) {
                    inputs.push(Input::Sync);
                }
            }
        }
        self.nodes.insert(id, Known::new(node));
    }

    /// Carries out an effect; whether it asks for a sync.
    fn carry_out(&mut self, node: NodeId, effect: Effect) -> bool {
        match effect {
            Effect::Send { to, message } => self.one_more(to, node, message),
            Effect::Sync => return true,
            Effect::Reply { id, outcome } => self.answered(id, &outcome),
            Effect::Observe(Event::Named { request, dot }) => {
                if let Some(write) = self.writes.get_mut(&request) {
                    write.dot = Some(dot);
                }
            }
            Effect::SetTimer { id, .. } if matches!(id, TimerId::Patience(_)) => {
                self.coming.insert(Known::new((node, Input::Timer(id))), 1);
            }
            Effect::CancelTimer(id) => {
                self.coming.remove(&Known::new((node, Input::Timer(id))));
            }
            // Deadlines end what would wait for ever, and no property speaks of an end.
            Effect::SetTimer { .. }
            | Effect::Append { .. }
            | Effect::Stored(_)
            | Effect::Observe(_) => {}
        }
        false
    }

    fn answered(&mut self, id: RequestId, outcome: &Outcome) {
        let client = &mut self.clients[id.number as usize];
        client.ended += 1;
        match outcome {
            Outcome::Values(answer) => {
                let dots = dots_of(&answer.siblings);
                client.read.extend(&dots);
                if let Some(read) = self.reads.get_mut(&id) {
                    read.shown = Some(dots);
                    read.was_sloppy = !answer.fallbacks.is_empty();
                }
            }
            Outcome::Stored(answer) => {
                if let Some(write) = self.writes.get_mut(&id) {
                    write.is_acknowledged = true;
                    write.was_sloppy = !answer.fallbacks.is_empty();
                }
            }
            Outcome::QuorumUnreachable { .. } | Outcome::Refused(_) | Outcome::NoAnswer => {}
        }
    }

    fn one_more(&mut self, to: NodeId, from: NodeId, message: Message) {
        let arrives = Known::new((to, Input::Message { from, message }));
        *self.coming.entry(arrives).or_default() += 1;
    }

    fn one_less(&mut self, known: &Known<(NodeId, Input)>) {
        if let Some(left) = self.coming.get_mut(known) {
            *left -= 1;
            if *left == 0 {
                self.coming.remove(known);
            }
        }
    }
}

fn key() -> Key {
    Key::new(b"key").unwrap()
}

fn cell_of(node: &Node) -> Siblings {
    let mut cell = node.cell(&key()).unwrap();
    let asks = Message::Read {
        request: RequestId::default(),
        stage: Stage {
            version: 1,
            step: Step::Released,
        },
        key: key(),
        place: Some(node.id()),
    };
    let (from, message) = (NodeId(u32::MAX), asks);
    let mut effects = Vec::new();
    let input = Input::Message { from, message };
    node.clone()
        .handle(Instant::ZERO, &mut Zeros, input, &mut effects);
    for effect in effects {
        if let Effect::Send {
            message: Message::ReadReply { siblings, .. },
            ..
        } = effect
        {
            cell.join(&siblings);
        }
    }
    cell
}

fn dots_of(cell: &Siblings) -> Vec<Dot> {
    cell.versions().iter().map(|version| version.dot).collect()
}

fn context_of(dots: &[Dot]) -> VersionVector {
    let mut context = VersionVector::default();
    for &dot in dots {
        context.include(dot);
    }
    context
}

impl<T: fmt::Debug> Known<T> {
    fn new(thing: T) -> Self {
        let text = format!("{thing:?}");
        Self {
            digest: hash::token(text.as_bytes()).0,
            thing: Arc::new(Mutex::new(thing)),
        }
    }

    fn thing(&self) -> MutexGuard<'_, T> {
        self.thing.lock().unwrap()
    }
}

impl<T> PartialEq for Known<T> {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl<T> Eq for Known<T> {}

impl<T> PartialOrd for Known<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Known<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.digest.cmp(&other.digest)
    }
}

impl<T> Hash for Known<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Known<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.thing().fmt(f)
    }
}
