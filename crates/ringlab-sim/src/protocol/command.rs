//! What can be asked of an engine, and why it may not be granted. Boundary types; they know no engine.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ringlab::hash::Token;
use ringlab::keyspace::KeyError;
use ringlab::ring::{NodeId, NodeName, RingError, Weight, Zone};
use ringlab::settings::{Setting, SettingError};
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::situation::{Situation, SituationError, WRITES_MAX};

/// Membership changes and requests that may wait for the one under way.
pub const WAITING_MAX: usize = 64;

/// A wish. What cannot be granted comes back as a [`Refusal`] in the next snapshot, with nothing
/// changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Start afresh from a description whose keys are the loaded ones. Not counted as a move.
    Open(Arc<Situation>),
    /// Membership change: nodes join, in one layout version.
    Add(Vec<NewNode>),
    /// Membership change: nodes hand over what they hold, then leave.
    Remove(Vec<NodeId>),
    /// Membership change: a node takes a larger or smaller part.
    Reweight(NodeId, Weight),
    /// Membership change: a node stands elsewhere. Moves data only while placement is zone-aware.
    Rezone(NodeId, Zone),
    /// Membership change: nodes that are down, all of them together, are named lost, and each has
    /// its part taken by a new one of its name, weight and zone. Nobody waits for a lost node, and it
    /// never comes back.
    Replace(Vec<NodeId>),
    /// Settings of the store, all at once, while it runs. Those of the layout (N, R, W, spread)
    /// are a change of the layout and wait their turn as membership changes do; all others spread
    /// from node to node at once.
    Set(Vec<(Setting, u64)>),
    /// A new ring with so many virtual nodes for a node of weight 1. Not counted as a move; what
    /// was written is kept.
    VirtualNodes(u32),
    /// An end user's request to its client.
    Request(User, Request),
    /// What stands at a point of the ring; answered by [`Snapshot::inspection`](super::Snapshot::inspection).
    Inspect(Inspect),
    /// Something goes wrong, or is right again.
    Fault(Fault),
    /// Let the change under way run to its end at once.
    Settle,
    /// Return to the situation before the last change.
    Undo,
    /// Take the last undo back.
    Redo,
}

/// A node to be added; what is left out is chosen: the next free `node-K`, the least used zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNode {
    /// Its name, or the next free one.
    pub name: Option<NodeName>,
    /// Its weight.
    pub weight: Weight,
    /// Its zone, or the one with the fewest nodes.
    pub zone: Option<Zone>,
}

/// Who asks. Each end user has a client of its own, which carries what that user has read: two
/// who write at the same time leave siblings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum User {
    /// The first.
    #[default]
    Ada,
    /// The second.
    Ben,
}

/// What an end user asks of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Store a value.
    Put {
        /// Up to 64 KiB, not empty.
        key: Vec<u8>,
        /// Up to 1 MiB.
        value: Vec<u8>,
    },
    /// Read a value.
    Get {
        /// Up to 64 KiB, not empty.
        key: Vec<u8>,
    },
    /// Store a tombstone.
    Delete {
        /// Up to 64 KiB, not empty.
        key: Vec<u8>,
    },
}

impl Request {
    /// The key it is about.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Put { key, .. } | Self::Get { key } | Self::Delete { key } => key,
        }
    }
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inspect {
    /// A point of the ring.
    Token(Token),
    /// A node: its tokens and its hottest keys.
    Node(NodeId),
    /// Nothing any more.
    Nothing,
}

/// One message from the page to its engine: what to do, how long to run, what is seen already.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Grows by one with each question; the answer repeats it.
    pub number: u64,
    /// In order.
    pub commands: Vec<Command>,
    /// Simulated time to run after the commands.
    pub advance: Duration,
    /// The revisions the page holds; a section that is not newer is left out of the answer.
    pub seen: Revisions,
}

/// A number per section of a snapshot that grows when the section changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisions {
    /// Of [`Snapshot::situation`](super::Snapshot::situation).
    pub situation: u64,
    /// Of [`Snapshot::nodes`](super::Snapshot::nodes).
    pub nodes: u64,
    /// Of [`Snapshot::settings`](super::Snapshot::settings).
    pub settings: u64,
    /// Of [`Snapshot::ring`](super::Snapshot::ring).
    pub ring: u64,
    /// Of [`Snapshot::change`](super::Snapshot::change).
    pub change: u64,
    /// Of [`Snapshot::trace`](super::Snapshot::trace).
    pub trace: u64,
    /// Of [`Snapshot::inspection`](super::Snapshot::inspection).
    pub inspection: u64,
}

/// A command that was not carried out, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// What could not be had, for the page to place the message.
    pub subject: Subject,
    /// Why.
    pub reason: Refused,
}

/// What a refusal is about: of which node, setting or request, which part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A situation to open, or keys to load.
    Situation,
    /// The name of a node to add.
    NewName,
    /// Nodes to add, because of their number, their weight, or the time.
    NewNodes,
    /// These nodes' removal.
    Removal(Vec<NodeId>),
    /// These nodes' replacement.
    Replacement(Vec<NodeId>),
    /// A node's weight.
    Weight(NodeId),
    /// A node's zone.
    Zone(NodeId),
    /// The virtual nodes of a node of weight 1.
    VirtualNodes,
    /// A setting of the store.
    Setting(Setting),
    /// The key of a request.
    Key,
    /// The value of a request.
    Value,
    /// Undo and redo.
    Undo,
    /// What is to go wrong.
    Fault,
}

/// Why a command was not carried out; its text says what and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Refused {
    /// The ring cannot take it.
    Ring(RingError),
    /// A setting cannot be so.
    Setting(SettingError),
    /// The key cannot be stored.
    Key(KeyError),
    /// The value is longer than the limit.
    ValueTooLong {
        /// Its length in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The last storage node holds all data.
    LastNode(NodeName),
    /// What would come of it is not possible.
    Situation(SituationError),
    /// The situation asks for other keys than the loaded ones.
    OtherKeys,
    /// As many as [`WAITING_MAX`] wait already.
    TooManyWaiting,
    /// As many as [`WRITES_MAX`] keys were written over already.
    TooManyWrites,
    /// Nothing to undo or redo.
    NothingToUndo,
    /// No node with this id stores anything.
    NoSuchNode(NodeId),
    /// The node crashed: only a restart gets it to do anything.
    Crashed(NodeId),
    /// The node cannot begin again from its disk.
    CannotRestart(NodeId, String),
    /// The node runs, so it is not lost.
    Runs(NodeName),
    /// The change under way waits for the node.
    IsWaitedFor(NodeName),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ring(error) => error.fmt(f),
            Self::Setting(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
            Self::Situation(error) => error.fmt(f),
            Self::ValueTooLong { bytes, limit } => {
                write!(f, "the value has {bytes} bytes; {limit} are the most")
            }
            Self::LastNode(name) => {
                write!(f, "the last node that stores, {name}, holds all the data")
            }
            Self::OtherKeys => write!(f, "the situation asks for other keys than the loaded ones"),
            Self::TooManyWaiting => {
                write!(
                    f,
                    "{WAITING_MAX} changes wait for the one under way: let it end first"
                )
            }
            Self::TooManyWrites => {
                write!(
                    f,
                    "{WRITES_MAX} keys were written over: undo some, or load other keys"
                )
            }
            Self::NoSuchNode(NodeId(id)) => write!(f, "no node with the id {id} stores anything"),
            Self::Crashed(NodeId(id)) => {
                write!(f, "the node with the id {id} crashed: restart it first")
            }
            Self::CannotRestart(NodeId(id), reason) => {
                write!(
                    f,
                    "the node with the id {id} cannot begin from its disk: {reason}"
                )
            }
            Self::Runs(name) => write!(f, "{name} runs: remove it, and it hands over what it has"),
            Self::IsWaitedFor(name) => write!(
                f,
                "the change under way waits for {name}: undo that change, or restart {name}"
            ),
            Self::NothingToUndo => write!(f, "nothing to undo or to redo"),
        }
    }
}

impl std::error::Error for Refused {}
