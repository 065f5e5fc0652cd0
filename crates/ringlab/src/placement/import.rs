//! Topologies read from the texts in which systems have them: what a person pastes to see their own
//! system's placement. It decides nothing: it reads nodes, weights and the algorithm.
//!
//! What a text asks for that is not placed here to the bit is refused, never guessed.

mod cassandra;
mod format;
mod haproxy;
mod nginx;
mod redis;
mod redis_groups;
mod twemproxy;
mod values;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;

pub use self::cassandra::cassandra_ring;
pub use self::format::Format;
pub use self::haproxy::haproxy_backends;
pub use self::nginx::nginx_upstreams;
pub use self::redis::redis_nodes;
pub use self::redis_groups::redis_groups;
pub use self::twemproxy::twemproxy_pools;

use super::error::PlacementError;
use super::nodes::WeightedNode;
use super::system::{Compatible, System};

/// The longest text that is read.
pub const IMPORT_BYTES_MAX: usize = 16 << 20;

/// Nodes among which a system spreads keys, as a configuration names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its name: of a pool, an upstream or a backend.
    pub name: String,
    /// How it places keys.
    pub system: System,
    /// Its nodes, in order.
    pub nodes: Vec<WeightedNode>,
}

impl Pool {
    /// Places keys as the system does.
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`](super::Placement::add).
    pub fn place(self) -> Result<Compatible, PlacementError> {
        Compatible::with_settings(self.system, self.nodes)
    }
}

/// Why a text is not a topology, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong, or was expected.
    pub what: String,
}

impl ImportError {
    fn new((line, column): (usize, usize), what: impl Into<String>) -> Self {
        let what = what.into();
        Self { line, column, what }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, what } = self;
        write!(f, "line {line}, column {column}: {what}")
    }
}

impl std::error::Error for ImportError {}

/// Refuses a text that is longer than any topology.
fn check_length(text: &str) -> Result<(), ImportError> {
    if text.len() > IMPORT_BYTES_MAX {
        let what = format!(
            "the text has {} bytes; {IMPORT_BYTES_MAX} are the most",
            text.len()
        );
        return Err(ImportError::new((1, 1), what));
    }
    Ok(())
}
