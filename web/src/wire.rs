//! What the page and its worker say to each other, as bytes. It knows neither of them.
//!
//! One thing goes beside it: a person's own `File`, which a message hands over by reference, so
//! that nothing of it is copied.

use std::sync::Arc;

use ringlab::ring::NodeSpec;
use ringlab_sim::loading::{ImportReport, Loading};
use ringlab_sim::protocol::{Ask, KeySource, Situation, Snapshot};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

mod comparing;
#[cfg(test)]
mod tests;

pub use comparing::{Compared, Comparing, Comparison, Moved, Removal, ToCompare};

/// What a report calls the sample.
pub const SAMPLE_NAME: &str = "npm-downloads-50k.csv";

/// From the page to the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Load the keys of this situation and make a world of it.
    Open(Arc<Situation>),
    /// Put these keys on the ring that stands.
    Load(KeySource),
    /// Stop loading; what was loaded before stays.
    CancelLoading,
    /// The next frame.
    Ask(Ask),
    /// Tell which nodes this text of another system has.
    Read(String),
    /// Count how the system of that text places the keys.
    Compare(ToCompare),
    /// Stop counting that.
    CancelComparing,
}

/// From the worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker listens.
    Started,
    /// The world of the last `Open` stands; its revisions start over.
    Opened,
    /// The answer to an `Ask`.
    Snapshot(Box<Snapshot>),
    /// How far loading is.
    Loading(LoadingState),
    /// Loading ended, well or not.
    Loaded(Report),
    /// The answer to a `Read`.
    Topology(TopologyRead),
    /// The worker broke: there is no engine any more.
    Broke(String),
    /// What came of a `Compare`, or how far it is.
    Comparing(Comparing),
}

/// How far loading is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadingState {
    /// A file's name, or empty.
    pub label: String,
    /// How far.
    pub loading: Loading,
}

/// How loading ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// The keys are on the ring.
    Loaded(ImportReport),
    /// What was there before stays.
    Failed {
        /// What was tried: a file's name, or empty.
        label: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// A person stopped it.
    Cancelled,
}

/// The longest text of another system that is read.
pub const SYSTEM_TEXT_BYTES_MAX: usize = 16 << 20;

/// What was made of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum TopologyRead {
    /// There is none.
    #[default]
    Nothing,
    /// Whose it is, and its clusters: one at least.
    Told(SystemText, Vec<Cluster>),
    /// Why it cannot be read, and where.
    Wrong {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What is wrong, or was expected.
        what: String,
    },
}

/// Nodes among which one system spreads keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// As the text has it; empty where it has none.
    pub name: String,
    /// Its nodes, in order, with ids from 1.
    pub nodes: Vec<NodeSpec>,
}

/// Texts that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SystemText {
    /// Upstreams.
    Nginx,
    /// Backends.
    Haproxy,
    /// Pools.
    Twemproxy,
    /// `CLUSTER NODES`.
    RedisNodes,
    /// `CLUSTER SHARDS`.
    RedisGroups,
    /// `nodetool ring`.
    Cassandra,
}

/// A message as bytes.
#[must_use]
pub fn encode<M: Serialize>(message: &M) -> Vec<u8> {
    postcard::to_stdvec(message).expect("messages have neither unsized sequences nor failing parts")
}

/// Bytes as a message; `None` for what the other side never sends.
#[must_use]
pub fn decode<M: DeserializeOwned>(bytes: &[u8]) -> Option<M> {
    postcard::from_bytes(bytes).ok()
}
