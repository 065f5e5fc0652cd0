//! A node's part in a membership change: the steps it takes and when it says so.

use std::sync::Arc;

use crate::disk::Disk;
use crate::journal::{Announced, Entry};
use crate::layout::{Change, ChangeError, Layout, MembershipChange, Stage, Step};
use crate::leader::Leader;
use crate::message::{Event, Membership, Message, NodeState};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::storage::{Batch, RangeSet};
use crate::transfer::Transfer;

use super::Node;

impl<D: Disk> Node<D> {
    pub(super) fn receive_membership(
        &mut self,
        from: NodeId,
        message: Membership,
        out: &mut Outbox<'_>,
    ) {
        match message {
            Membership::Wanted(wanted) => self.change_wanted(from, wanted, out),
            Membership::Refused(reason) => out.observe(Event::ChangeRefused { reason }),
            Membership::Announce(change) => self.announced(from, change, out),
            Membership::Take(stage) => self.take_step(from, stage, out),
            Membership::Stream { version } => self.stream(from, version, out),
            Membership::Batch(batch) => self.receive_batch(from, batch, out),
            Membership::BatchStored { version, number } => {
                if let Some(transfer) = &mut self.transfer
                    && transfer.version() == version
                    && transfer.confirmed(from, number, out)
                {
                    self.send_on(out);
                }
            }
            Membership::Taken(stage) => self.lead(out, |leader, out| {
                leader.taken(from, stage, out);
            }),
            Membership::Streaming { version } => self.lead(out, |leader, out| {
                leader.began_streaming(from, version, out);
            }),
            Membership::Streamed { version } => self.lead(out, |leader, out| {
                leader.streamed(from, version, out);
            }),
        }
    }

    /// An operator wants a change; `from` is the node that was asked.
    pub(super) fn change_wanted(
        &mut self,
        from: NodeId,
        wanted: Arc<MembershipChange>,
        out: &mut Outbox<'_>,
    ) {
        let claimant = match self.claimant() {
            Ok(claimant) => claimant,
            Err(reason) => return refuse(from, reason, out),
        };
        if claimant != self.id {
            let message = Membership::Wanted(wanted);
            return out.send(claimant, Message::Membership(message));
        }
        if let Err(reason) = self.plan(&wanted, out) {
            refuse(from, reason, out);
        }
    }

    /// Plans what is wanted and begins to lead it.
    pub(super) fn plan(
        &mut self,
        wanted: &MembershipChange,
        out: &mut Outbox<'_>,
    ) -> Result<(), ChangeError> {
        let layout = self.layout.as_ref().ok_or(ChangeError::NotInCluster)?;
        let version = layout.stage().version + 1;
        let before = layout.placement().clone();
        let change = Change::plan(version, self.id, before, wanted)?;
        self.begin_to_lead(Arc::new(change), out);
        Ok(())
    }

    /// Says that a step is taken once no request of an earlier stage is in flight; whether it did.
    pub(super) fn acknowledge_step(&mut self, out: &mut Outbox<'_>) -> bool {
        let Some(layout) = &self.layout else {
            return false;
        };
        let stage = layout.stage();
        let Some(change) = layout.change() else {
            return false;
        };
        if self.acknowledged >= Some(stage) || !self.coordinator.is_past(stage) {
            return false;
        }
        if self
            .step
            .is_some_and(|append| !self.replica.is_stored(append))
        {
            return false;
        }
        let leaves = self.state == NodeState::Leaving;
        if leaves && stage.step == Step::Retired && self.replica.hints().len() > 0 {
            // What it keeps for others must be with them, or with an heir.
            return false;
        }
        self.acknowledged = Some(stage);
        let taken = Message::Membership(Membership::Taken(stage));
        out.send(change.leader, taken);
        true
    }

    /// Whether a crash would leave nothing of the change under way. Its requests do not go by it until
    /// then: nobody may have a write in the name of a change that nobody knows.
    pub(super) fn may_forget(&self, layout: &Layout) -> bool {
        let is_stored = |append| self.replica.is_stored(append);
        layout.stage().step == Step::Announced && !self.step.is_none_or(is_stored)
    }

    /// The deletion is stored: the node has taken the last step of a change.
    pub(super) fn released(&mut self, stage: Stage, out: &mut Outbox<'_>) {
        self.acknowledged = self.acknowledged.max(Some(stage));
        if self.state == NodeState::Leaving {
            self.enter(NodeState::Removed, out);
        }
    }

    /// Who leads the next change, when one can begin.
    pub(super) fn claimant(&self) -> Result<NodeId, ChangeError> {
        let layout = self.layout.as_ref().ok_or(ChangeError::NotInCluster)?;
        let leads = self.leader.is_some();
        if leads || layout.change().is_some() {
            let version = layout.stage().version;
            return Err(ChangeError::UnderWay { version });
        }
        let ring = layout.reads();
        if ring.node(self.id).is_none() {
            return Err(ChangeError::NotInCluster);
        }
        let lowest = ring.nodes().next().ok_or(ChangeError::NotInCluster)?;
        Ok(lowest.id)
    }

    fn begin_to_lead(&mut self, change: Arc<Change>, out: &mut Outbox<'_>) {
        let ranges = change.copies.values().flat_map(|targets| targets.values());
        let planned = self.storage().keyspace().map(|keyspace| {
            let ranges = ranges.flat_map(RangeSet::ranges);
            ranges.map(|range| keyspace.load(range)).sum()
        });
        out.observe(Event::ChangeBegan {
            version: change.version,
            planned: planned.unwrap_or_default(),
        });
        // Who joins may have missed what was decided.
        self.spread(change.nodes(), out);
        self.leader = Some(Leader::begin(change, out));
    }

    fn lead(&mut self, out: &mut Outbox<'_>, what: impl FnOnce(&mut Leader, &mut Outbox<'_>)) {
        if let Some(leader) = &mut self.leader {
            what(leader, out);
            if leader.is_done() {
                self.leader = None;
            }
        }
    }

    fn announced(&mut self, from: NodeId, change: Arc<Change>, out: &mut Outbox<'_>) {
        let stage = Stage {
            version: change.version,
            step: Step::Announced,
        };
        let current = self.layout.as_ref().map(Layout::stage);
        if current >= Some(stage) {
            return self.repeat(from, stage, out);
        }
        if self.is_retired() {
            // The next leader is through with the change before, so all have retired; the last
            // leader's word is still on its way.
            self.release(out);
        }
        let mut announced = Announced::from(&*change);
        match &mut self.layout {
            Some(layout) if layout.change().is_none() => layout.announce(change.clone()),
            Some(_) => return,
            // It was in the cluster and knows nothing of it: its disk was wiped.
            None if change.before.ring.node(self.id).is_some() => return,
            None => {
                announced.before = Some(change.before.clone());
                self.layout = Some(Layout::announced(change.clone()));
            }
        }
        self.remember_step(&Entry::Announced(announced), stage, out);
        if change.targets.contains(&self.id) {
            self.replica.renew(change.version);
        }
        out.observe(Event::StepTaken {
            version: stage.version,
            step: stage.step,
        });
        if change.after.ring.node(self.id).is_none() {
            self.enter(NodeState::Leaving, out);
        }
        self.watch(out);
    }

    fn take_step(&mut self, from: NodeId, stage: Stage, out: &mut Outbox<'_>) {
        let Some(layout) = &mut self.layout else {
            return;
        };
        let current = layout.stage();
        if current >= stage {
            return self.repeat(from, stage, out);
        }
        if current.version != stage.version || current.step.next() != Some(stage.step) {
            return;
        }
        match stage.step {
            Step::Released => self.release(out),
            step => {
                layout.take(step);
                self.remember_step(&Entry::Step(step), stage, out);
                out.observe(Event::StepTaken {
                    version: stage.version,
                    step,
                });
                if step == Step::Committed && self.state == NodeState::Joining {
                    self.enter(NodeState::Live, out);
                }
            }
        }
    }

    fn remember_step(&mut self, entry: &Entry, stage: Stage, out: &mut Outbox<'_>) {
        self.step = Some(self.replica.remember_step(entry, stage, out));
    }

    /// Acknowledges a step that was taken and acknowledged before.
    fn repeat(&self, leader: NodeId, stage: Stage, out: &mut Outbox<'_>) {
        if self.acknowledged >= Some(stage) {
            out.send(leader, Message::Membership(Membership::Taken(stage)));
        }
    }

    /// Lets go what it does not own in the new layout; acknowledged when that is stored.
    fn release(&mut self, out: &mut Outbox<'_>) {
        let Some(layout) = &mut self.layout else {
            return;
        };
        let Some(change) = layout.change().cloned() else {
            return;
        };
        layout.take(Step::Released);
        self.watch(out);
        self.transfer = None;
        self.received = RangeSet::default();
        let version = change.version;
        let step = Step::Released;
        out.observe(Event::StepTaken { version, step });
        let nothing = RangeSet::default();
        let dropped = change.drops.get(&self.id).unwrap_or(&nothing);
        let taken = Message::Membership(Membership::Taken(Stage { version, step }));
        let owners = |key: &Key| change.after.replicas(key.token()).to_vec();
        self.replica.retarget_hints(owners, out);
        self.replica
            .release(dropped, version, (change.leader, taken), out);
    }

    fn is_retired(&self) -> bool {
        let stage = self.layout.as_ref().map(Layout::stage);
        stage.is_some_and(|stage| stage.step == Step::Retired)
    }

    /// Begins to send what new owners lack, or says again how far that is.
    fn stream(&mut self, leader: NodeId, version: u64, out: &mut Outbox<'_>) {
        let Some(change) = self.announced_change(version) else {
            if self.has_turned(version) {
                let streaming = Membership::Streaming { version };
                out.send(leader, Message::Membership(streaming));
                let streamed = Membership::Streamed { version };
                out.send(leader, Message::Membership(streamed));
            }
            return;
        };
        out.send(
            leader,
            Message::Membership(Membership::Streaming { version }),
        );
        match &self.transfer {
            Some(transfer) if transfer.version() == version => {
                if transfer.is_done() {
                    let streamed = Membership::Streamed { version };
                    out.send(leader, Message::Membership(streamed));
                }
            }
            _ => {
                self.transfer = Some(Transfer::new(&change, self.replica.life(), out));
                self.send_on(out);
            }
        }
    }

    /// Sends the next batches of what new owners lack.
    pub(super) fn send_on(&mut self, out: &mut Outbox<'_>) {
        // What may be lost is fetched first: a copy of less would be taken for all.
        if let Some(transfer) = &mut self.transfer
            && self.replica.damaged().is_empty()
        {
            let sent = transfer.proceed(self.replica.storage(), out);
            self.replica.noted(sent);
        }
    }

    /// Says again that the change is over which it led.
    pub(super) fn change_ended(&self, out: &mut Outbox<'_>) {
        if let Some(layout) = &self.layout {
            let version = layout.stage().version;
            out.observe(Event::ChangeEnded { version });
        }
    }

    /// A batch that comes when reads have turned is an old one, or of a source that began again:
    /// all was copied and stored before.
    fn receive_batch(&mut self, from: NodeId, batch: Arc<Batch>, out: &mut Outbox<'_>) {
        let (version, number) = (batch.version, batch.number);
        if self.announced_change(version).is_some() {
            if let Some((_, held)) = &batch.loaded {
                self.received = self.received.union(held);
            }
            self.replica.receive(from, batch, out);
        } else if self.has_turned(version) {
            let stored = Membership::BatchStored { version, number };
            out.send(from, Message::Membership(stored));
        }
    }

    /// Whether reads turned in the change to `version`: so all was copied.
    fn has_turned(&self, version: u64) -> bool {
        let step = Step::Announced;
        let stage = self.layout.as_ref().map(Layout::stage);
        stage > Some(Stage { version, step })
    }

    /// The change to `version`, while data of it moves.
    fn announced_change(&self, version: u64) -> Option<Arc<Change>> {
        let layout = self.layout.as_ref()?;
        let step = Step::Announced;
        let moves = layout.stage() == Stage { version, step };
        layout.change().filter(|_| moves).cloned()
    }

    fn enter(&mut self, state: NodeState, out: &mut Outbox<'_>) {
        self.state = state;
        out.observe(Event::State(state));
    }
}

pub(super) fn refuse(asked: NodeId, reason: ChangeError, out: &mut Outbox<'_>) {
    if asked == out.id {
        out.observe(Event::ChangeRefused { reason });
    } else {
        out.send(asked, Message::Membership(Membership::Refused(reason)));
    }
}
