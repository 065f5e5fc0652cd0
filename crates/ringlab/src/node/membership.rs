//! A node's part in a membership change: the steps it takes and when it says so.

use std::sync::Arc;

use crate::disk::Disk;
use crate::event::LOST_RANGES_TOLD_MAX;
use crate::journal::{Announced, Entry};
use crate::layout::{Bereft, Change, ChangeError, Layout, MembershipChange, Stage, Step};
use crate::leader::Leader;
use crate::message::{Event, Membership, Message, NodeState};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::replica::millionths;
use crate::ring::NodeId;
use crate::storage::RangeSet;

use super::Node;
use super::inquiring::{Inquiry, Wish};

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
            Membership::WithdrawWanted(lost) => self.withdrawal_wanted(from, lost, out),
            Membership::Withdraw(change, lead) => {
                self.told_of_withdrawal(from, (change, &lead), out);
            }
            Membership::Lead { version, lead } => self.follow(from, version, &lead, out),
            Membership::Follows {
                version,
                term,
                step,
            } => self.lead(out, |leader, out| {
                leader.followed(from, (version, term), step, out);
            }),
            Membership::InForce {
                version,
                placement,
                led_by,
            } => self.layout_told((version, placement), led_by, out),
            Membership::Inquire { life, stage } => self.inquired(from, (life, stage), out),
            Membership::Known { life, stage } => self.known(from, (life, stage), out),
            Membership::Announce(change) => self.announced(from, change, out),
            Membership::Take(stage) => self.take_step(from, stage, out),
            Membership::Stream { version } => self.stream(from, version, out),
            Membership::Batch(batch) => self.receive_batch(from, batch, out),
            Membership::BatchStored { version, number } => {
                self.batch_stored(from, version, number, out);
            }
            Membership::Taken(stage) => self.taken(from, stage, out),
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
        if self.is_stranger(from) {
            self.tell_layout(from, out);
            return refuse(from, ChangeError::NotInCluster, out);
        }
        let claimant = match self.claimant(&wanted.lost) {
            Ok(claimant) => claimant,
            Err(reason) => return refuse(from, reason, out),
        };
        if claimant != self.id {
            let wanted = Message::Membership(Membership::Wanted(wanted));
            return self.pass_on(from, claimant, wanted, out);
        }
        if let Err(reason) = self.plan_or_ask(from, wanted, out) {
            refuse(from, reason, out);
        }
    }

    /// Passes an operator's wish on to the node that decides. One that was passed on before is refused:
    /// nodes that know of different layouts might send it round for ever.
    pub(super) fn pass_on(
        &self,
        from: NodeId,
        decider: NodeId,
        wish: Message,
        out: &mut Outbox<'_>,
    ) {
        if from == self.id {
            return out.send(decider, wish);
        }
        self.tell_layout(from, out);
        refuse(from, ChangeError::DecidedElsewhere, out);
    }

    /// Plans what is wanted, or first asks what others know; `asked` is whom the operator asked.
    fn plan_or_ask(
        &mut self,
        asked: NodeId,
        wanted: Arc<MembershipChange>,
        out: &mut Outbox<'_>,
    ) -> Result<(), ChangeError> {
        if matches!(self.inquiry, Inquiry::Done) {
            return self.plan(&wanted, out);
        }
        self.planned(&wanted)?;
        self.inquire(asked, Wish::Membership(wanted), out)
    }

    /// Plans what is wanted and begins to lead it.
    pub(super) fn plan(
        &mut self,
        wanted: &MembershipChange,
        out: &mut Outbox<'_>,
    ) -> Result<(), ChangeError> {
        let change = self.planned(wanted)?;
        self.begin_to_lead(Arc::new(change), out);
        Ok(())
    }

    fn planned(&self, wanted: &MembershipChange) -> Result<Change, ChangeError> {
        let layout = self.layout.as_ref().ok_or(ChangeError::NotInCluster)?;
        let version = layout.stage().version + 1;
        Change::plan(version, self.id, layout.placement().clone(), wanted)
    }

    /// Says that a step is taken once no request of an earlier stage is in flight; whether it did.
    pub(super) fn acknowledge_step(&mut self, out: &mut Outbox<'_>) -> bool {
        let Some(layout) = &self.layout else {
            return false;
        };
        let stage = layout.stage();
        let Some(leader) = layout.lead().map(|lead| lead.leader) else {
            return false;
        };
        let is_stored = |append| self.replica.is_stored(append);
        if !self.step.is_none_or(is_stored) {
            return false;
        }
        self.lead(out, |leader, out| leader.remembered(stage, out));
        if self.acknowledged >= Some(stage) || !self.coordinator.is_past(stage) {
            return false;
        }
        if stage.step == Step::Announced && !self.replica.damaged().is_empty() {
            // What it may lack is fetched first: then others may copy it, or rely on it.
            return false;
        }
        let leaves = self.state == NodeState::Leaving;
        if leaves && stage.step == Step::Retired && self.replica.hints().len() > 0 {
            // What it keeps for others must be with them, or with an heir.
            return false;
        }
        self.acknowledged = Some(stage);
        let taken = Message::Membership(Membership::Taken(stage));
        out.send(leader, taken);
        true
    }

    /// What a crash would leave, when that is not the layout as it is and matters for requests: they
    /// go by it until the step is stored. Nobody may have a write in the name of a change that nobody
    /// knows; and what old owners alone have, while the change is thought withdrawn, would be missed
    /// when it goes on after all.
    pub(super) fn after_a_crash(&self, layout: &Layout) -> Option<Layout> {
        let is_stored = |append| self.replica.is_stored(append);
        if self.step.is_none_or(is_stored) {
            return None;
        }
        let Stage { version, step } = layout.stage();
        let announced = Stage {
            version,
            step: Step::Announced,
        };
        match step {
            Step::Withdrawn if self.acknowledged >= Some(announced) => Some(layout.as_announced()),
            Step::Announced | Step::Withdrawn => Some(layout.before()),
            Step::Committed | Step::Retired | Step::Released => None,
        }
    }

    /// The deletion is stored: the node has taken the last step of a change. The one that it leaves by
    /// may be the next one, which was announced meanwhile.
    pub(super) fn released(&mut self, stage: Stage, out: &mut Outbox<'_>) {
        self.acknowledged = self.acknowledged.max(Some(stage));
        let is_last = self.layout.as_ref().map(Layout::stage) == Some(stage);
        if self.state == NodeState::Leaving && is_last {
            self.enter(NodeState::Removed, out);
        }
    }

    /// Who leads the next change, when one can begin; none of the lost.
    pub(super) fn claimant(&self, lost: &[NodeId]) -> Result<NodeId, ChangeError> {
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
        let mut able = ring.nodes().map(|node| node.id);
        let lowest = able.find(|node| !lost.contains(node));
        lowest.ok_or(ChangeError::NotInCluster)
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
        let Bereft {
            of_all,
            of_a_quorum,
        } = change.bereft();
        if !of_all.is_empty() || !of_a_quorum.is_empty() {
            out.observe(Event::RangesLost {
                version: change.version,
                ranges: of_all.ranges().take(LOST_RANGES_TOLD_MAX).collect(),
                millionths: millionths(&of_all),
                in_doubt: millionths(&of_a_quorum),
            });
        }
        // Who joins may have missed what was decided.
        self.spread(&change.nodes, out);
        self.leader = Some(Leader::begin(change, out));
    }

    pub(super) fn lead(
        &mut self,
        out: &mut Outbox<'_>,
        what: impl FnOnce(&mut Leader, &mut Outbox<'_>),
    ) {
        if let Some(leader) = &mut self.leader {
            what(leader, out);
            if leader.is_done() {
                self.leader = None;
            }
        }
    }

    /// A node says how far it is. One that waits for a step of a change that is over is told so.
    fn taken(&mut self, node: NodeId, stage: Stage, out: &mut Outbox<'_>) {
        let leads =
            |leader: &Leader| leader.leads_to(stage.version) || leader.leads_to(stage.version + 1);
        if self.leader.as_ref().is_some_and(leads) {
            self.lead(out, |leader, out| leader.taken(node, stage, out));
        } else if self.layout.as_ref().map(Layout::stage) > Some(stage) {
            self.tell_layout(node, out);
        }
        self.announce_again(node, stage, out);
    }

    pub(super) fn announced(&mut self, from: NodeId, change: Arc<Change>, out: &mut Outbox<'_>) {
        let stage = Stage {
            version: change.version,
            step: Step::Announced,
        };
        let current = self.layout.as_ref().map(Layout::stage);
        if self.knows_another(&change) {
            return;
        }
        if current >= Some(stage) {
            return self.repeat(from, stage, out);
        }
        if self.state == NodeState::Removed {
            return refuse(from, ChangeError::WasRemoved(self.id), out);
        }
        self.end_change_before(&change, out);
        // What damage brought back must not pass for what this change gives.
        self.let_go_of_strays();
        let mut announced = Announced::from(&*change);
        let belongs = change.before.ring.node(self.id).is_some();
        match &mut self.layout {
            Some(layout) if layout.change().is_some() => return,
            Some(layout) if !belongs || layout.is_before(&change) => {
                layout.announce(change.clone())
            }
            known => {
                let was_wiped = known.is_none();
                if belongs {
                    if was_wiped {
                        self.begin_anew(&change.before, out);
                    } else {
                        self.has_forgotten(&change.before, out);
                    }
                    self.replica.renew(change.version);
                }
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

    /// Whether it is in the middle of another change to the same version, or that has led to something
    /// else: to this one it has not said yes, and will not.
    pub(super) fn knows_another(&self, change: &Change) -> bool {
        self.layout.as_ref().is_some_and(|layout| {
            let is_other = match layout.change() {
                Some(own) => !own.is_same(change),
                None => {
                    let is_outcome = |outcome| layout.placement() == outcome;
                    let is_by_it = layout.ended_by() == Some(change.leader);
                    is_by_it && !is_outcome(&change.after) && !is_outcome(&change.before)
                }
            };
            is_other && layout.stage().version == change.version
        })
    }

    /// The next change is announced, so the one before is over: its leader's last word is still on
    /// its way, or it ended without this node.
    fn end_change_before(&mut self, next: &Change, out: &mut Outbox<'_>) {
        let changes = |layout: &Layout| layout.change().is_some();
        if self.layout.as_ref().is_some_and(changes) && self.end_as(&next.before, out) {
            self.lead_no_more(out);
        }
    }

    pub(super) fn take_step(&mut self, from: NodeId, stage: Stage, out: &mut Outbox<'_>) {
        if self.state == NodeState::Removed {
            // It has no part in it.
            return out.send(from, Message::Membership(Membership::Taken(stage)));
        }
        let Some(current) = self.layout.as_ref().map(Layout::stage) else {
            return;
        };
        if current >= stage {
            return self.repeat(from, stage, out);
        }
        let is_next = current.version == stage.version && current.step.leads_to(stage.step);
        if !is_next {
            return self.lag_behind(from, current, stage, out);
        }
        if !self.is_led_by(from) {
            return;
        }
        if stage.step == Step::Released {
            return self.release(out);
        }
        if let Some(layout) = &mut self.layout {
            layout.take(stage.step);
        }
        self.remember_step(&Entry::Step(stage.step), stage, out);
        out.observe(Event::StepTaken {
            version: stage.version,
            step: stage.step,
        });
        match stage.step {
            Step::Committed if self.state == NodeState::Joining => {
                self.enter(NodeState::Live, out);
            }
            Step::Withdrawn => self.go_back(out),
            _ => {}
        }
    }

    /// It is asked for a step, or sent what it gains, and has not taken the step before, which it
    /// took: a damaged disk has forgotten that. It says what it remembers.
    pub(super) fn lag_behind(&self, asker: NodeId, own: Stage, asked: Stage, out: &mut Outbox<'_>) {
        let has_none_of_it = own.step == Step::Released && own.version + 1 == asked.version;
        let is_led = own.version == asked.version && self.is_led_by(asker);
        if (has_none_of_it || is_led) && self.acknowledged >= Some(own) {
            out.send(asker, Message::Membership(Membership::Taken(own)));
        }
    }

    fn remember_step(&mut self, entry: &Entry, stage: Stage, out: &mut Outbox<'_>) {
        self.step = Some(self.replica.remember_step(entry, stage, out));
    }

    /// Acknowledges a step that was taken and acknowledged before, to the node that leads: a change
    /// that is committed is not withdrawn, and one that another node has ended is over.
    fn repeat(&self, leader: NodeId, stage: Stage, out: &mut Outbox<'_>) {
        let Some(layout) = &self.layout else {
            return;
        };
        let own = layout.stage();
        let is_led = match layout.lead() {
            Some(lead) if own.version == stage.version => {
                let went_on = own.step > Step::Withdrawn;
                lead.leader == leader && !(stage.step == Step::Withdrawn && went_on)
            }
            None if own.version == stage.version && stage.step != Step::Released => {
                layout.ended_by().is_none_or(|ended_by| ended_by == leader)
            }
            _ => stage.step == Step::Released || !self.is_stranger(leader),
        };
        if !is_led {
            self.tell_layout(leader, out);
        } else if self.acknowledged >= Some(stage) {
            out.send(leader, Message::Membership(Membership::Taken(stage)));
        }
    }

    /// Whether the change under way is withdrawn.
    fn goes_back(&self) -> bool {
        let stage = self.layout.as_ref().map(Layout::stage);
        stage.is_some_and(|stage| stage.step == Step::Withdrawn)
    }

    /// Lets go what it does not own in the layout that is left; acknowledged when that is stored.
    /// What cannot be deleted now, it is asked for again.
    pub(super) fn release(&mut self, out: &mut Outbox<'_>) {
        let goes_back = self.goes_back();
        let Some(layout) = &mut self.layout else {
            return;
        };
        let (Some(change), Some(lead)) = (layout.change().cloned(), layout.lead()) else {
            return;
        };
        let leader = lead.leader;
        let (version, step) = (change.version, Step::Released);
        let nothing = RangeSet::default();
        let dropped = if goes_back {
            &change.gains
        } else {
            &change.drops
        };
        let dropped = dropped.get(&self.id).unwrap_or(&nothing);
        let taken = Message::Membership(Membership::Taken(Stage { version, step }));
        let done = Some((leader, taken));
        if !self.replica.release(dropped, version, done, out) {
            return;
        }
        layout.take(step);
        if goes_back && leader == self.id {
            layout.keep_ids_of(&change);
        }
        let placement = layout.placement().clone();
        if !goes_back && change.targets.contains(&self.id) {
            self.miss_copies(&change.copied_to(self.id), out);
        }
        out.observe(Event::StepTaken { version, step });
        self.watch(out);
        self.transfer = None;
        self.received = RangeSet::default();
        self.let_go_of_strays();
        let owners = |key: &Key| placement.replicas(key.token()).to_vec();
        self.replica.retarget_hints(owners, out);
    }

    /// Says again that the change is over which it led.
    pub(super) fn change_ended(&self, out: &mut Outbox<'_>) {
        if let Some(layout) = &self.layout {
            let version = layout.stage().version;
            out.observe(Event::ChangeEnded { version });
        }
    }

    pub(super) fn enter(&mut self, state: NodeState, out: &mut Outbox<'_>) {
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
