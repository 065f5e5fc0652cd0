//! What nodes say of a membership change: its steps, their acknowledgements, its data.

use std::sync::Arc;

use crate::layout::{Change, ChangeError, Lead, MembershipChange, Placement, Stage, Step};
use crate::ring::NodeId;
use crate::storage::Batch;

/// A message of a membership change.
#[derive(Clone, Debug)]
pub enum Membership {
    /// Any node to the claimant: an operator wants this.
    Wanted(Arc<MembershipChange>),
    /// Claimant to any node: the operator's wish is refused.
    Refused(ChangeError),
    /// Any node to the leader: an operator wants the change withdrawn, without these nodes.
    WithdrawWanted(Arc<[NodeId]>),
    /// Leader to every node: this change does not take place; write by the old owners alone.
    Withdraw(Arc<Change>, Lead),
    /// A node that leads on to every node: it does, since the last leader is lost. A node that
    /// follows to one that leads on: a later one does.
    Lead {
        /// The layout version that the change leads to.
        version: u64,
        /// Who leads it, and without whom.
        lead: Lead,
    },
    /// Node to the one that leads on: I go by your word, and so far I am.
    Follows {
        /// The layout version that the change leads to.
        version: u64,
        /// Since when the other leads.
        term: u64,
        /// The last step that it took; none if it knows nothing of the change.
        step: Option<Step>,
    },
    /// Any node to one that is out of the cluster, or behind: this layout is in force.
    InForce {
        /// Its version.
        version: u64,
        /// What it is.
        placement: Placement,
        /// Who led to it at last, if whoever tells it knows.
        led_by: Option<NodeId>,
    },
    /// Leader to every node: the next layout is this; from now on write by both.
    Announce(Arc<Change>),
    /// Leader to a node: take the next step of the change that leads to this version.
    Take(Stage),
    /// Node to leader: I have, and no request of an earlier stage is in flight with me.
    Taken(Stage),
    /// Leader to a source: begin to send what new owners lack.
    Stream {
        /// The layout version it is for.
        version: u64,
    },
    /// Source to leader: I have begun.
    Streaming {
        /// The layout version it is for.
        version: u64,
    },
    /// Source to leader: every copy of mine is confirmed.
    Streamed {
        /// The layout version it is for.
        version: u64,
    },
    /// Source to target: store this.
    Batch(Arc<Batch>),
    /// Target to source: stored.
    BatchStored {
        /// The layout version it is for.
        version: u64,
        /// Which batch of the source for this target.
        number: u64,
    },
    /// Claimant to every node of its ring that is not named lost, before it plans its first change in
    /// a life: how far are you?
    Inquire {
        /// Which life of the claimant it is.
        life: u64,
        /// How far that is.
        stage: Stage,
    },
    /// Node to claimant: so far.
    Known {
        /// Which life of the claimant has asked.
        life: u64,
        /// Nothing when it knows no layout.
        stage: Option<Stage>,
    },
}
