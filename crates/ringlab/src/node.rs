//! A node: hands each input to the part that it concerns and gives out what should happen. It
//! knows every part and does nothing itself.

mod collecting;
mod comparing;
mod data;
mod gossip;
mod inquiring;
mod leading;
mod membership;
mod opening;
mod outsiders;
mod refetching;
mod settings;
mod transferring;
mod withdrawing;

use crate::collection::Collector;
use crate::coordinator::{Coordinator, Reply, View, refuse};
use crate::disk::{Disk, MemoryDisk};
use crate::gossip::Gossip;
use crate::health::Health;
use crate::keyspace::Load;
use crate::layout::{Layout, Stage, Step};
use crate::leader::Leader;
use crate::message::{
    AppendId, Command, Effect, Event, Input, Message, NodeState, Options, Random, Refusal,
    RequestId, TimerId,
};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::repair::Repair;
use crate::replica::Replica;
use crate::ring::{NodeId, Replication, Ring, TokenRange};
use crate::settings::{Adopted, Epoch, Settings};
use crate::sorted::SortedMap;
use crate::spreader::Spreader;
use crate::storage::{Lsm, RangeSet, Storage};
use crate::time::Instant;
use crate::transfer::Transfer;
use crate::version::Siblings;

use self::inquiring::Inquiry;
pub use self::opening::{Machine, OpenError, format};
use self::refetching::Refetch;

/// One node of a cluster: replica of the keys it owns, coordinator of what clients ask it, source
/// and target of data that moves, and the one that leads when it is the claimant.
///
/// ```
/// use std::sync::Arc;
/// use ringlab::layout::Layout;
/// use ringlab::message::{Command, Effect, Input, Options, Outcome, Random, RequestId};
/// use ringlab::node::Node;
/// use ringlab::pair::Key;
/// use ringlab::ring::{NodeId, NodeSpec, Ring, Weight, Zone};
/// use ringlab::settings::Settings;
/// use ringlab::storage::Storage;
/// use ringlab::time::Instant;
///
/// struct Zeros;
/// impl Random for Zeros {
///     fn next_u64(&mut self) -> u64 {
///         0
///     }
/// }
///
/// let id = NodeId(0);
/// let amber = NodeSpec { id, name: "amber".parse()?, weight: Weight::ONE, zone: Zone::default() };
/// let ring = Arc::new(Ring::with_nodes(8, [amber])?);
/// let settings = Settings::default();
/// let mut node = Node::restored(id, settings, Layout::settled(1, ring, settings.sizes()), Storage::default());
///
/// let command = Command::Get { key: Key::new(b"left-pad")? };
/// let mut effects = Vec::new();
/// let (id, options) = (RequestId::default(), Options::default());
/// let request = Input::Request { id, command, options };
/// node.handle(Instant::ZERO, &mut Zeros, request, &mut effects);
/// let answered = |effect: &Effect| matches!(effect, Effect::Reply { outcome: Outcome::Values(_), .. });
/// assert!(effects.iter().any(answered), "alone it has all that can be asked");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Node<D = MemoryDisk> {
    id: NodeId,
    /// What was decided; N, R and W are the layout's.
    settings: Settings,
    /// When it was decided.
    epoch: Epoch,
    state: NodeState,
    /// `None` until the change is announced that makes it join.
    layout: Option<Layout>,
    replica: Replica<D>,
    coordinator: Coordinator,
    gossip: Gossip,
    /// What it sends in the change under way.
    transfer: Option<Transfer>,
    /// The change that it leads.
    leader: Option<Leader>,
    /// Whom it tells which settings it decided on.
    spreader: Spreader,
    /// How it finds out that other replicas differ.
    repair: Repair,
    /// How it finds tombstones that may be forgotten.
    collector: Collector,
    /// The last step it acknowledged; a later one that it took waits for older requests to end, or
    /// for the disk.
    acknowledged: Option<Stage>,
    /// The append of the last step that it took.
    step: Option<AppendId>,
    /// Rows of the loaded population that it received in the change under way.
    received: RangeSet,
    /// Whether it led to the layout in force, and may not have told that it is in force.
    led: bool,
    /// How it fetches what damage took.
    refetch: Refetch,
    /// The latest version by which it may have cells that it does not own: taken on the word of senders
    /// that had heard of it, or brought back by damage.
    strays_of: Option<u64>,
    /// Whether it may plan a change, for all that others know.
    inquiry: Inquiry,
}

impl<D: Disk> Node<D> {
    fn of(id: NodeId, adopted: Adopted, mut replica: Replica<D>) -> Self {
        let Adopted { epoch, settings } = adopted;
        replica.configure(&settings);
        let mut gossip = Gossip::default();
        gossip.tell_epoch(epoch);
        Self {
            id,
            settings,
            epoch,
            state: NodeState::Joining,
            layout: None,
            replica,
            coordinator: Coordinator::default(),
            gossip,
            transfer: None,
            leader: None,
            spreader: Spreader::default(),
            repair: Repair::default(),
            collector: Collector::default(),
            acknowledged: None,
            step: None,
            received: RangeSet::default(),
            led: false,
            refetch: Refetch::default(),
            strays_of: None,
            inquiry: Inquiry::Due,
        }
    }

    /// Takes one input and adds what should happen to `out`, in order.
    pub fn handle(
        &mut self,
        now: Instant,
        rng: &mut dyn Random,
        input: Input,
        out: &mut Vec<Effect>,
    ) {
        let out = &mut Outbox::new(self.id, now, rng, out);
        self.take(input, out);
        loop {
            while let Some(message) = out.next_own() {
                self.receive(self.id, message, out);
            }
            // The leader may be this node, and its next step due.
            if !self.acknowledge_step(out) {
                break;
            }
        }
        self.replica.see_to_troubles(out);
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> NodeId {
        self.id
    }

    /// Where it is in its life.
    #[must_use]
    pub const fn state(&self) -> NodeState {
        self.state
    }

    /// What it knows of the membership; nothing before it is announced.
    #[must_use]
    pub const fn layout(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// What it stores.
    #[must_use]
    pub const fn storage(&self) -> &Storage<Lsm<D>> {
        self.replica.storage()
    }

    /// What it would answer of a key, as its replica; nothing when its disk does not give it back.
    #[must_use]
    pub fn cell(&self, key: &Key) -> Option<Siblings> {
        self.storage().try_get(key).ok()
    }

    /// What it keeps of a key in the place of replicas that could not be reached.
    #[must_use]
    pub fn kept(&self, key: &Key) -> Siblings {
        self.replica.hints().known(key)
    }

    /// How much it stores. O(1).
    #[must_use]
    pub const fn load(&self) -> Load {
        self.replica.storage().load()
    }

    /// How many writes it keeps in the place of replicas that could not be reached. O(1).
    #[must_use]
    pub fn hints(&self) -> usize {
        self.replica.hints().len()
    }

    /// Whether its disk does all it is asked, and all is there that damage took: it is not full, and has
    /// not failed.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.replica.is_well() && self.replica.damaged().is_empty()
    }

    /// Requests it coordinates now.
    #[must_use]
    pub fn requests_in_flight(&self) -> usize {
        self.coordinator.len()
    }

    fn take(&mut self, input: Input, out: &mut Outbox<'_>) {
        match input {
            Input::Start => {
                out.observe(Event::State(self.state));
                self.watch(out);
                self.go_by_settings(out);
                Collector::set_timer(self.settings.tombstone_grace, out);
                self.go_on(out);
            }
            Input::Message { from, message } => self.receive(from, message, out),
            Input::Request {
                id,
                command,
                options,
            } => self.coordinate(id, (command, options), out),
            Input::Timer(TimerId::Hedge(id)) => self.coordinator.hedge(id, out),
            Input::Timer(TimerId::Request(id)) => self.coordinator.deadline(id, out),
            Input::Timer(TimerId::Patience(id)) => {
                if let Some(layout) = &self.layout {
                    let view = View {
                        layout,
                        settings: &self.settings,
                        health: &|node| health(&self.gossip, layout, (self.id, node)),
                    };
                    self.coordinator.patience(id, view, out);
                }
            }
            Input::Timer(TimerId::Hints) => self.hand_over(out),
            Input::Timer(TimerId::Step) => {
                if let Some(leader) = &mut self.leader {
                    leader.late(out);
                }
            }
            Input::Timer(TimerId::Batch(target)) => {
                if let Some(transfer) = &mut self.transfer
                    && transfer.late(target, out)
                {
                    self.send_on(out);
                }
            }
            Input::Timer(timer @ (TimerId::Gossip | TimerId::Probe)) => {
                self.gossip_timer(timer, out);
            }
            Input::Timer(TimerId::AntiEntropy) => self.exchange_due(out),
            Input::Timer(TimerId::Exchange) => self.repair.late(out),
            Input::Timer(TimerId::Collection) => self.collect(out),
            Input::Timer(TimerId::Settings) => self.spread_late(out),
            Input::Timer(TimerId::Inquiry) => self.ask_silent(out),
            Input::Settings(wanted) => self.settings_wanted(self.id, wanted, out),
            Input::Timer(TimerId::Disk) => self.replica.work(out),
            Input::Timer(TimerId::Refetch) => self.refetch_due(out),
            Input::Sync => self.sync(out),
            Input::Admin(wanted) => self.change_wanted(self.id, wanted, out),
            Input::Withdraw(lost) => self.withdrawal_wanted(self.id, lost, out),
            Input::TakeOver(lost) => self.take_over(&lost, out),
        }
    }

    fn receive(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_>) {
        match message {
            Message::ReadReply { request, siblings } | Message::Written { request, siblings } => {
                let reply = Reply::Cell(siblings);
                self.coordinator.reply(from, request, reply, out);
            }
            Message::Replicated { request } => {
                self.coordinator.reply(from, request, Reply::Stored, out);
            }
            Message::TooManySiblings {
                request,
                siblings,
                limit,
            } => {
                let refusal = Refusal::TooManySiblings { siblings, limit };
                let reply = Reply::Refused(refusal);
                self.coordinator.reply(from, request, reply, out);
            }
            Message::Declined { request } => {
                self.coordinator.reply(from, request, Reply::Declined, out);
            }
            Message::OtherLife { request, life } => {
                self.coordinator.in_life(from, (request, life), out);
            }
            Message::Membership(message) => self.receive_membership(from, message, out),
            asked @ (Message::Read { .. }
            | Message::Write { .. }
            | Message::Replicate { .. }
            | Message::Repair { .. }
            | Message::HandOver { .. }
            | Message::HandedOver { .. }) => self.receive_as_replica(from, asked, out),
            Message::Gossip {
                probe,
                version,
                waits,
                epoch,
                rumours,
            } => {
                self.correct(from, epoch, out);
                self.receive_gossip(from, probe, (version, waits), rumours, out);
            }
            Message::Settings(news) => self.receive_settings(from, news, out),
            Message::AntiEntropy(message) => self.receive_comparison(from, message, out),
            Message::Collection(message) => self.receive_collection(from, message, out),
        }
    }

    fn coordinate(&mut self, id: RequestId, asked: (Command, Options), out: &mut Outbox<'_>) {
        let leaves = |layout: &Layout| {
            // From here on its requests must end, not begin: it goes when they have.
            let last = matches!(layout.stage().step, Step::Retired | Step::Withdrawn);
            last && layout.reads().node(self.id).is_none()
        };
        match &self.layout {
            Some(layout) if self.state != NodeState::Removed && !leaves(layout) => {
                let known = self.after_a_crash(layout);
                let view = View {
                    layout: known.as_ref().unwrap_or(layout),
                    settings: &self.settings,
                    health: &|node| health(&self.gossip, layout, (self.id, node)),
                };
                self.coordinator.begin(id, asked, view, out);
            }
            _ => refuse(id, Refusal::NotInCluster, out),
        }
    }
}

/// What a node believes of another one; it is up itself, and who is named lost is down.
fn health(gossip: &Gossip, layout: &Layout, (own, node): (NodeId, NodeId)) -> Health {
    if node == own {
        Health::Up
    } else if layout.has_lost(node) {
        Health::Down
    } else {
        gossip.health(node)
    }
}

/// Which ranges each node holds when every key has its replicas: the first state of a cluster, in
/// one walk over the ring. O(virtual nodes x n).
///
/// A node of weight 0 holds nothing and is not in the answer.
#[must_use]
pub fn held_ranges(ring: &Ring, replication: Replication) -> SortedMap<NodeId, RangeSet> {
    let mut held = SortedMap::<NodeId, Vec<TokenRange>>::new();
    for (range, _) in ring.ranges() {
        for &node in &*ring.preference_list(range.to, replication) {
            held.entry(node).or_default().push(range);
        }
    }
    let sets = held.into_iter();
    sets.map(|(node, ranges)| (node, ranges.into_iter().collect()))
        .collect()
}

#[cfg(test)]
mod tests;
