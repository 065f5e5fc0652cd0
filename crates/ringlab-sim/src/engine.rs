//! An engine: a cluster with a situation to start from, commands that change it, and snapshots of
//! what it is. It knows no page: [`protocol`](crate::protocol) is all that others see.
//!
//! Membership changes and settings of the store are carried out by the cluster itself, message by
//! message. Other virtual nodes, other keys, undo and redo describe another situation: the cluster
//! is made anew from it, and nothing of that counts as a move.

mod absorb;
mod by_hand;
mod contents;
mod faults;
mod inspect;
mod membership;
mod modulo;
mod picture;
mod primaries;
mod progress;
mod rebuild;
mod report;
mod settings;
mod snapshot;
mod subject;
mod table;
mod trace;
mod undo;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use ringlab::client::Wish;
use ringlab::keyspace::Keyspace;
use ringlab::movement::Movement;
use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeId, NodeSpec, Ring};
use ringlab::sorted::SortedMap;
use ringlab::time::Instant;

use self::contents::Contents;
use self::faults::Faults;
use self::membership::Plan;
use self::modulo::Modulo;
use self::picture::Bins;
use self::primaries::Primaries;
use self::progress::Progress;
use self::report::{Side, report};
use self::settings::InForce;
use self::undo::Undo;
use crate::cluster::Cluster;
use crate::protocol::{
    Ask, ChangeReport, Command, Deed, Flight, Inspect, KeySource, Refusal, Refused, Request,
    Revisions, Situation, Snapshot, Subject, Trace, User, WAITING_MAX, WRITES_MAX,
};
use crate::situation::Write;

#[cfg(test)]
mod tests;

/// The node that clients talk to and that leads membership changes: weight 0, so it owns nothing.
pub const COORDINATOR: NodeId = NodeId(0);
/// Its name; no other node may have it.
pub const COORDINATOR_NAME: &str = "coordinator";
/// Events that one call carries out at most, so that its caller stays responsive; time goes less
/// far then.
const EVENTS_PER_CALL_MAX: u32 = 200_000;
/// Events between two looks whether there is time for more: a change of a thousand nodes takes
/// some of them a good part of a millisecond each.
const EVENTS_PER_LOOK: u32 = 32;
/// Events that settling carries out at most: more than the largest change needs.
const EVENTS_TO_SETTLE_MAX: u32 = 50_000_000;
/// Populations that undo keeps in memory, with the one in force.
const POPULATIONS_MAX: usize = 2;

/// A situation with its keys: what undo returns to.
#[derive(Clone, Debug)]
struct State {
    situation: Arc<Situation>,
    keyspace: Arc<Keyspace>,
}

/// A cluster, what it started from, and what has been asked of it.
#[derive(Debug)]
pub struct Engine {
    /// What it comes to when the change under way has ended.
    situation: Arc<Situation>,
    contents: Contents,
    /// The ring of the situation, with the coordinator.
    ring: Ring,
    bins: Bins,
    primaries: Primaries,
    /// Before the last membership change.
    before: Option<(Ring, Primaries)>,
    /// Nodes that the last membership change removed.
    departed: Vec<NodeSpec>,
    cluster: Cluster,
    faults: Faults,
    in_force: InForce,
    change: Option<ChangeReport>,
    progress: Option<Progress>,
    modulo: Option<Modulo>,
    waiting: VecDeque<Command>,
    requests: u64,
    /// Requests without an answer yet, and what they write.
    asked: SortedMap<u64, Option<Write>>,
    trace: Option<Trace>,
    inspect: Inspect,
    undo: Undo<State>,
    revisions: Revisions,
    flights: SortedMap<(NodeId, NodeId), Flight>,
    refusals: Vec<Refusal>,
}

impl Engine {
    /// An engine in a situation. `keyspace` is what `situation.keys` stands for. The situation
    /// must pass [`Situation::check`]. O(points x replicas + keys of the bins).
    ///
    /// # Errors
    ///
    /// [`Refused::Situation`] when it does not, [`Refused::Ring`] when the ring cannot take its
    /// nodes.
    pub fn new(situation: Situation, keyspace: Arc<Keyspace>) -> Result<Self, Refused> {
        situation.check().map_err(Refused::Situation)?;
        let situation = Arc::new(situation);
        let contents = Contents::new(keyspace, &situation.writes);
        let ring = rebuild::ring_of(&situation).map_err(Refused::Ring)?;
        let cluster = rebuild::cluster_of(&situation, &ring, &contents, Instant::ZERO);
        Ok(Self {
            primaries: Primaries::count(&ring, &contents),
            bins: Bins::of(&ring),
            situation,
            contents,
            ring,
            before: None,
            departed: Vec::new(),
            in_force: InForce::at_first(&cluster),
            cluster,
            faults: Faults::default(),
            change: None,
            progress: None,
            modulo: None,
            waiting: VecDeque::new(),
            requests: 0,
            asked: SortedMap::new(),
            trace: None,
            inspect: Inspect::Nothing,
            undo: Undo::default(),
            revisions: Revisions {
                situation: 1,
                nodes: 1,
                settings: 1,
                ring: 1,
                change: 1,
                trace: 1,
                inspection: 1,
            },
            flights: SortedMap::new(),
            refusals: Vec::new(),
        })
    }

    /// Carries a question's commands out, lets its time pass, and answers with what is new. The
    /// caller is asked now and then whether it has time for more; time goes less far where not.
    pub fn answer(&mut self, ask: Ask, has_time: impl FnMut() -> bool) -> Snapshot {
        for command in ask.commands {
            self.handle(command);
        }
        self.advance_while(ask.advance, has_time);
        Snapshot {
            number: ask.number,
            ..self.snapshot(ask.seen)
        }
    }

    /// Carries a command out, or notes why not.
    pub fn handle(&mut self, command: Command) {
        let subject = subject::of(&command);
        if let Err(reason) = self.try_handle(command) {
            let subject = subject::because_of(subject, &reason);
            self.refusals.push(Refusal { subject, reason });
        }
    }

    /// Replaces the keys. Not counted as a move; what was written over the old ones is dropped
    /// with them, and undo brings both back.
    pub fn load(&mut self, keys: KeySource, keyspace: Arc<Keyspace>) {
        let before = self.state();
        let situation = Situation {
            keys,
            writes: Vec::new(),
            ..Situation::clone(&self.situation)
        };
        let state = State {
            situation: Arc::new(situation),
            keyspace,
        };
        if let Err(reason) = self.open(state) {
            return self.refusals.push(Refusal {
                subject: Subject::Situation,
                reason,
            });
        }
        self.undo.remember(Deed::Load, before);
        self.forget_populations();
    }

    /// Lets simulated time pass.
    pub fn advance(&mut self, span: Duration) {
        self.advance_while(span, || true);
    }

    fn advance_while(&mut self, span: Duration, mut has_time: impl FnMut() -> bool) {
        let until = self.cluster.now() + span;
        for _ in 0..EVENTS_PER_CALL_MAX / EVENTS_PER_LOOK {
            if self.run(until, EVENTS_PER_LOOK, |_| false) || !has_time() {
                break;
            }
        }
        self.count_modulo(modulo::ROWS_PER_CALL);
    }

    /// Whether nothing is under way and nothing waits: time would change nothing.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.progress.is_none() && self.waiting.is_empty() && self.asked.is_empty()
    }

    fn try_handle(&mut self, command: Command) -> Result<(), Refused> {
        match command {
            Command::Open(situation) => {
                if situation.keys != self.situation.keys {
                    return Err(Refused::OtherKeys);
                }
                self.rebuild(Deed::Configure, situation)
            }
            Command::VirtualNodes(virtual_nodes) => self.set_virtual_nodes(virtual_nodes),
            Command::Set(values) if !membership::is_of_the_layout(&values) => self.set(&values),
            Command::Request(user, request) => self.request(user, request),
            Command::Inspect(at) => {
                self.inspect = at;
                self.revisions.inspection += 1;
                Ok(())
            }
            Command::Fault(fault) => self.fault(fault),
            Command::Settle => {
                self.settle();
                Ok(())
            }
            Command::Undo => self.step_back(Undo::undo),
            Command::Redo => self.step_back(Undo::redo),
            change => self.change_membership(change),
        }
    }

    fn change_membership(&mut self, command: Command) -> Result<(), Refused> {
        let Some(planned) = membership::plan(&self.situation, &command) else {
            return Ok(());
        };
        let plan = planned?;
        self.check_lost(&plan.change.lost)?;
        if self.progress.is_none() {
            self.begin(plan);
            return Ok(());
        }
        if self.waiting.len() == WAITING_MAX {
            return Err(Refused::TooManyWaiting);
        }
        self.waiting.push_back(command);
        Ok(())
    }

    /// Hands a planned change to the cluster and measures what it will cost.
    fn begin(&mut self, plan: Plan) {
        let Ok(ring) = plan.change.applied_to(&self.ring) else {
            debug_assert!(false, "a plan was checked against the same nodes");
            return;
        };
        let before = (&self.ring, self.situation.settings.replication());
        let after = (&ring, plan.next.settings.replication());
        let lost = plan.change.lost.clone();
        let movement = Movement::between(before, after, |node| !lost.contains(&node));
        let primaries = self
            .primaries
            .after(movement.primaries(), &ring, &self.contents);
        let sides = (
            Side {
                ring: &self.ring,
                primaries: &self.primaries,
            },
            Side {
                ring: &ring,
                primaries: &primaries,
            },
        );
        let modulo = Modulo::between(&self.ring, &ring);
        let began = self.cluster.now();
        self.change = Some(report(
            (plan.deed.clone(), began),
            sides,
            &movement,
            &self.contents,
        ));
        self.undo.remember(plan.deed, self.state());
        self.departed = gone(&self.situation.nodes, &plan.next.nodes);
        self.bins = self.bins.after(movement.primaries(), &ring);
        self.before = Some((
            std::mem::replace(&mut self.ring, ring),
            std::mem::replace(&mut self.primaries, primaries),
        ));
        self.situation = Arc::new(plan.next);
        self.progress = Some(Progress::begin(began));
        self.modulo = Some(modulo);
        if plan.values.is_empty() {
            self.cluster.admin(COORDINATOR, plan.change);
        } else {
            self.cluster.choose(COORDINATOR, &plan.values);
        }
        for node in lost {
            self.cluster.bury(node);
        }
        self.in_force.follow(&self.cluster);
        self.all_changed();
    }

    fn set_virtual_nodes(&mut self, virtual_nodes: u32) -> Result<(), Refused> {
        let mut situation = Situation::clone(&self.situation);
        situation.settings.virtual_nodes = virtual_nodes;
        self.rebuild(Deed::Configure, Arc::new(situation))
    }

    fn request(&mut self, user: User, request: Request) -> Result<(), Refused> {
        let (key, value) = match &request {
            Request::Get { key } => (key, None),
            Request::Put { key, value } => (key, Some(value)),
            Request::Delete { key } => (key, None),
        };
        let key = Key::new(key).map_err(Refused::Key)?;
        let value = value.map(|value| Value::new(value)).transpose();
        let value = value.map_err(|error| Refused::ValueTooLong {
            bytes: error.bytes,
            limit: ringlab::pair::VALUE_BYTES_MAX as u64,
        })?;
        let write = (!matches!(request, Request::Get { .. })).then(|| {
            let value = value.as_ref().map(|value| value.bytes().to_vec());
            (key.bytes().to_vec(), value)
        });
        let room = self.contents.writes_len() + self.asked.len() < WRITES_MAX;
        if write.is_some() && !room && !self.contents.is_written(key.bytes()) {
            return Err(Refused::TooManyWrites);
        }
        self.requests += 1;
        self.asked.insert(self.requests, write);
        self.trace = Some(Trace {
            id: self.requests,
            user,
            token: key.token(),
            coordinator: COORDINATOR,
            steps: Vec::new(),
            answer: None,
            fallbacks: Vec::new(),
            request: request.clone(),
        });
        self.revisions.trace += 1;
        let wish = match (request, value) {
            (Request::Put { .. }, Some(value)) => Wish::Put(key, value),
            (Request::Delete { .. }, _) => Wish::Delete(key),
            _ => Wish::Get(key),
        };
        self.cluster.ask(user as usize, self.requests, wish);
        Ok(())
    }

    fn settle(&mut self) {
        let end = Instant(u64::MAX);
        let began = self.cluster.now();
        let ended = |engine: &Self| engine.is_settled() || engine.has_stalled_since(began);
        self.run(end, EVENTS_TO_SETTLE_MAX, ended);
        self.count_modulo(u32::MAX);
    }

    fn has_stalled_since(&self, began: Instant) -> bool {
        let progress = self.progress.as_ref();
        progress.is_some_and(|progress| progress.has_stalled_since(began, self.cluster.now()))
    }

    fn count_modulo(&mut self, rows: u32) {
        let Some(modulo) = &mut self.modulo else {
            return;
        };
        if let Some(moved) = modulo.count(self.contents.keyspace(), rows) {
            self.modulo = None;
            self.revisions.change += 1;
            if let Some(change) = &mut self.change {
                change.modulo = Some(moved);
            }
        }
    }

    fn step_back(
        &mut self,
        step: impl FnOnce(&mut Undo<State>, State) -> Result<State, State>,
    ) -> Result<(), Refused> {
        let now = self.state();
        match step(&mut self.undo, now) {
            Ok(state) if self.spread_back(&state) => Ok(()),
            Ok(state) => self.open(state),
            Err(_) => Err(Refused::NothingToUndo),
        }
    }

    fn rebuild(&mut self, deed: Deed, situation: Arc<Situation>) -> Result<(), Refused> {
        let before = self.state();
        self.open(State {
            situation,
            keyspace: before.keyspace.clone(),
        })?;
        self.undo.remember(deed, before);
        Ok(())
    }

    /// Makes the cluster anew in another situation; time and history go on. On an error nothing
    /// has changed.
    fn open(&mut self, state: State) -> Result<(), Refused> {
        let State {
            situation,
            keyspace,
        } = state;
        situation.check().map_err(Refused::Situation)?;
        let ring = rebuild::ring_of(&situation).map_err(Refused::Ring)?;
        self.contents = Contents::new(keyspace, &situation.writes);
        let history = self.cluster.history();
        self.cluster = rebuild::cluster_of(&situation, &ring, &self.contents, self.cluster.now());
        self.cluster.continue_history(history);
        self.faults = Faults::default();
        self.in_force = InForce::at_first(&self.cluster);
        self.primaries = Primaries::count(&ring, &self.contents);
        self.bins = Bins::of(&ring);
        (self.ring, self.situation) = (ring, situation);
        (self.before, self.change, self.progress, self.trace) = (None, None, None, None);
        self.modulo = None;
        self.departed.clear();
        self.waiting.clear();
        self.asked.clear();
        self.flights.clear();
        self.all_changed();
        Ok(())
    }

    fn state(&self) -> State {
        State {
            situation: self.situation.clone(),
            keyspace: self.contents.keyspace().clone(),
        }
    }

    /// Lets undo forget states of populations beyond [`POPULATIONS_MAX`].
    fn forget_populations(&mut self) {
        let now = self.contents.keyspace().clone();
        let mut kept = vec![now];
        self.undo.forget_unless(|state| {
            if !kept
                .iter()
                .any(|keyspace| Arc::ptr_eq(keyspace, &state.keyspace))
            {
                kept.push(state.keyspace.clone());
            }
            kept.len() <= POPULATIONS_MAX
        });
    }

    /// Lets so many events happen at most; whether it ended, or nothing is left until then.
    fn run(&mut self, until: Instant, events: u32, ended: impl Fn(&Self) -> bool) -> bool {
        for _ in 0..events {
            if ended(self) || !self.cluster.step(until) {
                return true;
            }
            self.absorb();
        }
        false
    }

    fn all_changed(&mut self) {
        let Revisions {
            situation,
            nodes,
            settings,
            ring,
            change,
            trace,
            inspection,
        } = &mut self.revisions;
        for revision in [situation, nodes, settings, ring, change, trace, inspection] {
            *revision += 1;
        }
    }
}

/// Nodes that are not among the next ones, nor have their part taken under their name.
fn gone(nodes: &[NodeSpec], next: &[NodeSpec]) -> Vec<NodeSpec> {
    let stands = |node: &NodeSpec, stays: &NodeSpec| stays.id == node.id || stays.name == node.name;
    let left = |node: &&NodeSpec| !next.iter().any(|stays| stands(node, stays));
    nodes.iter().filter(left).cloned().collect()
}
