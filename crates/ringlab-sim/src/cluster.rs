//! A cluster in a world of its own: carries out what nodes want, in simulated time. It knows no
//! page and no population but what the nodes hold.
//!
//! Nothing goes wrong in it by itself. Whoever drives it may let go wrong what it likes.

mod clients;
mod disks;
mod faults;
mod operator;
mod settings;
mod sight;
mod timers;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ringlab::client::Client;
use ringlab::keyspace::Keyspace;
use ringlab::layout::Layout;
use ringlab::message::{
    AppendId, Command, Effect, Event, Input, Message, NodeState, Options, Outcome, RequestId,
    TimerId,
};
use ringlab::node::{format, held_ranges};
use ringlab::pair::Key;
use ringlab::ring::{NodeId, Ring};
use ringlab::settings::Settings;
use ringlab::sorted::{LongSet, SortedMap};
use ringlab::time::Instant;
use ringlab::version::Siblings;

use crate::clock::Clock;
use crate::disk::{DiskFaults, DiskOptions, SimulatedDisk};
use crate::history::History;
use crate::network::{End, Network, NetworkOptions};
use crate::random::Chance;
use crate::sabotage::{Sabotage, Tampered};
use crate::schedule::{Moment, Schedule};

use self::disks::{Host, cells_by_owner};
use self::timers::Timers;
pub use clients::USERS;
pub use sight::{Seen, Sight};

/// A node's disk, which outlives the node.
pub type NodeDisk = Rc<RefCell<SimulatedDisk>>;

/// A node of a cluster.
pub type Node = ringlab::node::Node<NodeDisk>;

/// The world of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorldOptions {
    /// Between any two nodes, and between a client and its coordinator.
    pub network: NetworkOptions,
    /// Of each node.
    pub disk: DiskOptions,
}

/// What a cluster begins with.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Every node stands on it.
    pub ring: Ring,
    /// The same for every node.
    pub settings: Settings,
    /// The loaded population.
    pub keyspace: Arc<Keyspace>,
    /// Cells that were written over it.
    pub cells: Vec<(Key, Siblings)>,
    /// Whom the client may ask.
    pub coordinators: Vec<NodeId>,
}

/// Nodes and a client, what is on its way between them, and the time.
#[derive(Debug)]
pub struct Cluster {
    now: Instant,
    world: WorldOptions,
    settings: Settings,
    /// Boxed, for they are looked for by their ids all the time.
    hosts: SortedMap<NodeId, Box<Host>>,
    keyspace: Arc<Keyspace>,
    seed: u64,
    network: Network,
    clocks: SortedMap<NodeId, Clock>,
    /// What has come for nodes that are paused, and since when they are.
    paused: SortedMap<NodeId, (Instant, Vec<Input>)>,
    /// How many times as long the disk of a node takes, where that is not once.
    slow_disks: SortedMap<NodeId, u32>,
    /// One for each end user.
    clients: [Client; USERS],
    /// Requests of clients that speak for themselves.
    direct: LongSet<RequestId>,
    schedule: Schedule<Happening>,
    timers: Timers,
    chance: Chance,
    history: History,
    seen: Vec<Seen>,
    replies: Vec<WishAnswered>,
    /// What checkers see, where any look.
    sights: Option<Vec<Sight>>,
    /// A planted bug, where checkers are tried.
    sabotage: Option<Sabotage>,
    effects: Vec<Effect>,
}

/// The end of an end user's wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishAnswered {
    /// When the client had the answer.
    pub at: Instant,
    /// Which wish.
    pub number: u64,
    /// How it ended.
    pub outcome: Outcome,
}

/// Something that will happen.
#[derive(Clone, Debug)]
enum Happening {
    Arrives {
        from: NodeId,
        to: NodeId,
        message: Message,
    },
    Asked {
        coordinator: NodeId,
        id: RequestId,
        command: Command,
    },
    Replied {
        id: RequestId,
        outcome: Outcome,
    },
    /// A client asks again.
    AsksAgain(u64),
    /// A client waits for this answer no longer.
    GoesUnanswered(RequestId),
    Sync(NodeId),
    Stored(NodeId, AppendId),
    /// What came for a node while it was paused.
    Waited(NodeId, Input),
}

impl WorldOptions {
    /// One data centre.
    pub const DATA_CENTRE: Self = Self {
        network: NetworkOptions::DATA_CENTRE,
        disk: DiskOptions::SOLID_STATE,
    };
}

impl Cluster {
    /// A settled cluster that holds its population. O(points x replicas).
    ///
    /// # Panics
    /// When the settings cannot be; see [`Settings::check`].
    #[must_use]
    pub fn new(origin: Origin, world: WorldOptions, now: Instant, seed: u64) -> Self {
        let Origin {
            ring,
            settings,
            keyspace,
            cells,
            coordinators,
        } = origin;
        let mut held = held_ranges(&ring, settings.replication);
        let mut cells = cells_by_owner(cells, &ring, settings);
        let ring = Arc::new(ring);
        let mut cluster = Self {
            now,
            world,
            settings,
            schedule: Schedule::default(),
            timers: Timers::default(),
            chance: Chance::new(seed),
            history: History::default(),
            seen: Vec::new(),
            replies: Vec::new(),
            effects: Vec::new(),
            hosts: SortedMap::new(),
            keyspace,
            seed,
            network: Network::new(world.network),
            clocks: SortedMap::new(),
            paused: SortedMap::new(),
            slow_disks: SortedMap::new(),
            clients: Default::default(),
            direct: LongSet::new(),
            sights: None,
            sabotage: None,
        };
        for client in &mut cluster.clients {
            client.set_coordinators(coordinators.iter().copied());
        }
        let layout = Layout::settled(0, ring.clone(), settings.sizes());
        let mut image = SimulatedDisk::new(world.disk, DiskFaults::NONE, seed);
        format(&mut image, &layout).expect("a new disk does what it is asked");
        for id in ring.nodes().map(|node| node.id) {
            let mut host = cluster.found(id, &image, &layout);
            let ranges = held.remove(&id).unwrap_or_default();
            let cells = cells.remove(&id).unwrap_or_default();
            let cells = cells.iter().map(|(key, cell)| (key, cell));
            host.node
                .stock(Some((&cluster.keyspace, &ranges)), cells)
                .expect("a new disk does what it is asked");
            cluster.hosts.insert(id, Box::new(host));
        }
        for id in ring.nodes().map(|node| node.id) {
            cluster.handle(id, Input::Start);
        }
        cluster
    }

    /// Lets the next thing happen, unless that is after `until`; whether it did. Time goes on to
    /// `until` when nothing is left before it.
    pub fn step(&mut self, until: Instant) -> bool {
        loop {
            if self.is_timer_due(until) {
                self.tell_timer();
                return true;
            }
            let Some((at, happening)) = self.schedule.pop_until(until) else {
                self.now = self.now.max(until);
                return false;
            };
            self.now = at;
            // Of one that was answered nothing is to be said.
            if !matches!(happening, Happening::GoesUnanswered(id) if !self.is_awaited(id)) {
                self.happen(happening);
                return true;
            }
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Arrives { from, to, message } => {
                self.handle(to, Input::Message { from, message });
            }
            Happening::Asked {
                coordinator,
                id,
                command,
            } => {
                let options = Options::default();
                let request = Input::Request {
                    id,
                    command,
                    options,
                };
                self.handle(coordinator, request);
            }
            Happening::Replied { id, outcome } => self.replied(id, outcome),
            Happening::AsksAgain(number) => self.waited(number),
            Happening::GoesUnanswered(id) => self.answered(id, Outcome::NoAnswer),
            Happening::Sync(node) => self.handle(node, Input::Sync),
            Happening::Stored(node, last) => self.stored(node, last),
            Happening::Waited(node, input) => self.handle(node, input),
        }
    }

    /// Runs for a span of simulated time.
    pub fn run(&mut self, span: Duration) {
        let until = self.now + span;
        while self.step(until) {}
    }

    /// The time.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Its nodes, by id; those that were removed are gone.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.hosts.values().map(|host| &host.node)
    }

    /// One node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.hosts.get(&id).map(|host| &host.node)
    }

    /// How much is still to happen.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.schedule.len() + self.timers.len()
    }

    /// Whether a message is on its way, but for those that nodes always send.
    #[must_use]
    pub fn is_message_on_its_way(&self) -> bool {
        self.schedule
            .events()
            .any(|(_, happening)| match happening {
                Happening::Arrives { message, .. } => !matches!(
                    message,
                    Message::Gossip { .. } | Message::AntiEntropy(_) | Message::Collection(_)
                ),
                Happening::Asked { .. } | Happening::Waited(..) => true,
                _ => false,
            })
    }

    /// When all messages that are on their way now will have arrived.
    #[must_use]
    pub fn last_arrival(&self) -> Instant {
        let arrives = |(at, happening): (_, &_)| match happening {
            Happening::Arrives { .. } => Some(at),
            _ => None,
        };
        let arrivals = self.schedule.events().filter_map(arrives);
        arrivals.max().unwrap_or(self.now)
    }

    /// The digest of all that happened.
    #[must_use]
    pub const fn history(&self) -> History {
        self.history
    }

    /// Goes on from the digest of an earlier cluster.
    pub const fn continue_history(&mut self, history: History) {
        self.history = history;
    }

    /// Takes what was observed since the last call; nothing when checkers [watch](Self::watch).
    pub fn take_seen(&mut self) -> Vec<Seen> {
        let room = Vec::with_capacity(self.seen.len());
        std::mem::replace(&mut self.seen, room)
    }

    /// Takes the answers that reached clients since the last call.
    pub fn take_replies(&mut self) -> Vec<WishAnswered> {
        std::mem::take(&mut self.replies)
    }

    fn handle(&mut self, id: NodeId, input: Input) {
        // Messages to a node that is gone or down go nowhere.
        let host = self.hosts.get_mut_near(&id, id.index());
        let Some(host) = host.filter(|host| !host.is_down) else {
            return;
        };
        if let Some((_, waiting)) = self.paused.get_mut(&id) {
            if waiting.len() < faults::PAUSED_INPUTS_MAX {
                waiting.push(input);
            }
            return;
        }
        let mut effects = std::mem::take(&mut self.effects);
        let now = self
            .clocks
            .get(&id)
            .map_or(self.now, |clock| clock.read(self.now));
        host.node.handle(now, &mut self.chance, input, &mut effects);
        let loses_power = host.disk.borrow().is_off();
        if loses_power {
            // What it does when its power goes nobody hears of, but what it did can be seen.
            effects.retain(|effect| matches!(effect, Effect::Observe(_)));
        }
        for effect in effects.drain(..) {
            self.carry_out(id, effect);
        }
        self.effects = effects;
        if loses_power {
            self.crash(id);
        }
    }

    fn carry_out(&mut self, node: NodeId, effect: Effect) {
        match effect {
            Effect::Send { to, message } => self.send(node, to, message),
            Effect::Reply { id, outcome } => {
                let outcome = match self.sabotage {
                    Some(sabotage) => sabotage.answered(id.number, outcome),
                    None => outcome,
                };
                self.see(|| Sight::Replied(node, id, outcome.clone()));
                let way = (End::Node(node), End::Clients);
                let bytes = clients::bytes_of_answer(&outcome);
                self.travel(way, bytes, Happening::Replied { id, outcome });
            }
            Effect::SetTimer { id, at } => self.set_timer(node, id, at),
            Effect::CancelTimer(id) => self.timers.cancel(node, id),
            Effect::Append { id, record } => self.appended(node, id, record),
            Effect::Sync => self.sync(node),
            Effect::Stored(last) => self.says_stored(node, last),
            Effect::Observe(event) => self.observe(node, event),
        }
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: Message) {
        self.see(|| Sight::Sent(from, to, message.clone()));
        let Some(sabotage) = self.sabotage else {
            return self.deliver(from, to, message);
        };
        let Tampered {
            delivered,
            forged,
            waste,
        } = sabotage.tamper(from, to, message);
        if let Some((copies, after)) = waste {
            for _ in 0..copies {
                let nothing = Happening::Stored(from, AppendId(u64::MAX));
                self.schedule.push(self.now + after, nothing);
            }
        }
        for (from, to, message) in forged {
            self.see(|| Sight::Sent(from, to, message.clone()));
            self.deliver(from, to, message);
        }
        if let Some(message) = delivered {
            self.deliver(from, to, message);
        }
    }

    fn deliver(&mut self, from: NodeId, to: NodeId, message: Message) {
        let bytes = message.bytes();
        let arrives = Happening::Arrives { from, to, message };
        self.travel((End::Node(from), End::Node(to)), bytes, arrives);
    }

    /// Lets something happen once for each time that it arrives.
    fn travel(&mut self, way: (End, End), bytes: u64, happening: Happening) {
        let arrivals = self
            .network
            .arrivals(way, bytes, self.now, &mut self.chance);
        match arrivals {
            [None, None] => {}
            [Some(delay), None] | [None, Some(delay)] => {
                self.schedule.push(self.now + delay, happening);
            }
            [Some(delay), Some(later)] => {
                self.schedule.push(self.now + delay, happening.clone());
                self.schedule.push(self.now + later, happening);
            }
        }
    }

    fn set_timer(&mut self, node: NodeId, id: TimerId, at: Instant) {
        let due = self.clocks.get(&node).map_or(at, |clock| clock.when(at));
        // A clock that is ahead has passed it already; the world's time does not go back for that.
        let due = self.schedule.place(due.max(self.now));
        self.timers.set(node, id, due, at);
    }

    /// Whether a timer is what happens next, and that is not after `until`.
    fn is_timer_due(&self, until: Instant) -> bool {
        let comes_first = |due: &Moment| self.schedule.next().is_none_or(|other| *due < other);
        let next = self.timers.next().filter(comes_first);
        next.is_some_and(|due| due.at <= until)
    }

    fn tell_timer(&mut self) {
        if let Some((due, node, id)) = self.timers.pop() {
            self.now = due.at;
            self.handle(node, Input::Timer(id));
        }
    }

    fn observe(&mut self, node: NodeId, mut event: Event) {
        if let Event::Named { dot, .. } = &mut event
            && self.sabotage.is_some_and(Sabotage::names_again)
        {
            dot.counter = dot.counter.div_ceil(2);
        }
        self.history.push(self.now, node, &event);
        if matches!(event, Event::ChangeEnded { .. }) {
            // Removed nodes hold nothing, but what some keep for others.
            self.forget(|node| node.state() == NodeState::Removed && node.hints() == 0);
        }
        match &mut self.sights {
            Some(sights) => sights.push(Sight::Event(node, event)),
            None => self.seen.push(Seen {
                at: self.now,
                node,
                event,
            }),
        }
    }
}
