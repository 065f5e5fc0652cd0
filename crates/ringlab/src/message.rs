//! Every message between nodes, and all that goes into a node and comes out of it. It knows no
//! network, no clock and no disk.
//!
//! A driver feeds one [`Input`] at a time to [`Node::handle`](crate::node::Node::handle) and then
//! carries out every [`Effect`] in order. Messages travel in one process for now: a batch hands
//! loaded rows over by reference, so that a browser holds five million keys once and not once a
//! replica. The bytes on a wire come with the first driver that has one.
//!
//! [`Input`]: crate::message::Input
//! [`Effect`]: crate::message::Effect

mod anti_entropy;
mod collection;
mod membership;
mod options;
mod outcome;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use crate::health::Rumour;
use crate::layout::{MembershipChange, Stage};
use crate::pair::{Key, Value};
use crate::ring::NodeId;
use crate::settings::{Epoch, Merge, SettingsChange};
use crate::storage::Batch;
use crate::time::Instant;
use crate::version::{Siblings, VersionVector};

pub use self::anti_entropy::{Comparison, Difference, Question};
pub use self::collection::Collection;
pub use self::membership::Membership;
pub use self::options::Options;
pub use self::outcome::{Answer, Certainty, Outcome};
pub use self::settings::SettingsNews;
pub use crate::event::{
    Answered, Event, ExchangeEnd, ExchangeTally, NodeState, Phase, Refusal, RequestId, RequestKind,
    Unequal,
};

/// What a message is taken to weigh beside its keys and values, in bytes.
const ENVELOPE_BYTES: u64 = 64;
/// What a rumour is taken to weigh, in bytes.
const RUMOUR_BYTES: u64 = 16;

/// A source of random numbers; the seed is the driver's.
pub trait Random {
    /// The next one, evenly from all 64-bit numbers.
    fn next_u64(&mut self) -> u64;
}

/// Something that was written: that it survives a crash is told by [`Effect::Stored`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppendId(pub u64);

/// A timer of a node: setting it again moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimerId {
    /// A request's deadline.
    Request(RequestId),
    /// A step of the membership change that this node leads may need its messages sent again.
    Step,
    /// The batch on its way to this node may need to be sent again.
    Batch(NodeId),
    /// Replicas have been waited for: fallbacks may be asked.
    Patience(RequestId),
    /// The replicas that a read asked first take long: the others may be asked.
    Hedge(RequestId),
    /// Hints are to be handed over.
    Hints,
    /// A period of gossip begins.
    Gossip,
    /// The node that is probed has not answered; others may be asked to probe it.
    Probe,
    /// The next exchange of anti-entropy is due.
    AntiEntropy,
    /// The exchange that this node began has waited long enough for an answer.
    Exchange,
    /// Tombstones may be old enough to be forgotten.
    Collection,
    /// Nodes may need to be told again which settings were decided.
    Settings,
    /// The store has put off work, or may have room again.
    Disk,
    /// What damage took is to be fetched from other replicas.
    Refetch,
    /// Some nodes have not told what they know of changes.
    Inquiry,
}

/// What goes into a node.
#[derive(Clone, Debug)]
pub enum Input {
    /// The first input, once.
    Start,
    /// A message arrived.
    Message {
        /// Who sent it.
        from: NodeId,
        /// What it says.
        message: Message,
    },
    /// A client asks this node to coordinate.
    Request {
        /// The request's name.
        id: RequestId,
        /// What is asked.
        command: Command,
        /// What it wants otherwise than the cluster.
        options: Options,
    },
    /// A timer ran out.
    Timer(TimerId),
    /// The disk's turn has come: the node syncs what it has written.
    Sync,
    /// An operator changes who belongs to the cluster.
    Admin(Arc<MembershipChange>),
    /// An operator does not want the change under way any more. These nodes are gone for good: it is
    /// withdrawn without them.
    Withdraw(Arc<[NodeId]>),
    /// An operator says that these nodes are gone for good while a change is under way, the one that
    /// leads it perhaps. This node leads on without them: forth if the change was committed, or else
    /// back.
    TakeOver(Arc<[NodeId]>),
    /// An operator changes settings, whichever they are: N, R, W and the spread as a change of the
    /// layout, all else by the word that spreads.
    Settings(SettingsChange),
}

/// What comes out of a node, to be carried out in order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// A message to another node.
    Send {
        /// To whom; never the node itself.
        to: NodeId,
        /// What.
        message: Message,
    },
    /// The answer to a client's request.
    Reply {
        /// The request's name.
        id: RequestId,
        /// How it ended.
        outcome: Outcome,
    },
    /// [`Input::Timer`] is wanted at a moment.
    SetTimer {
        /// Which.
        id: TimerId,
        /// When.
        at: Instant,
    },
    /// The timer is not wanted any more.
    CancelTimer(TimerId),
    /// The node has written this to its logs; a crash may still take it. Nothing to carry out.
    Append {
        /// Each one above the last.
        id: AppendId,
        /// What was written.
        record: Record,
    },
    /// [`Input::Sync`] is wanted when the disk has time: one at a time, however much is written
    /// until then.
    Sync,
    /// All that was written up to this one survives a crash. Nothing to carry out.
    Stored(AppendId),
    /// Something that a page, a checker or a trace may want to know. Changes nothing.
    Observe(Event),
}

/// What a client asks of a coordinator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Read a key.
    Get {
        /// Which.
        key: Key,
    },
    /// Store a value.
    Put {
        /// For which key.
        key: Key,
        /// What the client has read of the key: what the value supersedes.
        context: VersionVector,
        /// The value.
        value: Value,
    },
    /// Store a tombstone.
    Delete {
        /// For which key.
        key: Key,
        /// What the client has read of the key: what is deleted.
        context: VersionVector,
    },
}

/// What a node writes to its log.
#[derive(Clone, Debug)]
pub enum Record {
    /// A key's cell, whole.
    Cell(Key, Siblings),
    /// A key's cell, kept for a replica that could not be reached.
    Hint((Key, NodeId), Siblings),
    /// A hint was handed over, or its time is over.
    HintGone((Key, NodeId)),
    /// Tombstones that are forgotten, where they still are what they were.
    Forgotten(Arc<[(Key, Siblings)]>),
    /// Cells that another replica had, each to be joined with what is there.
    Cells(Arc<[(Key, Siblings)]>),
    /// Ranges with all their rows and cells, received from an old owner.
    Batch(Arc<Batch>),
    /// The node took a step of a membership change.
    Step(Stage),
    /// All ranges that the node does not own in this layout version are gone.
    Released(u64),
}

/// A message between nodes.
#[derive(Clone, Debug)]
pub enum Message {
    /// Coordinator to replica: what do you know of a key?
    Read {
        /// For which request.
        request: RequestId,
        /// The sender's layout.
        stage: Stage,
        /// The key.
        key: Key,
        /// In whose place a fallback is asked.
        place: Option<NodeId>,
    },
    /// Replica to coordinator: this.
    ReadReply {
        /// For which request.
        request: RequestId,
        /// The replica's cell.
        siblings: Siblings,
    },
    /// Coordinator to one replica: give this write its dot and store it in your cell.
    Write {
        /// For which request.
        request: RequestId,
        /// The sender's layout.
        stage: Stage,
        /// The key.
        key: Key,
        /// What the writer has read.
        context: VersionVector,
        /// What is written; `None` is a tombstone.
        value: Option<Value>,
        /// Whether it drops versions that its writer has not read.
        merge: Merge,
        /// In whose place a fallback is asked.
        place: Option<NodeId>,
        /// The life of the receiver that is meant: only that one knows what it has named already.
        life: u64,
    },
    /// Replica to coordinator: it is not in the life that was meant. Nothing is stored.
    OtherLife {
        /// For which request.
        request: RequestId,
        /// The life it is in.
        life: u64,
    },
    /// Replica to coordinator: stored, and this is the whole cell.
    Written {
        /// For which request.
        request: RequestId,
        /// The cell with the new version in it.
        siblings: Siblings,
    },
    /// Coordinator to the other replicas: store this, too.
    Replicate {
        /// For which request.
        request: RequestId,
        /// The sender's layout.
        stage: Stage,
        /// The key.
        key: Key,
        /// To be joined with the replica's own cell.
        siblings: Siblings,
        /// In whose place a fallback is asked.
        place: Option<NodeId>,
    },
    /// Replica to coordinator: stored.
    Replicated {
        /// For which request.
        request: RequestId,
    },
    /// Replica to coordinator: no; the key is not mine in any layout in force, or I am full.
    Declined {
        /// For which request.
        request: RequestId,
    },
    /// Replica to coordinator: a version more would be one too many. Nothing is stored.
    TooManySiblings {
        /// For which request.
        request: RequestId,
        /// How many there would be.
        siblings: u32,
        /// The most there may be.
        limit: u32,
    },
    /// Coordinator to a replica that a read found behind: join this with your cell.
    Repair {
        /// The sender's layout.
        stage: Stage,
        /// The key.
        key: Key,
        /// All that the read found.
        siblings: Siblings,
    },
    /// Holder of a hint to the replica it is for: join this with your cell.
    HandOver {
        /// Repeated by the answer.
        hint: HintId,
        /// The sender's layout.
        stage: Stage,
        /// The key.
        key: Key,
        /// The cell.
        siblings: Siblings,
        /// A holder that leaves asks another node to keep it, for this replica.
        place: Option<NodeId>,
        /// How long it has been kept: with whom else changes nothing about when its time is over.
        age: Duration,
    },
    /// Replica to the holder of a hint: stored.
    HandedOver {
        /// Which.
        hint: HintId,
    },
    /// A membership change: its steps, their acknowledgements, its data.
    Membership(Membership),
    /// A probe, and rumours with it.
    Gossip {
        /// What is asked or answered.
        probe: Probe,
        /// The sender's layout version; 0 before it has one.
        version: u64,
        /// Whether the sender waits for another node to end a change to it.
        waits: bool,
        /// When the settings that the sender goes by were decided.
        epoch: Epoch,
        /// At most [`RUMOURS_MAX`](crate::gossip::RUMOURS_MAX).
        rumours: Vec<Rumour>,
    },
    /// Settings that are wanted, or were decided.
    Settings(SettingsNews),
    /// Two replicas find out where they differ.
    AntiEntropy(Comparison),
    /// Tombstones may be forgotten.
    Collection(Collection),
}

/// A message of failure detection. `number` counts the probes of `asker`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Do you answer?
    Ask {
        /// Who wants to know; not always the sender.
        asker: NodeId,
        /// Which of its probes this is.
        number: u64,
    },
    /// Ask this node for me.
    AskFor {
        /// Whom.
        node: NodeId,
        /// Which probe of the sender this is.
        number: u64,
    },
    /// I answer; or, on its way by another one: the node does.
    Answer {
        /// Who answers.
        node: NodeId,
        /// Who wanted to know.
        asker: NodeId,
        /// Which of its probes this was.
        number: u64,
    },
}

/// A hint on its way to the replica that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HintId(pub u64);

impl Message {
    /// Where its sender is in the membership, when it asks a replica for something.
    pub(crate) const fn stage(&self) -> Option<Stage> {
        match self {
            Self::Read { stage, .. }
            | Self::Write { stage, .. }
            | Self::Replicate { stage, .. }
            | Self::Repair { stage, .. }
            | Self::HandOver { stage, .. } => Some(*stage),
            _ => None,
        }
    }

    /// About how many bytes it would take on a wire: what a network model charges for.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let body = match self {
            Self::Read { key, .. } => key.bytes().len() as u64,
            Self::ReadReply { siblings, .. } | Self::Written { siblings, .. } => siblings.bytes(),
            Self::Write { key, value, .. } => {
                let value = value.as_ref().map_or(0, |value| value.bytes().len());
                (key.bytes().len() + value) as u64
            }
            Self::Replicate { key, siblings, .. }
            | Self::Repair { key, siblings, .. }
            | Self::HandOver { key, siblings, .. } => key.bytes().len() as u64 + siblings.bytes(),
            Self::Replicated { .. }
            | Self::Declined { .. }
            | Self::OtherLife { .. }
            | Self::TooManySiblings { .. }
            | Self::HandedOver { .. } => 0,
            Self::Membership(Membership::Batch(batch)) => batch.load.bytes,
            Self::Membership(_) | Self::Settings(_) => 0,
            Self::Gossip { rumours, .. } => rumours.len() as u64 * RUMOUR_BYTES,
            Self::AntiEntropy(message) => message.bytes(),
            Self::Collection(message) => message.bytes(),
        };
        ENVELOPE_BYTES + body
    }
}

impl Command {
    /// The key it is about.
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Get { key } | Self::Put { key, .. } | Self::Delete { key, .. } => key,
        }
    }

    /// What kind of request it is.
    #[must_use]
    pub const fn kind(&self) -> RequestKind {
        match self {
            Self::Get { .. } => RequestKind::Get,
            Self::Put { .. } => RequestKind::Put,
            Self::Delete { .. } => RequestKind::Delete,
        }
    }
}
