//! What an operator chooses for a cluster, with bounds and defaults. It knows no node.

use std::time::Duration;

use crate::ring::Replication;

/// How long a request waits for replies before it is answered as unreachable: many times a round
/// trip, well below a person's patience.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(1);

/// Settings of a cluster: the same on every node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many replicas a key has, and how they are spread.
    pub replication: Replication,
    /// Replies that a read waits for, at least 1; fewer replicas than that: all of them.
    pub r: u32,
    /// Replies that a write waits for, at least 1; fewer replicas than that: all of them.
    pub w: u32,
}
