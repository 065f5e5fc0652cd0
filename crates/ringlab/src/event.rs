//! What a node lets be seen: the only thing that a page draws, a checker reads and a trace holds.
//! It knows none of them.

use crate::hash::Token;
use crate::keyspace::Load;
use crate::layout::{ChangeError, Step};
use crate::merkle::Incomparable;
use crate::quorum::{Fallback, SizesError};
use crate::ring::{NodeId, TokenRange};
use crate::version::Dot;

/// Ranges that an event lists at most; how much there is, it tells anyhow.
pub const LOST_RANGES_TOLD_MAX: usize = 256;

/// A request's name. The client gives it; it is never used twice on one coordinator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RequestId {
    /// Which request of its client.
    pub number: u64,
    /// Which leg of it: a put without a context reads first (leg 0), then writes (leg 1).
    pub leg: u8,
}

/// Something that happened on a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Event {
    /// Coordinator: a client's request came in.
    RequestBegan {
        /// Which.
        request: RequestId,
        /// What is asked.
        kind: RequestKind,
        /// Where its key lies.
        token: Token,
    },
    /// Coordinator: it asked these replicas. A write asks one replica, which names the version,
    /// then the others.
    Asked {
        /// For which request.
        request: RequestId,
        /// Who: the primary first; in a change, old and new owners.
        replicas: Vec<NodeId>,
        /// Replies that are enough: R or W.
        needed: u32,
    },
    /// Coordinator: replicas did not reply in time, so these fallbacks were asked in their places.
    FallbacksAsked {
        /// For which request.
        request: RequestId,
        /// Who, and in whose place.
        fallbacks: Vec<Fallback>,
    },
    /// Coordinator: the replicas that a read asked first take long, so the others are asked.
    Hedged {
        /// For which request.
        request: RequestId,
    },
    /// Coordinator: a replica's reply was counted.
    Replied {
        /// For which request.
        request: RequestId,
        /// Whose.
        from: NodeId,
        /// Replies so far; in a change, in the list that lacks most.
        counted: u32,
        /// Replies that are enough.
        needed: u32,
    },
    /// Coordinator: enough replied.
    QuorumReached {
        /// For which request.
        request: RequestId,
    },
    /// Coordinator: a reply came after the answer.
    RepliedLate {
        /// For which request.
        request: RequestId,
        /// Whose.
        from: NodeId,
    },
    /// Coordinator: the client has its answer.
    Answered {
        /// For which request.
        request: RequestId,
        /// In short.
        answer: Answered,
    },
    /// Coordinator: every replica replied, or the deadline passed.
    Finished {
        /// Which request.
        request: RequestId,
        /// Replicas that did not reply, or not all that was answered: what is left to repair.
        behind: Vec<NodeId>,
    },
    /// Coordinator: replicas that a read found behind are told what they lack.
    Repaired {
        /// For which request.
        request: RequestId,
        /// Who.
        replicas: Vec<NodeId>,
    },
    /// Fallback: it keeps a write for a replica.
    HintKept {
        /// For whom.
        place: NodeId,
        /// Hints that it keeps now, of all replicas.
        hints: u64,
    },
    /// Fallback: the replica that a hint was kept for has it, or another node keeps it now.
    HintGone {
        /// Who.
        place: NodeId,
        /// Hints that are left, of all replicas.
        hints: u64,
    },
    /// Fallback: hints were kept for as long as they may be, and are dropped. Anti-entropy has to
    /// bring what they had.
    HintsExpired {
        /// How many.
        expired: u64,
    },
    /// Primary: it asks whether anyone has anything else of keys that were deleted long ago.
    CollectionBegan {
        /// How many.
        keys: u64,
    },
    /// Replica: tombstones are forgotten, as nobody had anything else of their keys.
    TombstonesForgotten {
        /// How many.
        keys: u64,
    },
    /// Replica: a write got its name.
    Named {
        /// For which request.
        request: RequestId,
        /// The name.
        dot: Dot,
    },
    /// Where the last writer wins. Replica: a write dropped versions that its writer had not read.
    /// Coordinator: a read did not show versions that what its reader writes next will replace.
    /// Acknowledged writes among them are lost, as was wanted.
    Dropped {
        /// For which request.
        request: RequestId,
        /// Their names.
        versions: Vec<Dot>,
    },
    /// Replica: a write is stored here, and only now acknowledged.
    Stored {
        /// For which request.
        request: RequestId,
    },
    /// The disk is full: the node takes no writes until there is room.
    DiskFull,
    /// There is room again.
    DiskHasRoom,
    /// The disk failed in a way that leaves open what it holds: the node answers as no replica
    /// until it restarts.
    DiskFailed {
        /// What it did not do.
        reason: String,
    },
    /// The disk did not give back what it was given: cells are fetched from other replicas, and
    /// until then the node does not answer for these keys.
    Damaged {
        /// What and where.
        what: String,
        /// How many tokens are concerned, as a part of all, in millionths.
        millionths: u64,
    },
    /// All that damage took is there again.
    Whole,
    /// The node is in another part of its life.
    State(NodeState),
    /// The node took a step of the change that leads to a version.
    StepTaken {
        /// The layout version.
        version: u64,
        /// Which step.
        step: Step,
    },
    /// Leader: a change was planned and begins.
    ChangeBegan {
        /// The layout version that it leads to.
        version: u64,
        /// Loaded keys to copy, each counted once a copy.
        planned: Load,
    },
    /// Leader: every node is asked to do this now.
    PhaseBegan {
        /// The layout version that it leads to.
        version: u64,
        /// What.
        phase: Phase,
    },
    /// Leader: nodes were named lost, and with them may be gone what only they had.
    RangesLost {
        /// The layout version in which others own it.
        version: u64,
        /// Of which every owner is lost: the first [`LOST_RANGES_TOLD_MAX`].
        ranges: Vec<TokenRange>,
        /// How many tokens that is, as a part of all, in millionths.
        millionths: u64,
        /// Of how many W owners or more are lost, but not all, in millionths: what only these had
        /// acknowledged is gone.
        in_doubt: u64,
    },
    /// Leader: the change does not take place; all goes back to what was.
    ChangeWithdrawn {
        /// The layout version that it would have led to. No other change leads there.
        version: u64,
    },
    /// It leads a change on whose leader is lost, or others that it waited for.
    TookOver {
        /// The layout version that the change leads to.
        version: u64,
        /// How often a change has got another leader, or the same one again without others.
        term: u64,
    },
    /// Leader: every node lives in the new layout, or in the old one again when the change was
    /// withdrawn, and what was let go is deleted.
    ChangeEnded {
        /// The layout version.
        version: u64,
    },
    /// The node goes by other settings from now on.
    SettingsAdopted {
        /// The number of their epoch.
        epoch: u64,
    },
    /// A change was not begun, or not withdrawn.
    ChangeRefused {
        /// Why.
        reason: ChangeError,
    },
    /// Leader or source: asked as often as it may, and these nodes still do not answer. The change
    /// stays under way, and every key keeps answering.
    ChangeStuck {
        /// The layout version that it leads to.
        version: u64,
        /// Who is waited for.
        waiting: Vec<NodeId>,
    },
    /// Source: a batch left.
    BatchSent {
        /// To whom.
        to: NodeId,
        /// How much.
        load: Load,
        /// A point of the ring among it.
        at: Token,
    },
    /// Source: a batch is stored by its new owner.
    BatchConfirmed {
        /// By whom.
        to: NodeId,
        /// How much.
        load: Load,
        /// A point of the ring among it.
        at: Token,
    },
    /// The node deleted what it does not own any more.
    Released {
        /// The layout version that it does not own it in.
        version: u64,
        /// How much.
        load: Load,
    },
    /// This node believes that another one may be down.
    Suspected {
        /// Which.
        node: NodeId,
        /// Who says so: this node, or the one it heard it from.
        by: NodeId,
    },
    /// This node believes that another one is up after all.
    Cleared {
        /// Which.
        node: NodeId,
        /// Who says so.
        by: NodeId,
    },
    /// This node believes that another one is down. It owns what it owned.
    Down {
        /// Which.
        node: NodeId,
        /// Who says so.
        by: NodeId,
    },
    /// It refused what another node asked: that one is out of the cluster.
    Fenced {
        /// Which.
        node: NodeId,
    },
    /// There is a later layout than this node's. Ever so short in most changes; else it missed a
    /// step.
    Behind {
        /// The later version.
        version: u64,
    },
    /// Asker: it compares what it shares with another replica.
    ExchangeBegan {
        /// Its number; each one's are its own.
        number: u64,
        /// The other.
        with: NodeId,
    },
    /// Asker: the comparison is over.
    ExchangeEnded {
        /// Its number.
        number: u64,
        /// The other.
        with: NodeId,
        /// How.
        end: ExchangeEnd,
        /// What was found and sent.
        tally: ExchangeTally,
    },
}

/// How a comparison of two replicas ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ExchangeEnd {
    /// Both have had what the other had.
    Done,
    /// They cannot be compared now.
    Refused(Unequal),
    /// An answer did not come in time. The next exchange finds what is left.
    Late,
}

/// Why two replicas cannot be compared now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Unequal {
    /// A membership change moves data, or one of them is not live.
    Moving,
    /// One of them does not take part.
    Off,
    /// A disk does not give back what it was given.
    Unreadable,
    /// Their trees are of different things.
    Trees(Incomparable),
    /// The asker compares itself in another way since.
    Reconfigured,
}

/// What an exchange found and sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExchangeTally {
    /// Messages that the asker sent.
    pub asked: u64,
    /// Digests of the tree that it sent.
    pub digests: u64,
    /// Buckets among them.
    pub compared: u64,
    /// Buckets that differ.
    pub differing: u64,
    /// Keys of those buckets that it told.
    pub keys: u64,
    /// Cells that came.
    pub received: u64,
    /// Cells that went.
    pub sent: u64,
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum RequestKind {
    /// Read.
    Get,
    /// Store a value.
    Put,
    /// Store a tombstone.
    Delete,
}

/// An answer in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Answered {
    /// Stored by W replicas.
    Stored,
    /// So many values; none when the key is not there.
    Values(u32),
    /// Too few replicas.
    QuorumUnreachable {
        /// Replies that were needed.
        needed: u32,
        /// Replies that came.
        answered: u32,
    },
    /// Not tried.
    Refused(Refusal),
    /// The client heard nothing.
    NoAnswer,
}

/// Why a coordinator does not take a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Refusal {
    /// The node is not in the cluster yet, or no longer: ask another one.
    NotInCluster,
    /// As many requests as it may have are in flight.
    Overloaded,
    /// Quorums are strict, and fewer of the key's replicas are believed to be up than have to
    /// answer.
    TooFewReplicasUp,
    /// A request of this name is in flight.
    RepeatedId,
    /// The N, R or W that it wants is out of its bounds.
    Sizes(SizesError),
    /// The value is larger than the cluster takes.
    ValueTooLarge {
        /// Its bytes.
        bytes: u64,
        /// The most there may be.
        limit: u64,
    },
    /// The key has as many versions beside each other as it may have: read it, and write one that
    /// replaces them.
    TooManySiblings {
        /// How many there would be.
        siblings: u32,
        /// The most there may be.
        limit: u32,
    },
}

/// Where a node is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum NodeState {
    /// It receives its part and does not answer for it yet.
    Joining,
    /// It answers for what it owns.
    Live,
    /// It still answers while it hands over what it holds.
    Leaving,
    /// It is out and holds nothing, but what it may keep for others until it has handed it on.
    Removed,
}

/// What a membership change is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Phase {
    /// Nodes learn the next layout and begin to write to old and new owners.
    Announce,
    /// Old owners send what new owners lack.
    Transfer,
    /// Reads turn to the new owners.
    Commit,
    /// The old layout is retired, then old owners delete what they no longer own.
    Retire,
}
