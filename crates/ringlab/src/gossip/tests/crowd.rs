//! Nodes that do nothing but gossip, however many, over a network with delays and losses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::hash::token;
use crate::health::Status;
use crate::message::{Effect, Random};

/// Random numbers by hashing a count.
pub(super) struct Hashes(pub(super) u64);

impl Hashes {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next_u64() % limit
    }
}

impl Random for Hashes {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        token(&self.0.to_le_bytes()).0
    }
}

enum Happening {
    Timer(NodeId, TimerId),
    Arrives(NodeId, NodeId, Message),
}

pub(super) struct Crowd {
    pub(super) now: Instant,
    pub(super) nodes: BTreeMap<NodeId, Gossip>,
    pub(super) settings: GossipSettings,
    /// Events since the beginning, and where.
    pub(super) seen: Vec<(NodeId, Event)>,
    pub(super) messages: u64,
    /// Messages that take this way are lost.
    pub(super) lost: fn(&mut Hashes, NodeId, NodeId) -> bool,
    crashed: BTreeSet<NodeId>,
    random: Hashes,
    timers: BTreeMap<(NodeId, TimerId), Instant>,
    queue: BTreeMap<(Instant, u64), Happening>,
    queued: u64,
}

impl Crowd {
    pub(super) fn of(nodes: u32, seed: u64) -> Self {
        let mut crowd = Self {
            now: Instant::ZERO,
            nodes: (0..nodes)
                .map(|id| (NodeId(id), Gossip::default()))
                .collect(),
            settings: GossipSettings::default(),
            seen: Vec::new(),
            messages: 0,
            lost: |_, _, _| false,
            crashed: BTreeSet::new(),
            random: Hashes(token(&seed.to_le_bytes()).0),
            timers: BTreeMap::new(),
            queue: BTreeMap::new(),
            queued: 0,
        };
        let ids: Arc<[_]> = crowd.nodes.keys().copied().collect();
        for &id in &*ids {
            let settings = crowd.settings;
            crowd.with(id, |gossip, out| {
                gossip.follow(1, Arc::clone(&ids), &settings, out)
            });
        }
        crowd
    }

    pub(super) fn crash(&mut self, node: u32) {
        self.crashed.insert(NodeId(node));
    }

    /// Comes back and remembers nothing.
    pub(super) fn restart(&mut self, node: u32) {
        let id = NodeId(node);
        let ids = self.nodes.keys().copied().collect();
        self.crashed.remove(&id);
        self.nodes.insert(id, Gossip::default());
        let settings = self.settings;
        self.with(id, |gossip, out| gossip.follow(1, ids, &settings, out));
    }

    /// Somebody says that a node is not up, and the node hears it.
    pub(super) fn accuse(&mut self, node: u32, health: Health) {
        let node = NodeId(node);
        let status = self.nodes[&node].beliefs.status(node).but(health);
        self.with(node, |gossip, out| {
            gossip.hear(NodeId(u32::MAX), Rumour { node, status }, out);
        });
    }

    pub(super) fn run(&mut self, periods: u32) {
        let until = self.now + self.settings.interval * periods;
        while let Some((&(at, order), _)) = self.queue.first_key_value()
            && at <= until
        {
            self.now = at;
            match self.queue.remove(&(at, order)).unwrap() {
                Happening::Timer(node, timer) if self.timers.get(&(node, timer)) == Some(&at) => {
                    self.timer(node, timer);
                }
                Happening::Timer(..) => {}
                Happening::Arrives(from, to, message) => self.arrives(from, to, message),
            }
        }
        self.now = until;
    }

    /// Nodes that have not crashed.
    pub(super) fn alive(&self) -> impl Iterator<Item = (NodeId, &Gossip)> {
        let nodes = self.nodes.iter().map(|(id, gossip)| (*id, gossip));
        nodes.filter(|(id, _)| !self.crashed.contains(id))
    }

    /// Whether all who have not crashed believe this of a node.
    /// Whether every node that runs takes a node for this, itself excepted.
    pub(super) fn all_take(&self, node: u32, health: Health) -> bool {
        let node = NodeId(node);
        let mut others = self.alive().filter(|(id, _)| *id != node);
        others.all(|(_, gossip)| gossip.health(node) == health)
    }

    /// What a node believes of another.
    pub(super) fn status(&self, by: u32, node: u32) -> Status {
        self.nodes[&NodeId(by)].beliefs.status(NodeId(node))
    }

    pub(super) fn all_believe(&self, node: u32, status: Status) -> bool {
        self.alive()
            .all(|(_, gossip)| gossip.beliefs.status(NodeId(node)) == status)
    }

    /// Periods until it is so.
    pub(super) fn periods_until(&mut self, limit: u32, so: impl Fn(&Self) -> bool) -> Option<u32> {
        (0..=limit).find(|periods| {
            if *periods > 0 {
                self.run(1);
            }
            so(self)
        })
    }

    fn timer(&mut self, node: NodeId, timer: TimerId) {
        let settings = self.settings;
        self.with(node, |gossip, out| match timer {
            TimerId::Probe => gossip.probe_late(&settings, out),
            _ => gossip.period(&settings, out),
        });
    }

    fn arrives(&mut self, from: NodeId, to: NodeId, message: Message) {
        let Message::Gossip {
            probe,
            version,
            rumours,
            ..
        } = message
        else {
            panic!("{message:?}")
        };
        assert!(rumours.len() <= RUMOURS_MAX);
        let about: Vec<NodeId> = rumours.iter().map(|rumour| rumour.node).collect();
        let known = |crowd: &Self| -> Vec<Status> {
            let beliefs = &crowd.nodes[&to].beliefs;
            about.iter().map(|&node| beliefs.status(node)).collect()
        };
        let before = known(self);
        self.with(to, |gossip, out| {
            gossip.receive(from, probe, (version, rumours), out);
        });
        let after = known(self);
        let grew = before
            .iter()
            .zip(&after)
            .all(|(before, after)| before <= after);
        assert!(grew, "{to:?} goes back from {before:?} to {after:?}");
    }

    fn with(&mut self, id: NodeId, act: impl FnOnce(&mut Gossip, &mut Outbox<'_>)) {
        if self.crashed.contains(&id) {
            return;
        }
        let mut effects = Vec::new();
        let mut out = Outbox::new(id, self.now, &mut self.random, &mut effects);
        act(self.nodes.get_mut(&id).unwrap(), &mut out);
        for effect in effects {
            self.carry_out(id, effect);
        }
    }

    fn carry_out(&mut self, id: NodeId, effect: Effect) {
        match effect {
            Effect::Send { to, message } => {
                self.messages += 1;
                if !(self.lost)(&mut self.random, id, to) {
                    let late = Duration::from_micros(250 + self.random.next_u64() % 5_000);
                    self.push(self.now + late, Happening::Arrives(id, to, message));
                }
            }
            Effect::SetTimer { id: timer, at } => {
                self.timers.insert((id, timer), at);
                self.push(at, Happening::Timer(id, timer));
            }
            Effect::CancelTimer(timer) => {
                self.timers.remove(&(id, timer));
            }
            Effect::Observe(event) => self.seen.push((id, event)),
            other => panic!("{other:?}"),
        }
    }

    fn push(&mut self, at: Instant, happening: Happening) {
        self.queued += 1;
        self.queue.insert((at, self.queued), happening);
    }
}
