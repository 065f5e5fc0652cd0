//! What stands at a place of the ring. Boundary types; they know no engine.

use ringlab::hash::Token;
use ringlab::keyspace::Load;
use ringlab::ring::{NodeId, TokenRange};
use serde::{Deserialize, Serialize};

/// What stands at a place of the ring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inspection {
    /// Nothing was asked.
    Nothing,
    /// The virtual node that owns a token.
    Range {
        /// The token asked for.
        token: Token,
        /// Whether a key has exactly that token.
        has_key: bool,
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
