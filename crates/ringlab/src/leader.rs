//! The role of the node that leads a membership change: it asks every node for one step after the
//! other and begins the next one when all have acknowledged. It knows no data.
//!
//! Who leads: the claimant, the node with the lowest id of the ring in force that is not named
//! lost; another node hands an operator's wish on to it, once. So two changes cannot begin at two places,
//! and the second one is refused while the first is under way (riak_core has a claimant for the
//! same reason). Whether its disk has forgotten the first, a claimant that began again asks the others.
//!
//! A step that binds (Announced, Committed, Withdrawn) it takes itself before it asks anyone else,
//! and so it does when it takes over: after a crash its own disk says what others may have been
//! asked, whom they follow, and whether the change was committed or withdrawn.

use std::sync::Arc;
use std::time::Duration;

use crate::layout::{Change, ChangeError, Lead, Stage, Step};
use crate::message::{Event, Membership, Message, Phase, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;
use crate::sorted::SortedSet;
use crate::time::doubled;

/// How long a leader waits for acknowledgements of a step before it asks again: longer than any
/// request may be in flight, for which nodes wait before they acknowledge.
pub(crate) const STEP_PATIENCE: Duration = Duration::from_secs(5);
/// How often a leader asks again before it reports the change as stuck. It goes on asking then:
/// a node that comes back takes part again.
pub(crate) const STEP_RETRIES_MAX: u32 = 5;
/// How often the time between two askings of a change that is stuck is doubled: to 5 minutes.
const STEP_DOUBLINGS_MAX: u32 = 6;

/// A change that this node leads.
#[derive(Clone, Debug)]
pub(crate) struct Leader {
    change: Arc<Change>,
    doing: Doing,
    /// Who has not acknowledged yet.
    waiting: SortedSet<NodeId>,
    /// Sources that have not confirmed all of their copies; theirs to report when a target is stuck.
    streaming: SortedSet<NodeId>,
    /// Of these, the ones that have said nothing since they were asked again: no source that stopped
    /// reports anything.
    silent: SortedSet<NodeId>,
    /// Whether others than itself are asked for what is done now.
    is_told: bool,
    is_withdrawn: bool,
    /// 0 unless it took over.
    term: u64,
    /// Nodes that died while the change is under way: they are not waited for.
    lost: SortedSet<NodeId>,
    /// When it took over: the last step that any node has taken, as far as it has heard.
    furthest: Step,
    /// Nodes that follow and know nothing of the change.
    unaware: SortedSet<NodeId>,
    retries: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// It took over: all follow it and tell how far they are.
    Gather,
    Announce,
    Transfer,
    /// The change does not take place: all write by the old ring again, then what was gained goes.
    Withdraw,
    Commit,
    Retire,
    /// All but the leader, which may have to leave.
    Release,
    ReleaseOwn,
    Ended,
}

impl Leader {
    pub(crate) fn begin(change: Arc<Change>, out: &mut Outbox<'_>) -> Self {
        let mut leader = Self::at(Doing::Announce, change);
        leader.ask(out);
        leader
    }

    /// Leads on, after a restart, from the step that this node has taken itself: all before it was
    /// taken by all. Who has taken it says so again.
    pub(crate) fn resume(
        change: Arc<Change>,
        lead: &Lead,
        step: Step,
        out: &mut Outbox<'_>,
    ) -> Self {
        let doing = match step {
            Step::Announced => Doing::Announce,
            Step::Withdrawn => Doing::Withdraw,
            Step::Committed => Doing::Commit,
            Step::Retired => Doing::Retire,
            Step::Released => Doing::ReleaseOwn,
        };
        let mut leader = Self::at(doing, change);
        leader.is_withdrawn = step == Step::Withdrawn;
        leader.term = lead.term;
        leader.lost.clone_from(&lead.lost);
        leader.ask(out);
        leader
    }

    /// Leads on where another one stopped, or this one waited in vain.
    pub(crate) fn take_over(change: Arc<Change>, lead: &Lead, out: &mut Outbox<'_>) -> Self {
        let mut leader = Self::at(Doing::Gather, change);
        leader.term = lead.term;
        leader.lost.clone_from(&lead.lost);
        leader.ask(out);
        leader
    }

    fn at(doing: Doing, change: Arc<Change>) -> Self {
        Self {
            streaming: change.copies.keys().copied().collect(),
            silent: SortedSet::new(),
            change,
            doing,
            waiting: SortedSet::new(),
            is_told: false,
            is_withdrawn: false,
            term: 0,
            lost: SortedSet::new(),
            furthest: Step::Announced,
            unaware: SortedSet::new(),
            retries: 0,
        }
    }

    /// An operator does not want the change any more, and these nodes do not live to hear of it.
    /// Refused once it is committed: reads may go by the new owners already.
    pub(crate) fn withdraw(
        &mut self,
        lost: &[NodeId],
        out: &mut Outbox<'_>,
    ) -> Result<(), ChangeError> {
        let version = self.change.version;
        let lost = lost.iter().copied().filter(|&node| node != out.id);
        if self.is_withdrawn {
            self.lost.extend(lost);
            self.waiting.retain(|node| !self.lost.contains(node));
            self.proceed(out);
            return Ok(());
        }
        match self.doing {
            Doing::Announce | Doing::Transfer => {}
            // It ends by itself, and is withdrawn if it can be.
            Doing::Gather => return Err(ChangeError::UnderWay { version }),
            _ => return Err(ChangeError::Committed { version }),
        }
        self.is_withdrawn = true;
        self.lost.extend(lost);
        self.doing = Doing::Withdraw;
        out.observe(Event::ChangeWithdrawn { version });
        self.ask(out);
        Ok(())
    }

    /// Whether every node lives in the new layout.
    pub(crate) fn is_done(&self) -> bool {
        self.doing == Doing::Ended
    }

    /// What this node took itself, its disk has: now others may be asked for it.
    pub(crate) fn remembered(&mut self, stage: Stage, out: &mut Outbox<'_>) {
        let is_it = self.doing.step() == Some(stage.step) && stage.version == self.change.version;
        if is_it && !self.is_told {
            self.is_told = true;
            let own = SortedSet::from([out.id]);
            self.send_to(&self.waiting - &own, out);
        }
    }

    /// A node follows, and took this step last, if any.
    pub(crate) fn followed(
        &mut self,
        node: NodeId,
        (version, term): (u64, u64),
        step: Option<Step>,
        out: &mut Outbox<'_>,
    ) {
        if self.doing != Doing::Gather || (version, term) != (self.change.version, self.term) {
            return;
        }
        match step {
            Some(step) => {
                self.unaware.remove(&node);
                self.furthest = self.furthest.max(step);
            }
            None => {
                self.unaware.insert(node);
            }
        }
        self.waiting.remove(&node);
        if node == out.id && !self.is_told {
            // Its own disk has it: after a crash it knows whom the others follow.
            self.is_told = true;
            self.send_to(self.waiting.clone(), out);
        }
        self.proceed(out);
    }

    /// Whether the change that it leads leads to this version.
    pub(crate) fn leads_to(&self, version: u64) -> bool {
        version == self.change.version
    }

    /// Those that it has asked, or would have.
    pub(crate) fn followers(&self) -> SortedSet<NodeId> {
        let all: SortedSet<NodeId> = self.change.nodes.iter().copied().collect();
        &all - &self.lost
    }

    /// This version is settled with some node, and perhaps it is known who led to it. If this one
    /// did, all have taken every step but the last: it has them take that, and takes it after them,
    /// for until then its disk says that there is something to lead. Whether it leads on.
    pub(crate) fn settled(
        &mut self,
        version: u64,
        led_by: Option<NodeId>,
        out: &mut Outbox<'_>,
    ) -> bool {
        let is_other = led_by.is_some_and(|led_by| led_by != out.id);
        if !self.leads_to(version) || is_other {
            return false;
        }
        if self.doing == Doing::Retire {
            self.doing = Doing::Release;
            self.ask(out);
        }
        matches!(self.doing, Doing::Release | Doing::ReleaseOwn)
    }

    /// A node took a step. One that took an earlier one last is asked for what comes next for it:
    /// others may be further, for it has forgotten what it had taken. What this node might itself
    /// forget it asks nobody for, not even a node that is late.
    pub(crate) fn taken(&mut self, node: NodeId, stage: Stage, out: &mut Outbox<'_>) {
        let Some(step) = self.doing.step() else {
            return;
        };
        let version = self.change.version;
        let asked = Stage { version, step };
        if stage == asked {
            self.waiting.remove(&node);
            self.proceed(out);
        } else if stage < asked && self.waiting.contains(&node) && self.is_told {
            let message = match stage.step.next() {
                _ if self.is_withdrawn && stage.step != Step::Withdrawn => self.withdrawal(out.id),
                Some(step) if stage.version == version => Membership::Take(Stage { version, step }),
                _ => Membership::Announce(self.change.clone()),
            };
            out.send(node, Message::Membership(message));
        }
    }

    /// A source has begun to send.
    pub(crate) fn began_streaming(&mut self, node: NodeId, version: u64, out: &mut Outbox<'_>) {
        if self.doing == Doing::Transfer && version == self.change.version {
            self.waiting.remove(&node);
            self.silent.remove(&node);
            self.proceed(out);
        }
    }

    /// A source has nothing left to send.
    pub(crate) fn streamed(&mut self, node: NodeId, version: u64, out: &mut Outbox<'_>) {
        if version == self.change.version {
            self.streaming.remove(&node);
            self.silent.remove(&node);
            self.proceed(out);
        }
    }

    /// Some acknowledgements are late: asks again, less and less often once it is stuck. Sources that
    /// stream are asked as long as they do, for what they said may be lost, and they may have stopped.
    pub(crate) fn late(&mut self, out: &mut Outbox<'_>) {
        if !self.waiting.is_empty() {
            self.count_late(&self.waiting.clone(), out);
            self.send(out);
        } else if self.doing == Doing::Transfer {
            self.count_late(&self.silent.clone(), out);
            self.silent.clone_from(&self.streaming);
            self.send_to(self.streaming.clone(), out);
        }
    }

    /// These do not answer, once more; reports the change as stuck when that was often enough.
    fn count_late(&mut self, late: &SortedSet<NodeId>, out: &mut Outbox<'_>) {
        if late.is_empty() {
            self.retries = 0;
            return;
        }
        if self.retries == STEP_RETRIES_MAX {
            out.observe(Event::ChangeStuck {
                version: self.change.version,
                waiting: late.iter().copied().collect(),
            });
        }
        self.retries = self.retries.saturating_add(1);
    }

    fn proceed(&mut self, out: &mut Outbox<'_>) {
        while self.waiting.is_empty() && self.doing != Doing::Ended {
            if self.doing == Doing::Transfer && !self.streaming.is_empty() {
                return;
            }
            if self.doing == Doing::Gather
                && self.furthest > Step::Withdrawn
                && !self.unaware.is_empty()
            {
                // They had what was copied to them, and have lost it: the change cannot go on with
                // them.
                self.waiting = std::mem::take(&mut self.unaware);
                return;
            }
            self.doing = match self.doing {
                Doing::Gather => self.go_on(out),
                doing => doing.next(),
            };
            self.ask(out);
        }
    }

    /// All follow: what is left to do.
    fn go_on(&mut self, out: &mut Outbox<'_>) -> Doing {
        match self.furthest {
            Step::Announced | Step::Withdrawn => {
                self.is_withdrawn = true;
                let version = self.change.version;
                out.observe(Event::ChangeWithdrawn { version });
                Doing::Withdraw
            }
            Step::Committed => Doing::Commit,
            // Whoever has taken the last one tells the layout in force instead, and that ends this.
            Step::Retired | Step::Released => Doing::Retire,
        }
    }

    /// Asks everyone for what is done now.
    fn ask(&mut self, out: &mut Outbox<'_>) {
        let version = self.change.version;
        self.waiting = &self.asked(out.id) - &self.lost;
        self.is_told = !self.doing.binds();
        self.silent.clear();
        self.retries = 0;
        out.cancel_timer(TimerId::Step);
        if let Some(phase) = self.doing.phase() {
            out.observe(Event::PhaseBegan { version, phase });
        }
        if self.doing == Doing::Ended {
            out.observe(Event::ChangeEnded { version });
        } else {
            self.send(out);
        }
    }

    fn asked(&self, leader: NodeId) -> SortedSet<NodeId> {
        let mut asked: SortedSet<NodeId> = match self.doing {
            Doing::Transfer => return self.streaming.clone(),
            Doing::ReleaseOwn => return SortedSet::from([leader]),
            Doing::Ended => return SortedSet::new(),
            _ => self.change.nodes.iter().copied().collect(),
        };
        if self.doing == Doing::Release {
            asked.remove(&leader);
        }
        asked
    }

    fn lead(&self, leader: NodeId) -> Lead {
        Lead {
            term: self.term,
            leader,
            lost: self.lost.clone(),
        }
    }

    fn withdrawal(&self, leader: NodeId) -> Membership {
        Membership::Withdraw(self.change.clone(), self.lead(leader))
    }

    fn send(&self, out: &mut Outbox<'_>) {
        let mut asked = self.waiting.clone();
        asked.retain(|&node| self.is_told || node == out.id);
        self.send_to(asked, out);
    }

    fn send_to(&self, nodes: SortedSet<NodeId>, out: &mut Outbox<'_>) {
        let doublings = self.retries.saturating_sub(STEP_RETRIES_MAX);
        let patience = doubled(STEP_PATIENCE, doublings.min(STEP_DOUBLINGS_MAX));
        out.set_timer_patiently(TimerId::Step, patience);
        let version = self.change.version;
        for node in nodes {
            let message = match (self.doing, self.doing.step()) {
                (Doing::Gather, _) => {
                    let lead = self.lead(out.id);
                    Membership::Lead { version, lead }
                }
                (Doing::Announce, _) => Membership::Announce(self.change.clone()),
                (Doing::Withdraw, _) => self.withdrawal(out.id),
                (_, Some(step)) => Membership::Take(Stage { version, step }),
                (_, None) => Membership::Stream { version },
            };
            out.send(node, Message::Membership(message));
        }
    }
}

impl Doing {
    const fn next(self) -> Self {
        match self {
            Self::Gather => Self::Gather,
            Self::Announce => Self::Transfer,
            Self::Transfer => Self::Commit,
            Self::Commit => Self::Retire,
            Self::Withdraw | Self::Retire => Self::Release,
            Self::Release => Self::ReleaseOwn,
            Self::ReleaseOwn | Self::Ended => Self::Ended,
        }
    }

    /// What nodes acknowledge to have done.
    const fn step(self) -> Option<Step> {
        match self {
            Self::Announce => Some(Step::Announced),
            Self::Withdraw => Some(Step::Withdrawn),
            Self::Commit => Some(Step::Committed),
            Self::Retire => Some(Step::Retired),
            Self::Release | Self::ReleaseOwn => Some(Step::Released),
            Self::Gather | Self::Transfer | Self::Ended => None,
        }
    }

    /// Whether it decides what becomes of the change, or who leads it.
    const fn binds(self) -> bool {
        matches!(
            self,
            Self::Gather | Self::Announce | Self::Withdraw | Self::Commit
        )
    }

    const fn phase(self) -> Option<Phase> {
        match self {
            Self::Announce => Some(Phase::Announce),
            Self::Transfer => Some(Phase::Transfer),
            Self::Commit => Some(Phase::Commit),
            Self::Retire => Some(Phase::Retire),
            Self::Gather | Self::Withdraw | Self::Release | Self::ReleaseOwn | Self::Ended => None,
        }
    }
}
