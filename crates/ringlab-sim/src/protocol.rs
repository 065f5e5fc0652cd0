//! What a page, a package or a server exchanges with an engine: commands in, snapshots out.
//!
//! It knows no browser and no engine; each type here is a boundary type, so it serialises.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ringlab::hash::Token;
use ringlab::keyspace::{KeyError, Load, Unevenness};
use ringlab::ring::{NodeId, NodeName, RingError, TokenRange, Weight, Zone};
use ringlab::time::Instant;
use serde::{Deserialize, Serialize};

pub use crate::situation::{
    KeySource, NODES_MAX, Population, Settings, Shape, Situation, SituationError, WRITES_MAX,
};

/// Membership changes and requests that may wait for the one under way.
pub const WAITING_MAX: usize = 64;
/// Situations that undo can return to.
pub const UNDO_MAX: usize = 100;
/// Above this many virtual nodes the ring is drawn in bins: an arc would be thinner than a pixel.
pub const ARCS_MAX: usize = 2_500;

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
    /// Rebuild with other settings. Not counted as a move; what was written is kept.
    Configure(Settings),
    /// A client's request.
    Request(Request),
    /// What stands at a point of the ring; answered by [`Snapshot::inspection`].
    Inspect(Inspect),
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
    pub name: Option<String>,
    /// Its weight.
    pub weight: Weight,
    /// Its zone, or the one with the fewest nodes.
    pub zone: Option<String>,
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
    /// Of [`Snapshot::situation`].
    pub situation: u64,
    /// Of [`Snapshot::nodes`].
    pub nodes: u64,
    /// Of [`Snapshot::ring`].
    pub ring: u64,
    /// Of [`Snapshot::change`].
    pub change: u64,
    /// Of [`Snapshot::trace`].
    pub trace: u64,
    /// Of [`Snapshot::inspection`].
    pub inspection: u64,
}

/// What the engine shows of itself. Sections that the asker holds already are `None`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// The [`Ask::number`] that this answers.
    pub number: u64,
    /// Simulated time.
    pub now: Instant,
    /// Events so far.
    pub events: u64,
    /// A digest of every event so far: equal seeds and commands give equal digests everywhere.
    pub history: u64,
    /// The revisions of all sections.
    pub revisions: Revisions,
    /// The whole situation: what a link holds.
    pub situation: Option<Arc<Situation>>,
    /// Every node, by id.
    pub nodes: Option<NodeTable>,
    /// The ring as it is drawn.
    pub ring: Option<RingPicture>,
    /// The last membership change and what it cost.
    pub change: Option<ChangeReport>,
    /// The way of the last request.
    pub trace: Option<Trace>,
    /// What was asked to be inspected.
    pub inspection: Option<Inspection>,
    /// The data transfer under way.
    pub transfer: Option<TransferProgress>,
    /// Changes that wait for the one under way.
    pub waiting: u32,
    /// Batches that arrived since the last snapshot, grouped by source and target.
    pub flights: Vec<Flight>,
    /// What could not be granted since the last snapshot.
    pub refusals: Vec<Refusal>,
    /// What undo would take back, if anything.
    pub undo: Option<Deed>,
    /// What redo would do again, if anything.
    pub redo: Option<Deed>,
}

/// A change that undo knows: the page words it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Deed {
    /// So many nodes joined; the name when it was one.
    Add(u32, Option<NodeName>),
    /// So many nodes left; the name when it was one.
    Remove(u32, Option<NodeName>),
    /// This node's weight.
    Reweight(NodeName),
    /// This node's zone.
    Rezone(NodeName),
    /// Settings.
    Configure,
    /// Other keys.
    Load,
    /// A put of this key.
    Put(Vec<u8>),
    /// A delete of this key.
    Delete(Vec<u8>),
}

/// A command that was not carried out, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// What was asked, for the page to place the message.
    pub command: RefusedCommand,
    /// Why.
    pub reason: Refused,
}

/// Which field of the page a refusal belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusedCommand {
    /// Opening a situation or loading keys.
    Open,
    /// Adding, removing, reweighting, rezoning.
    Membership,
    /// Settings.
    Configure,
    /// A request.
    Request,
    /// Undo and redo.
    Undo,
}

/// Why a command was not carried out; its text says what and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Refused {
    /// The ring cannot take it.
    Ring(RingError),
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
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ring(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
            Self::Situation(error) => error.fmt(f),
            Self::ValueTooLong { bytes, limit } => {
                write!(f, "the value has {bytes} bytes; {limit} are the most")
            }
            Self::LastNode(name) => {
                write!(
                    f,
                    "{name} is the last node that stores: it holds all the data"
                )
            }
            Self::OtherKeys => write!(f, "the situation asks for other keys than the loaded ones"),
            Self::TooManyWaiting => {
                write!(
                    f,
                    "{WAITING_MAX} commands wait for the change under way: let it end first"
                )
            }
            Self::TooManyWrites => {
                write!(
                    f,
                    "{WRITES_MAX} keys were written over: undo some, or load other keys"
                )
            }
            Self::NothingToUndo => write!(f, "nothing to undo or to redo"),
        }
    }
}

impl std::error::Error for Refused {}

/// Every node, by id; the columns of the page's table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeTable {
    /// By id.
    pub rows: Vec<NodeRow>,
    /// All keys, requests and bytes of the population.
    pub total: Load,
    /// How even the primaries' keys are.
    pub keys: Unevenness,
    /// How even the primaries' requests are.
    pub requests: Unevenness,
    /// N, R and W in force, capped by the number of storage nodes.
    pub effective: (u32, u32, u32),
}

/// One node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeRow {
    /// Never reused.
    pub id: NodeId,
    /// As given.
    pub name: NodeName,
    /// Where it is in its life.
    pub state: NodeState,
    /// Its part.
    pub weight: Weight,
    /// Where it stands.
    pub zone: Zone,
    /// Its points on the ring.
    pub virtual_nodes: u32,
    /// Part of the ring it owns as primary, 0 to 1.
    pub share: f64,
    /// Part it should own by its weight, 0 to 1.
    pub fair: f64,
    /// Keys it is the primary of, with their requests and bytes.
    pub primary: Load,
    /// The same before the last membership change; `None` for a node that was not there.
    pub before: Option<Load>,
    /// Keys and bytes it holds a copy of, counted in its store.
    pub held: Load,
}

/// Where a node is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeState {
    /// It receives its part and does not answer for it yet.
    Joining,
    /// It answers for what it owns.
    Live,
    /// It still answers while it hands over what it holds.
    Leaving,
    /// It is gone and holds nothing; kept in the table until the next change.
    Removed,
}

/// The ring as it is drawn: arcs, or bins where arcs would be thinner than a pixel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RingPicture {
    /// Points on the ring.
    pub virtual_nodes: u64,
    /// Who owns what.
    pub owners: Owners,
    /// Keys in each of equally wide parts of the ring, clockwise from token 0.
    pub density: Vec<u32>,
}

/// Who owns the ring, clockwise from token 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Owners {
    /// Each arc ends at its token (inclusive); the first one begins after the last one's token.
    Arcs(Vec<(Token, NodeId)>),
    /// Equally wide bins: the node that owns most of each, and its part of the bin, 0 to 255.
    Bins(Vec<(NodeId, u8)>),
}

/// A membership change and what it cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeReport {
    /// What was done.
    pub deed: Deed,
    /// When it began.
    pub began: Instant,
    /// When the old layout was retired; `None` while data still moves.
    pub ended: Option<Instant>,
    /// Keys whose primary changed, with their requests and bytes.
    pub moved: Load,
    /// Of those, a copy was already at the new primary.
    pub rerouted: Load,
    /// Copies to send so that each key has its N again: keys counted once a copy.
    pub to_copy: Load,
    /// Keys with no live copy left.
    pub lost: Load,
    /// Part of the ring whose primary changed, 0 to 1.
    pub share_moved: f64,
    /// The least keys any placement must move so that each node has its fair share.
    pub least: Load,
    /// What `hash mod n` would have moved, counted key by key.
    pub modulo: Load,
    /// Evenness of keys before and after.
    pub keys: (Unevenness, Unevenness),
    /// Evenness of requests before and after.
    pub requests: (Unevenness, Unevenness),
    /// The node with most requests now.
    pub hottest: Option<Hottest>,
    /// From node to node: keys whose copy is sent, largest first, at most [`LINKS_MAX`].
    pub links: Vec<(NodeId, NodeId, Load)>,
    /// Links beyond the listed ones.
    pub links_left_out: u32,
}

/// Links that a change report lists.
pub const LINKS_MAX: usize = 64;

/// The node with most requests, and the key that makes it so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hottest {
    /// The node.
    pub node: NodeId,
    /// Its load as primary.
    pub load: Load,
    /// Its hottest keys, most requests first.
    pub keys: Vec<KeyLoad>,
}

/// One key and its load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLoad {
    /// Its bytes.
    pub key: Vec<u8>,
    /// Its token.
    pub token: Token,
    /// Its requests.
    pub requests: u64,
    /// Its size.
    pub bytes: u64,
}

/// What stands at a place of the ring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inspection {
    /// Nothing was asked.
    Nothing,
    /// The virtual node that owns a token.
    Range {
        /// The token asked for.
        token: Token,
        /// The range that ends at the virtual node.
        range: TokenRange,
        /// Its part of the ring, 0 to 1.
        share: f64,
        /// The preference list of its keys: the primary first.
        owners: Vec<NodeId>,
        /// Its keys.
        load: Load,
        /// Its keys with most requests.
        hottest: Vec<KeyLoad>,
    },
    /// A node.
    Node {
        /// Which.
        node: NodeId,
        /// Its tokens in order, at most [`TOKENS_SHOWN_MAX`].
        tokens: Vec<Token>,
        /// Its tokens beyond those.
        tokens_left_out: u32,
        /// Its keys with most requests.
        hottest: Vec<KeyLoad>,
    },
}

/// Tokens that an inspection of a node lists.
pub const TOKENS_SHOWN_MAX: usize = 4_096;
/// Keys that an inspection lists.
pub const KEYS_SHOWN_MAX: usize = 10;

/// How far the data transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransferProgress {
    /// The layout version it leads to.
    pub version: u64,
    /// What happens now.
    pub phase: Phase,
    /// Copies confirmed by their new owners.
    pub copied: Load,
    /// All copies of the plan.
    pub planned: Load,
    /// Simulated time until the layout before is retired, estimated from the progress so far;
    /// before anything was copied, from the plan.
    pub remaining: Duration,
}

/// The steps of a membership change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Nodes learn the next layout and begin to write to old and new owners.
    Announce,
    /// Old owners send what new owners lack.
    Transfer,
    /// Reads turn to the new owners.
    Commit,
    /// Old owners delete what they no longer own.
    Retire,
}

/// Copies that arrived, by source and target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flight {
    /// Who sent.
    pub from: NodeId,
    /// Who stored.
    pub to: NodeId,
    /// How much.
    pub load: Load,
    /// A point of the ring among them.
    pub at: Token,
}

/// The way of one request through client, coordinator and replicas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Which request of the run.
    pub id: u64,
    /// What was asked.
    pub request: Request,
    /// The key's token.
    pub token: Token,
    /// Who coordinates.
    pub coordinator: NodeId,
    /// In order of time.
    pub steps: Vec<Step>,
    /// The answer, once there.
    pub answer: Option<Answer>,
}

/// One step of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub what: StepKind,
}

/// What happened in a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StepKind {
    /// The client handed the request to the coordinator. A put whose client holds no context for
    /// its key reads first.
    Coordinate {
        /// It reads, for the context or for the answer.
        read: bool,
    },
    /// The coordinator looked the preference list up and asked each of these nodes.
    Ask {
        /// Primary first; in a change, old and new owners.
        replicas: Vec<NodeId>,
        /// Replies that are enough: R or W.
        needed: u32,
    },
    /// A replica answered.
    Reply {
        /// Which.
        from: NodeId,
        /// Replies counted so far.
        counted: u32,
        /// Replies that are enough.
        needed: u32,
    },
    /// Enough replied.
    Quorum,
    /// A replica's reply came after the quorum.
    Late {
        /// Which.
        from: NodeId,
    },
    /// The client has the answer.
    Answer,
}

/// What the client was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Stored by W replicas.
    Stored,
    /// The values, more than one when writers did not know of each other; empty when the key is
    /// not there.
    Values(Vec<Vec<u8>>),
    /// Too few replicas answered in time.
    QuorumUnreachable {
        /// Replies that were needed.
        needed: u32,
        /// Replies that came.
        answered: u32,
    },
    /// No coordinator took it.
    Refused(ringlab::message::Refusal),
}
