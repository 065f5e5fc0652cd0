//! What is wrong, as the page lists it. Pure.

use ringlab::ring::NodeId;
use ringlab_sim::protocol::Health;
use ringlab_sim::protocol::{Condition, NodeRow, NodeState, NodeTable};

#[cfg(test)]
mod tests;

/// Nodes listed at most.
pub const TROUBLED_SHOWN_MAX: usize = 50;

/// Whether a node does not do what it should, or is believed not to.
#[must_use]
pub fn is_troubled(row: &NodeRow) -> bool {
    row.condition != Condition::Well || row.health != Health::Up
}

/// Whether there is anything to say of a node.
fn is_told(row: &NodeRow) -> bool {
    is_troubled(row) || row.hints > 0
}

/// The nodes of which there is something to say, as many as are shown.
pub fn troubled(table: &NodeTable) -> impl Iterator<Item = &NodeRow> {
    let rows = table.rows.iter().filter(|row| is_told(row));
    rows.take(TROUBLED_SHOWN_MAX)
}

/// How many nodes there is something to say of beyond those that are shown.
#[must_use]
pub fn left_out(table: &NodeTable) -> u64 {
    let told = table.rows.iter().filter(|row| is_told(row)).count();
    told.saturating_sub(TROUBLED_SHOWN_MAX) as u64
}

/// How many nodes are in trouble, and the hints that all keep.
#[must_use]
pub fn counts(table: &NodeTable) -> (u64, u64) {
    let troubled = table.rows.iter().filter(|row| is_troubled(row)).count();
    let hints = table.rows.iter().map(|row| row.hints).sum();
    (troubled as u64, hints)
}

/// The nodes that do not do what they should, by id.
#[must_use]
pub fn not_well(table: &NodeTable) -> Vec<NodeId> {
    let rows = table.rows.iter();
    let rows = rows.filter(|row| row.condition != Condition::Well);
    rows.map(|row| row.id).collect()
}

/// Whether a node stopped: it can restart, or be replaced.
#[must_use]
pub const fn is_down(row: &NodeRow) -> bool {
    matches!(row.condition, Condition::Crashed | Condition::Wiped)
}

/// The nodes that stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Down {
    /// In order.
    pub ids: Vec<NodeId>,
    /// In the same order.
    pub names: Vec<String>,
}

impl Down {
    /// Of a table. O(rows).
    #[must_use]
    pub fn of(table: &NodeTable) -> Self {
        let rows = || table.rows.iter().filter(|row| is_down(row));
        Self {
            ids: rows().map(|row| row.id).collect(),
            names: rows().map(|row| row.name.to_string()).collect(),
        }
    }
}

/// The conditions that nodes are in, each once.
#[must_use]
pub fn conditions(table: &NodeTable) -> Vec<Condition> {
    let mut found = Vec::new();
    for row in &table.rows {
        if !found.contains(&row.condition) {
            found.push(row.condition);
        }
    }
    found
}

/// The nodes to which something may be done.
pub fn there(table: &NodeTable) -> impl Iterator<Item = &NodeRow> {
    let rows = table.rows.iter();
    rows.filter(|row| row.state != NodeState::Removed)
}

/// The nodes on the other side of the partition when one more, or one less, is there.
#[must_use]
pub fn apart_with(table: &NodeTable, node: NodeId, is_apart: bool) -> Vec<NodeId> {
    let others = table
        .rows
        .iter()
        .filter(|row| row.is_apart && row.id != node);
    let others = others.map(|row| row.id);
    others.chain(is_apart.then_some(node)).collect()
}
