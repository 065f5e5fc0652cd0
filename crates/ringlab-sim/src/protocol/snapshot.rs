//! What an engine shows of itself. Boundary types; they know no engine.

use std::sync::Arc;

use ringlab::hash::Token;
use ringlab::health::Health;
use ringlab::keyspace::{Load, Unevenness};
use ringlab::message::NodeState;
use ringlab::ring::{NodeId, NodeName, Weight, Zone};
use ringlab::settings::Setting;
use ringlab::time::Instant;
use serde::{Deserialize, Serialize};

use super::change::{ChangeReport, Flight, TransferProgress};
use super::command::{Refusal, Revisions};
use super::fault::Condition;
use super::inspection::Inspection;
use super::settings::SettingsInForce;
use super::trace::Trace;
use crate::situation::Situation;

/// Above this many virtual nodes the ring is drawn in bins: an arc would be thinner than a pixel.
pub const ARCS_MAX: usize = 2_500;

/// Situations that undo can return to.
pub const UNDO_MAX: usize = 100;

/// What the engine shows of itself. Sections that the asker holds already are `None`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// The [`Ask::number`](super::Ask::number) that this answers.
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
    /// The settings that nodes go by.
    pub settings: Option<SettingsInForce>,
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
    /// Something is wrong, or not yet put right again: time goes on mattering.
    pub is_uneasy: bool,
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
    /// So many lost nodes had their parts taken by new ones of their names; its name when it was one.
    Replace(u32, Option<NodeName>),
    /// This node's weight.
    Reweight(NodeName),
    /// This node's zone.
    Rezone(NodeName),
    /// This setting of the store, to a value in its unit.
    Set(Setting, u64),
    /// Settings.
    Configure,
    /// Other keys.
    Load,
    /// A put of this key.
    Put(Vec<u8>),
    /// A delete of this key.
    Delete(Vec<u8>),
}

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
    /// Whether it does what it should.
    pub condition: Condition,
    /// Whether it is on the other side of a partition, whatever else it is.
    pub is_apart: bool,
    /// What the coordinator believes of it, which it can only find out by asking.
    pub health: Health,
    /// Writes that it keeps for replicas which could not be reached.
    pub hints: u64,
    /// Buckets in which it differed from the last node that it compared itself with; `None` when
    /// it never did.
    pub differing: Option<u64>,
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
