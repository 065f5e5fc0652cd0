//! What a person lets go wrong in a cluster. Boundary types; they know no engine.

use ringlab::ring::NodeId;
use serde::{Deserialize, Serialize};

/// Something that goes wrong, or is right again. No change of the situation: undo, redo and links
/// know nothing of it, and a cluster that is made anew is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// A node does nothing from now on; what comes for it waits.
    Pause(NodeId),
    /// A paused node goes on, with all that has come for it.
    Resume(NodeId),
    /// A partition: these nodes hear only each other, and all others only each other. It takes the
    /// place of the one before.
    Partition(Vec<NodeId>),
    /// No partition any more, and no node is paused.
    Heal,
}

/// Whether a node does what it should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// It does.
    #[default]
    Well,
    /// It is on the other side of a partition than clients and their coordinator.
    Apart,
    /// It does nothing, for a while.
    Paused,
}
