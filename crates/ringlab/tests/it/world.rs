//! The harness: nodes, a network and disks with random delays, clients, one clock. It knows no
//! invariants; [`Checks`] watches.

mod disk;
mod faults;
mod operator;
mod setup;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use ringlab::client::{Client, ClientEffect, Wish};
use ringlab::keyspace::Keyspace;
use ringlab::layout::Layout;
use ringlab::message::{
    AppendId, Effect, Event, Input, Message, NodeState, Options, Outcome, Random, Record,
    RequestId, RequestKind, TimerId,
};
use ringlab::node::{format, held_ranges};
use ringlab::pair::Key;
use ringlab::ring::{NodeId, Ring};
use ringlab::settings::{AntiEntropy, Settings};
use ringlab::time::Instant;

use crate::checks::Checks;
use crate::sabotage::{Sabotage, Tampered};

pub(crate) use self::disk::{CrashingDisk, WorldDisk};
use self::setup::keyspace;
pub(crate) use self::setup::{Setup, key, machine, spec, value};

/// A node on a disk that outlives it.
pub(crate) type Node = ringlab::node::Node<WorldDisk>;

/// Loaded keys of every world.
pub(crate) const LOADED: u64 = 120;
/// Keys that clients write; half of them are loaded ones.
const WRITTEN: u64 = 24;
const CLIENTS: usize = 3;

/// SplitMix64 (Steele, Lea, Flood 2014): tiny, and good enough to shuffle events.
#[derive(Clone)]
pub(crate) struct Rng(pub(crate) u64);

impl Random for Rng {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Rng {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next_u64() % limit
    }

    /// A number of any size.
    pub(crate) fn next_below_usize(&mut self) -> usize {
        self.below(1 << 31) as usize
    }
}

pub(crate) enum Happening {
    Input(NodeId, Input),
    Sync(NodeId),
    Answer(usize, RequestId, Outcome),
    Waited(usize, u64),
}

pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) nodes: BTreeMap<NodeId, Node>,
    pub(crate) settings: Settings,
    pub(crate) checks: Checks,
    pub(crate) events: Vec<(NodeId, Event)>,
    pub(crate) answers: BTreeMap<u64, Outcome>,
    pub(crate) rng: Rng,
    /// What writes want otherwise than the cluster.
    pub(crate) of_writes: Options,
    /// Nodes that no message leaves or reaches.
    cut_off: BTreeSet<NodeId>,
    /// Hints on their way to replicas are lost.
    pub(crate) lose_handovers: bool,
    /// What reads tell replicas after their answers is lost.
    pub(crate) lose_repairs: bool,
    next_id: u32,
    queue: BTreeMap<(Instant, u64), Happening>,
    queued: u64,
    /// When clients give up what they wait for.
    patience: BTreeMap<(Instant, RequestId), usize>,
    timers: BTreeMap<(NodeId, TimerId), (Instant, u64)>,
    appends: BTreeMap<(NodeId, AppendId), Record>,
    pub(crate) disks: BTreeMap<NodeId, WorldDisk>,
    pub(crate) keyspace: Arc<Keyspace>,
    clients: Vec<Client>,
    asked: BTreeMap<u64, usize>,
    sabotage: Sabotage,
    loss: u64,
    crashed: BTreeSet<NodeId>,
    /// Those of them that never come back.
    gone: BTreeSet<NodeId>,
    /// What has come for nodes that are paused.
    paused: BTreeMap<NodeId, Vec<Input>>,
    /// Ways, from a node to a node, that lead nowhere.
    cut: BTreeSet<(NodeId, NodeId)>,
}

impl World {
    pub(crate) fn new(setup: Setup) -> Self {
        let settings = setup.settings();
        let nodes = setup.weights.iter().enumerate();
        let specs = nodes.map(|(id, &weight)| spec(id as u32, weight));
        let ring = Arc::new(Ring::with_nodes(16, specs).unwrap());
        let keyspace = Arc::new(keyspace());
        let mut held = held_ranges(&ring, settings.replication);
        let layout = Layout::settled(1, ring.clone(), settings.sizes());
        let mut disks = BTreeMap::new();
        let node = |id| {
            let disk = WorldDisk::default();
            format(&mut disk.clone(), &layout).unwrap();
            disk.borrow_mut().lies = setup.sabotage.lies_about_disk();
            disks.insert(id, disk.clone());
            let machine = machine(disk, &keyspace);
            let mut node = Node::founded(id, settings, layout.clone(), machine).unwrap();
            let held = held.remove(&id).unwrap_or_default();
            node.stock(Some((&keyspace, &held)), []).unwrap();
            (id, node)
        };
        let nodes: BTreeMap<_, _> = ring.nodes().map(|spec| spec.id).map(node).collect();
        let mut world = Self {
            now: Instant::ZERO,
            next_id: nodes.len() as u32,
            nodes,
            settings,
            checks: Checks::new(&keyspace, settings, setup.loss > 0),
            events: Vec::new(),
            answers: BTreeMap::new(),
            rng: Rng(setup.seed),
            of_writes: Options::default(),
            cut_off: BTreeSet::new(),
            lose_handovers: false,
            lose_repairs: false,
            queue: BTreeMap::new(),
            queued: 0,
            patience: BTreeMap::new(),
            timers: BTreeMap::new(),
            appends: BTreeMap::new(),
            disks,
            keyspace: keyspace.clone(),
            clients: vec![Client::default(); CLIENTS],
            asked: BTreeMap::new(),
            sabotage: setup.sabotage,
            loss: setup.loss,
            crashed: BTreeSet::new(),
            gone: BTreeSet::new(),
            paused: BTreeMap::new(),
            cut: BTreeSet::new(),
        };
        for id in world.nodes.keys().copied().collect::<Vec<_>>() {
            world.input(id, Input::Start);
        }
        world
    }

    /// A wish of some client, put to it now.
    pub(crate) fn ask(&mut self, client: usize, wish: Wish) -> u64 {
        let number = self.asked.len() as u64;
        self.asked.insert(number, client);
        let mut effects = Vec::new();
        self.clients[client].ask(&mut self.rng, number, wish, &mut effects);
        self.carry_out_client(client, effects);
        number
    }

    /// A random wish about one of few keys, so that clients meet.
    pub(crate) fn ask_something(&mut self) {
        let client = self.rng.below(CLIENTS as u64) as usize;
        let key = key(self.rng.below(WRITTEN) + LOADED - WRITTEN / 2);
        let wish = match self.rng.below(5) {
            0 | 1 => Wish::Get(key),
            2 | 3 => Wish::Put(key, value(self.rng.below(1_000_000))),
            _ => Wish::Delete(key),
        };
        self.ask(client, wish);
    }

    /// Who holds a key by the ring that is read.
    pub(crate) fn owners(&self, key: &Key) -> Vec<NodeId> {
        let mut layouts = self.nodes.values().filter_map(Node::layout);
        let placement = layouts.next().unwrap().placement();
        placement.replicas(key.token()).to_vec()
    }

    /// Whether a node wants a timer.
    pub(crate) fn wants(&self, node: NodeId, timer: TimerId) -> bool {
        self.timers.contains_key(&(node, timer))
    }

    /// Lets time pass.
    pub(crate) fn run_for(&mut self, span: Duration) {
        let until = self.now + span;
        while self.next_at().is_some_and(|at| at <= until) {
            self.step();
        }
        self.now = until;
    }

    /// Runs until nothing is left to happen but gossip; with so many requests on the way.
    pub(crate) fn run(&mut self, requests: u64) {
        let mut left = requests;
        loop {
            // About a request a few events: many are in flight in every step of a change.
            if left > 0 && (self.queue.is_empty() || self.rng.below(8) == 0) {
                left -= 1;
                self.ask_something();
            }
            if left == 0 && self.is_quiet() {
                return;
            }
            self.step();
        }
    }

    /// Whether nothing is left to happen but what happens again and again.
    fn is_quiet(&self) -> bool {
        let gossip = |happening: &Happening| match happening {
            Happening::Input(_, Input::Message { message, .. }) => {
                matches!(message, Message::Gossip { .. })
            }
            _ => false,
        };
        let periodic = |timer: TimerId| {
            matches!(
                timer,
                TimerId::Gossip | TimerId::Probe | TimerId::Collection
            )
        };
        self.patience.is_empty()
            && self.queue.values().all(gossip)
            && self.timers.keys().all(|(_, timer)| periodic(*timer))
    }

    fn next_at(&self) -> Option<Instant> {
        let queued = self.queue.keys().next().map(|(at, _)| *at);
        let timer = self.timers.values().map(|(at, _)| *at).min();
        let patience = self.patience.keys().next().map(|(at, _)| *at);
        queued.into_iter().chain(timer).chain(patience).min()
    }

    /// From now on nothing is lost.
    pub(crate) fn lose_nothing(&mut self) {
        self.loss = 0;
    }

    /// A node compares itself like this from now on; others hear of it when it gossips.
    pub(crate) fn set_anti_entropy(&mut self, node: NodeId, settings: Option<AntiEntropy>) {
        self.decided(&[node], &AntiEntropy::chosen(settings));
    }

    /// Anti-entropy alone, for about so many exchanges a node; then what is under way ends.
    pub(crate) fn repair(&mut self, settings: AntiEntropy, exchanges: u32) {
        let nodes: Vec<NodeId> = self.nodes.keys().copied().collect();
        self.decided(&nodes, &AntiEntropy::chosen(Some(settings)));
        self.run_until(self.now + settings.interval() * exchanges);
        self.decided(&nodes, &AntiEntropy::chosen(None));
        self.run(0);
    }

    /// Runs up to a moment; timers that come again and again do not end by themselves.
    pub(crate) fn run_until(&mut self, end: Instant) {
        while self.now < end && self.step() {}
    }

    pub(crate) fn step(&mut self) -> bool {
        if let Some((&(due, id), &client)) = self.patience.first_key_value()
            && self.next_at() == Some(due)
        {
            self.patience.remove(&(due, id));
            self.now = due;
            self.answer(client, id, Outcome::NoAnswer);
            return true;
        }
        let timer = self.timers.iter().min_by_key(|(_, due)| **due);
        let timer = timer.map(|(timer, due)| (*due, *timer));
        let next = self.queue.keys().next().copied();
        match (next, timer) {
            (Some(next), timer) if timer.is_none_or(|(due, _)| next < due) => {
                let happening = self.queue.remove(&next).unwrap();
                self.now = next.0;
                self.happen(happening);
            }
            (_, Some((due, (node, timer)))) => {
                self.timers.remove(&(node, timer));
                self.now = due.0;
                self.input(node, Input::Timer(timer));
            }
            _ => return false,
        }
        self.checks.after_step(&self.nodes);
        true
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Input(node, input) => self.input(node, input),
            Happening::Waited(client, number) => {
                let mut effects = Vec::new();
                self.clients[client].waited(&mut self.rng, number, &mut effects);
                self.carry_out_client(client, effects);
            }
            Happening::Sync(node) => self.input(node, Input::Sync),
            Happening::Answer(client, id, outcome) => {
                self.checks.replied(id, &outcome);
                self.answer(client, id, outcome);
            }
        }
    }

    fn answer(&mut self, client: usize, id: RequestId, outcome: Outcome) {
        let mut effects = Vec::new();
        self.clients[client].reply(&mut self.rng, id, outcome, &mut effects);
        self.carry_out_client(client, effects);
    }

    fn input(&mut self, id: NodeId, input: Input) {
        if self.crashed.contains(&id) {
            return;
        }
        if let Some(waiting) = self.paused.get_mut(&id) {
            return waiting.push(input);
        }
        let mut effects = Vec::new();
        let Some(node) = self.nodes.get_mut(&id) else {
            return;
        };
        node.handle(self.now, &mut self.rng, input, &mut effects);
        for effect in effects {
            self.carry_out(id, effect);
        }
    }

    fn carry_out(&mut self, from: NodeId, effect: Effect) {
        match effect {
            Effect::Send { to, message } => self.send(from, to, message),
            Effect::Reply { id, outcome } => {
                self.checks.acknowledged(from, id, &outcome);
                self.look_at_disks(id, &outcome);
                let client = self.asked[&id.number];
                self.later(Happening::Answer(client, id, outcome));
            }
            Effect::SetTimer { id, at } => {
                self.queued += 1;
                self.timers.insert((from, id), (at, self.queued));
            }
            Effect::CancelTimer(id) => {
                self.timers.remove(&(from, id));
            }
            Effect::Append { id, record } => {
                self.appends.insert((from, id), record);
            }
            Effect::Sync => self.later(Happening::Sync(from)),
            Effect::Stored(last) => {
                let stored = self.appends.range((from, AppendId(0))..=(from, last));
                let stored: Vec<AppendId> = stored.map(|((_, id), _)| *id).collect();
                for id in stored {
                    let record = self.appends.remove(&(from, id)).unwrap();
                    self.checks.durable(from, &record, &self.nodes);
                }
            }
            Effect::Observe(event) => {
                self.checks.observe(from, &event, &self.nodes);
                let joins_or_leaves = matches!(event, Event::State(_));
                self.events.push((from, event));
                if joins_or_leaves {
                    self.tell_clients();
                }
            }
        }
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: Message) {
        assert_ne!(from, to, "a node does not need a network to talk to itself");
        let is_lost = match message {
            Message::HandOver { .. } => self.lose_handovers,
            Message::Repair { .. } => self.lose_repairs,
            Message::Replicate { .. } | Message::Gossip { .. } | Message::AntiEntropy(_) => {
                self.loss > 0 && self.rng.below(self.loss) == 0
            }
            _ => false,
        };
        let epoch = |node| self.nodes.get(&node).map(Node::epoch).unwrap_or_default();
        let is_dropped = self.sabotage.drops(&message, epoch(from), epoch(to));
        if is_lost || is_dropped || self.cut.contains(&(from, to)) {
            return;
        }
        let tampered = self.sabotage.tamper(from, to, message);
        for (from, _, message) in tampered.delivered.iter() {
            self.checks.sent(*from, message);
        }
        let Tampered { delivered, forged } = tampered;
        for (from, to, message) in delivered.into_iter().chain(forged) {
            let late = self.latency();
            self.later_input(to, Input::Message { from, message }, late);
        }
    }

    fn carry_out_client(&mut self, client: usize, effects: Vec<ClientEffect>) {
        for effect in effects {
            match effect {
                ClientEffect::Request {
                    to,
                    id,
                    command,
                    patience,
                } => {
                    self.patience.insert((self.now + patience, id), client);
                    self.checks.request(id, client, &command);
                    let options = match command.kind() {
                        RequestKind::Get => Options::default(),
                        _ => self.of_writes,
                    };
                    let request = Input::Request {
                        id,
                        command,
                        options,
                    };
                    self.later_input(to, request, 100);
                }
                ClientEffect::Wait { number, span } => {
                    let late = span.as_micros() as u64;
                    self.at(late, Happening::Waited(client, number));
                }
                ClientEffect::Answer { number, outcome } => {
                    self.patience.retain(|(_, id), _| id.number != number);
                    self.answers.insert(number, outcome);
                }
            }
        }
    }

    /// Mostly short; one message in eight takes ten times as long.
    fn latency(&mut self) -> u64 {
        let tail = if self.rng.below(8) == 0 { 10 } else { 1 };
        200 + tail * self.rng.below(10_000)
    }

    /// Clients learn who belongs to the cluster, as they would from its nodes.
    fn tell_clients(&mut self) {
        let live = |node: &&Node| {
            let is_away = self.cut_off.contains(&node.id()) || self.gone.contains(&node.id());
            node.state() == NodeState::Live && !is_away
        };
        let live: BTreeSet<NodeId> = self.nodes.values().filter(live).map(Node::id).collect();
        for client in &mut self.clients {
            client.set_coordinators(live.iter().copied());
        }
    }

    fn later(&mut self, happening: Happening) {
        let late = 50 + self.rng.below(5_000);
        self.at(late, happening);
    }

    fn later_input(&mut self, node: NodeId, input: Input, late: u64) {
        self.at(late, Happening::Input(node, input));
    }

    fn at(&mut self, late: u64, happening: Happening) {
        self.queued += 1;
        let moment = self.now + Duration::from_micros(late);
        self.queue.insert((moment, self.queued), happening);
    }
}
