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
    /// A node stops. It keeps what its disk had synced, and what comes for it is lost.
    Crash(NodeId),
    /// A node that crashed begins again with what its disk has.
    Restart(NodeId),
    /// A node stops, if it runs, and its disk has nothing any more. When it restarts it knows no
    /// cluster, and the cluster still counts on it.
    Wipe(NodeId),
    /// No partition any more, no node is paused, and those that crashed begin again.
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
    /// It stopped; its disk has what it had synced.
    Crashed,
    /// It stopped, and its disk has nothing.
    Wiped,
    /// It runs after its disk was wiped: it knows no cluster and answers for nothing.
    Blank,
}
