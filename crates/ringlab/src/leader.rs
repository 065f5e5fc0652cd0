//! The role of the node that leads a membership change: it asks every node for one step after the
//! other and begins the next one when all have acknowledged. It knows no data.
//!
//! Who leads: the claimant, the node with the lowest id of the ring in force; another node hands
//! an operator's wish on to it. So two changes cannot begin at two places, and the second one is
//! refused while the first is under way (riak_core has a claimant for the same reason).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::layout::{Change, Stage, Step};
use crate::message::{Event, Membership, Message, Phase, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;
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
    waiting: BTreeSet<NodeId>,
    /// Sources that have not confirmed all of their copies; theirs to report when stuck.
    streaming: BTreeSet<NodeId>,
    retries: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// The leader alone: nobody may know of a change that it can still forget.
    Plan,
    Announce,
    Transfer,
    Commit,
    Retire,
    /// All but the leader, which may have to leave.
    Release,
    ReleaseOwn,
    Ended,
}

impl Leader {
    pub(crate) fn begin(change: Arc<Change>, out: &mut Outbox<'_>) -> Self {
        let mut leader = Self {
            streaming: change.copies.keys().copied().collect(),
            change,
            doing: Doing::Plan,
            waiting: BTreeSet::new(),
            retries: 0,
        };
        leader.ask(out);
        leader
    }

    /// Leads on, after a restart, from the step that this node has taken itself: all before it was
    /// taken by all. Who has taken it says so again.
    pub(crate) fn resume(change: Arc<Change>, step: Step, out: &mut Outbox<'_>) -> Self {
        let mut leader = Self {
            streaming: change.copies.keys().copied().collect(),
            change,
            doing: match step {
                Step::Announced => Doing::Announce,
                Step::Committed => Doing::Commit,
                Step::Retired => Doing::Retire,
                Step::Released => Doing::ReleaseOwn,
            },
            waiting: BTreeSet::new(),
            retries: 0,
        };
        leader.ask(out);
        leader
    }

    /// Whether every node lives in the new layout.
    pub(crate) fn is_done(&self) -> bool {
        self.doing == Doing::Ended
    }

    /// A node took a step.
    pub(crate) fn taken(&mut self, node: NodeId, stage: Stage, out: &mut Outbox<'_>) {
        if self.doing.step() == Some(stage.step) && stage.version == self.change.version {
            self.waiting.remove(&node);
            self.proceed(out);
        }
    }

    /// A source has begun to send.
    pub(crate) fn began_streaming(&mut self, node: NodeId, version: u64, out: &mut Outbox<'_>) {
        if self.doing == Doing::Transfer && version == self.change.version {
            self.waiting.remove(&node);
            self.proceed(out);
        }
    }

    /// A source has nothing left to send.
    pub(crate) fn streamed(&mut self, node: NodeId, version: u64, out: &mut Outbox<'_>) {
        if version == self.change.version {
            self.streaming.remove(&node);
            self.proceed(out);
        }
    }

    /// Some acknowledgements are late: asks again, less and less often once it is stuck. Sources that
    /// stream are asked as long as they do, for what they said may be lost; when they are stuck they
    /// report it themselves.
    pub(crate) fn late(&mut self, out: &mut Outbox<'_>) {
        if self.waiting.is_empty() {
            if self.doing == Doing::Transfer {
                self.send_to(&self.streaming, out);
            }
            return;
        }
        if self.retries == STEP_RETRIES_MAX {
            out.observe(Event::ChangeStuck {
                version: self.change.version,
                waiting: self.waiting.iter().copied().collect(),
            });
        }
        self.retries = self.retries.saturating_add(1);
        self.send(out);
    }

    fn proceed(&mut self, out: &mut Outbox<'_>) {
        while self.waiting.is_empty() && self.doing != Doing::Ended {
            if self.doing == Doing::Transfer && !self.streaming.is_empty() {
                return;
            }
            self.doing = self.doing.next();
            self.ask(out);
        }
    }

    /// Asks everyone for what is done now.
    fn ask(&mut self, out: &mut Outbox<'_>) {
        let version = self.change.version;
        self.waiting = self.asked(out.id);
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

    fn asked(&self, leader: NodeId) -> BTreeSet<NodeId> {
        let mut asked: BTreeSet<NodeId> = match self.doing {
            Doing::Transfer => return self.streaming.clone(),
            Doing::Plan | Doing::ReleaseOwn => return BTreeSet::from([leader]),
            Doing::Ended => return BTreeSet::new(),
            _ => self.change.nodes().into_iter().collect(),
        };
        if self.doing == Doing::Release {
            asked.remove(&leader);
        }
        asked
    }

    fn send(&self, out: &mut Outbox<'_>) {
        self.send_to(&self.waiting, out);
    }

    fn send_to(&self, nodes: &BTreeSet<NodeId>, out: &mut Outbox<'_>) {
        let doublings = self.retries.saturating_sub(STEP_RETRIES_MAX);
        let patience = doubled(STEP_PATIENCE, doublings.min(STEP_DOUBLINGS_MAX));
        out.set_timer_patiently(TimerId::Step, patience);
        let version = self.change.version;
        for &node in nodes {
            let message = match (self.doing, self.doing.step()) {
                (Doing::Plan | Doing::Announce, _) => Membership::Announce(self.change.clone()),
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
            Self::Plan => Self::Announce,
            Self::Announce => Self::Transfer,
            Self::Transfer => Self::Commit,
            Self::Commit => Self::Retire,
            Self::Retire => Self::Release,
            Self::Release => Self::ReleaseOwn,
            Self::ReleaseOwn | Self::Ended => Self::Ended,
        }
    }

    /// What nodes acknowledge to have done.
    const fn step(self) -> Option<Step> {
        match self {
            Self::Plan | Self::Announce => Some(Step::Announced),
            Self::Commit => Some(Step::Committed),
            Self::Retire => Some(Step::Retired),
            Self::Release | Self::ReleaseOwn => Some(Step::Released),
            Self::Transfer | Self::Ended => None,
        }
    }

    const fn phase(self) -> Option<Phase> {
        match self {
            Self::Plan => Some(Phase::Announce),
            Self::Transfer => Some(Phase::Transfer),
            Self::Commit => Some(Phase::Commit),
            Self::Retire => Some(Phase::Retire),
            Self::Announce | Self::Release | Self::ReleaseOwn | Self::Ended => None,
        }
    }
}
