//! A membership change: what it costs, and how far it is. Boundary types; they know no engine.

use std::time::Duration;

use ringlab::hash::Token;
use ringlab::keyspace::{Load, Unevenness};
use ringlab::message::Phase;
use ringlab::ring::NodeId;
use ringlab::time::Instant;
use serde::{Deserialize, Serialize};

use super::inspection::KeyLoad;
use super::snapshot::Deed;

/// A membership change and what it cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeReport {
    /// What was done.
    pub deed: Deed,
    /// When it began.
    pub began: Instant,
    /// When the old layout was retired; `None` while data still moves.
    pub ended: Option<Instant>,
    /// All keys when it began.
    pub total: Load,
    /// Keys whose primary changed, with their requests and bytes.
    pub moved: Load,
    /// Of those, a copy was already at the new primary.
    pub rerouted: Load,
    /// Copies to send to nodes that had none, so that each key has its N again: keys counted once
    /// a copy.
    pub to_copy: Load,
    /// Copies to send to nodes that have one already: where fewer nodes than N are left, one that
    /// leaves has no heir, and each of the others may lack a write that it took. Counted alike.
    pub sent_again: Load,
    /// All that is sent, as often as it is: a node without a partner among those that lose the range
    /// hears it from every owner, each of which may have missed a write.
    pub sent: Load,
    /// Keys with no live copy left.
    pub lost: Load,
    /// What may be gone with the nodes that it names lost; `None` where it names none.
    pub bereft: Option<Bereft>,
    /// Part of the ring whose primary changed, 0 to 1.
    pub share_moved: f64,
    /// What would move from perfect balance to perfect balance: the part by which fair shares
    /// grow. The keys of an uneven ring may move less.
    pub balance: Load,
    /// What `hash mod n` would have moved, counted key by key; `None` until all are counted.
    pub modulo: Option<Load>,
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

/// Parts of the ring that lost nodes leave without all they should have, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bereft {
    /// Every owner is lost: what was written there is gone.
    pub of_all: f64,
    /// W owners or more are lost, but not all: what only these had acknowledged is gone.
    pub of_a_quorum: f64,
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

/// How far the data transfer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Nothing has come of it for longer than a step takes: someone does not answer.
    pub is_stalled: bool,
    /// Who was asked in vain, as often as its leader asks before it says so.
    pub waits_for: Vec<NodeId>,
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
