//! How a request ended, and what is known of it then. It knows no node.

use crate::event::{Answered, Refusal, RequestKind};
use crate::quorum::Fallback;
use crate::ring::NodeId;
use crate::version::Siblings;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// W nodes have the write stored. It carries the cell with it: more than one version when
    /// another writer wrote at the same time.
    Stored(Answer),
    /// What R nodes know together; its context goes into the next write.
    Values(Answer),
    /// Too few replicas answered in time, or ever could. A write may have been stored or not.
    QuorumUnreachable {
        /// Replies that were needed.
        needed: u32,
        /// Replies that came.
        answered: u32,
    },
    /// Nothing was tried.
    Refused(Refusal),
    /// Nothing came in the time that a client waits: its coordinator may have stopped, or the answer
    /// was lost. No coordinator says so.
    NoAnswer,
}

/// What is known of a write that ended, or of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It is done.
    Acknowledged,
    /// It is not, and nothing is stored: it may be asked again.
    Failed,
    /// It may be stored or not, now or later. Asked again it would be another write: read first.
    Unknown,
}

/// What was read or stored, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The cell.
    pub siblings: Siblings,
    /// Replicas of the key whose replies were counted.
    pub replicas: Vec<NodeId>,
    /// Fallbacks whose replies were counted, and in whose place. When there are any, the quorum
    /// was sloppy: R + W > N does not say that reads meet writes.
    pub fallbacks: Vec<Fallback>,
}

impl Outcome {
    /// What is known of a request of this kind that ended so.
    #[must_use]
    pub const fn certainty(&self, kind: RequestKind) -> Certainty {
        match (self, kind) {
            (Self::Stored(_) | Self::Values(_), _) => Certainty::Acknowledged,
            (Self::Refused(_), _)
            | (Self::QuorumUnreachable { .. } | Self::NoAnswer, RequestKind::Get) => {
                Certainty::Failed
            }
            (Self::QuorumUnreachable { .. } | Self::NoAnswer, _) => Certainty::Unknown,
        }
    }

    /// Without values.
    #[must_use]
    pub fn in_short(&self) -> Answered {
        match self {
            Self::Stored(_) => Answered::Stored,
            Self::Values(answer) => Answered::Values(answer.siblings.values().count() as u32),
            &Self::QuorumUnreachable { needed, answered } => {
                Answered::QuorumUnreachable { needed, answered }
            }
            &Self::Refused(refusal) => Answered::Refused(refusal),
            Self::NoAnswer => Answered::NoAnswer,
        }
    }
}

impl Refusal {
    /// Whether the same request may be taken a little later, or by another coordinator.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        match self {
            Self::NotInCluster | Self::Overloaded | Self::TooFewReplicasUp => true,
            Self::RepeatedId
            | Self::Sizes(_)
            | Self::ValueTooLarge { .. }
            | Self::TooManySiblings { .. } => false,
        }
    }
}
