//! Planted bugs, done to a correct cluster from outside: messages that are swallowed, forged or
//! changed, answers that say something else, a disk that lies. Each stands for a mistake that a
//! node could make, and each checker must catch the one that it is there for.

mod messages;

use std::time::Duration;

use ringlab::message::{Message, Outcome, Refusal};
use ringlab::ring::NodeId;

use crate::checker::Check;

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Acknowledge before the disk has it.
    DiskLies,
    /// Say that one replica is enough.
    CountsOne,
    /// Count one replica twice.
    CountsTwice,
    /// A replica sends on the new version alone, not its whole cell.
    VersionAlone,
    /// A replica does not look at what its writer has read.
    ContextIgnored,
    /// A replica acknowledges a copy that it does not store.
    CopyNotStored,
    /// A coordinator takes a replica's words for others than they were.
    ReplyMisread,
    /// A holder never hands its hints over.
    HintsKept,
    /// A replica confirms a hint that it does not store.
    HintNotStored,
    /// A holder hands over as fast as it can.
    HintStorm,
    /// A node says that it took the last step of a change, and did not.
    StepNotTaken,
    /// A node never takes a step.
    StepsLost,
    /// A node says that it follows another leader, and goes on with the one before.
    LeadNotHeeded,
    /// A coordinator sends a copy to a node, too, that does not own its key, as if by a later layout.
    CopyAstray,
    /// A target confirms a batch that it does not store.
    BatchNotStored,
    /// A node that hears that another one is down wants it removed.
    DownIsRemoved,
    /// An asker takes its digests for others than they are.
    DigestsMisread,
    /// A coordinator refuses now and then, for no reason.
    RefusesAtRandom,
    /// A node sends far more than anyone asked for.
    Floods,
    /// A replica gives a name that it gave before.
    NamesAgain,
}

/// Every planted bug, and a checker that must catch it.
pub const CAUGHT_BY: &[(Sabotage, Check)] = &[
    (Sabotage::DiskLies, Check::AcknowledgedIsStored),
    (Sabotage::CountsOne, Check::NoEarlyAnswer),
    (Sabotage::CountsTwice, Check::CountedOnce),
    (Sabotage::VersionAlone, Check::NoLostUpdate),
    (Sabotage::VersionAlone, Check::SetsAreWhole),
    (Sabotage::ContextIgnored, Check::NoFalseSibling),
    (Sabotage::ContextIgnored, Check::NoSiblingExplosion),
    (Sabotage::ContextIgnored, Check::DeletedStaysDeleted),
    (Sabotage::CopyNotStored, Check::RegularReads),
    (Sabotage::CopyNotStored, Check::MonotonicReads),
    (Sabotage::ReplyMisread, Check::CleanReadsWriteNothing),
    (Sabotage::HintsKept, Check::HintsEnd),
    (Sabotage::HintsKept, Check::EverythingEnds),
    (Sabotage::HintNotStored, Check::HintsAreStored),
    (Sabotage::HintStorm, Check::HintsAreBounded),
    (Sabotage::StepNotTaken, Check::ViewsAgree),
    (Sabotage::StepNotTaken, Check::HeldIsOwned),
    (Sabotage::CopyAstray, Check::HeldIsOwned),
    (Sabotage::StepsLost, Check::OneChangeAtATime),
    (Sabotage::LeadNotHeeded, Check::OneChangeAtATime),
    (Sabotage::BatchNotStored, Check::RegularReads),
    (Sabotage::DownIsRemoved, Check::BeliefsChangeNothing),
    (Sabotage::DigestsMisread, Check::RepairsEnd),
    (Sabotage::RefusesAtRandom, Check::RequestsSucceed),
    (Sabotage::Floods, Check::QueuesAreBounded),
    (Sabotage::NamesAgain, Check::DotsAreUnique),
];

/// Copies of each message that a flood brings.
const FLOOD: usize = 60;
/// When they come: long after the end, so that they only lie there.
const FLOOD_AFTER: Duration = Duration::from_secs(100_000);

/// What becomes of a message.
#[derive(Debug, Default)]
pub struct Tampered {
    /// What comes instead, if anything.
    pub delivered: Option<Message>,
    /// What also comes: from, to and what.
    pub forged: Vec<(NodeId, NodeId, Message)>,
    /// What lies there for ever.
    pub waste: Option<(usize, Duration)>,
}

impl Sabotage {
    /// Whether a disk says that it has stored what it has not.
    #[must_use]
    pub fn lies_about_disk(self) -> bool {
        self == Self::DiskLies
    }

    /// Whether a name is given again.
    #[must_use]
    pub fn names_again(self) -> bool {
        self == Self::NamesAgain
    }

    /// What a coordinator answers.
    #[must_use]
    pub fn answered(self, number: u64, mut outcome: Outcome) -> Outcome {
        if let Outcome::Stored(answer) | Outcome::Values(answer) = &mut outcome {
            match self {
                Self::CountsOne => {
                    answer.replicas.truncate(1);
                    answer.fallbacks.clear();
                }
                Self::CountsTwice => answer
                    .replicas
                    .extend_from_within(..1.min(answer.replicas.len())),
                Self::RefusesAtRandom if number.is_multiple_of(20) => {
                    return Outcome::Refused(Refusal::Overloaded);
                }
                _ => {}
            }
        }
        outcome
    }

    /// What becomes of a message.
    #[must_use]
    pub fn tamper(self, from: NodeId, to: NodeId, message: Message) -> Tampered {
        if self == Self::Floods {
            return Tampered {
                delivered: Some(message),
                waste: Some((FLOOD, FLOOD_AFTER)),
                ..Tampered::default()
            };
        }
        messages::tamper(self, from, to, message)
    }
}

#[cfg(test)]
mod tests;
