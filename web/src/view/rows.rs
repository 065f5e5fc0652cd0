//! The rows of the node table: their order, and the few that are in sight. It knows no browser.

use std::cmp::Ordering;

use ringlab::keyspace::Load;
use ringlab::ring::NodeId;
use ringlab_sim::protocol::{NodeRow, NodeState, NodeTable};

#[cfg(test)]
mod tests;

/// Height of a row in CSS pixels; `--row` in `tokens.css` is the same.
pub const ROW_HEIGHT: f64 = 31.0;
/// Height of the headings in CSS pixels; `--head` in `tokens.css` is the same.
pub const HEAD_HEIGHT: f64 = 30.0;
/// Rows drawn beyond each edge of what is in sight, so that a fast scroll meets no gap.
const ROWS_BEYOND: usize = 6;
/// Longest tag of a node, in characters.
const TAG_CHARACTERS: usize = 3;

/// A sortable column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// In order of joining.
    #[default]
    Node,
    /// Weight.
    Weight,
    /// Points on the ring.
    VirtualNodes,
    /// Name of the zone.
    Zone,
    /// Keys as primary.
    Keys,
    /// Keys now against before.
    Delta,
    /// Bytes as primary.
    Bytes,
    /// Requests as primary.
    Requests,
    /// Part of the ring.
    Share,
    /// Copies held.
    Held,
}

/// The order of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

/// What bars are drawn against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale {
    /// The longest bar of keys: now, before or fair.
    pub keys: u64,
    /// The longest bar of copies held.
    pub held: u64,
    /// All keys.
    pub total: Load,
    /// Whether there is a before to tell a change from.
    pub is_changed: bool,
}

/// The part of a long list that is in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// First row drawn.
    pub first: usize,
    /// One after the last row drawn.
    pub end: usize,
}

impl Order {
    /// After a click on a heading: the same column turns round, another begins with the end that
    /// is of interest.
    #[must_use]
    pub const fn clicked(self, column: Column) -> Self {
        if self.column as u8 == column as u8 {
            return Self {
                descending: !self.descending,
                ..self
            };
        }
        let descending = !matches!(column, Column::Node | Column::Zone);
        Self { column, descending }
    }

    /// Places of the rows in this order; equals stand by id. O(rows log rows).
    #[must_use]
    pub fn places(self, rows: &[NodeRow]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..rows.len()).collect();
        places.sort_by(|&one, &other| {
            let order = compare(self.column, &rows[one], &rows[other]);
            let order = if self.descending {
                order.reverse()
            } else {
                order
            };
            order.then(rows[one].id.cmp(&rows[other].id))
        });
        places
    }
}

impl Scale {
    /// Of a table. O(rows).
    #[must_use]
    pub fn of(table: &NodeTable) -> Self {
        let keys = |row: &NodeRow| {
            let before = row.before.map_or(0, |before| before.keys);
            row.primary
                .keys
                .max(before)
                .max(fair_keys(row, table.total.keys))
        };
        Self {
            keys: table.rows.iter().map(keys).max().unwrap_or(0).max(1),
            held: table
                .rows
                .iter()
                .map(|row| row.held.keys)
                .max()
                .unwrap_or(0)
                .max(1),
            total: table.total,
            is_changed: table.rows.iter().any(|row| row.before.is_some()),
        }
    }
}

impl Window {
    /// Rows to draw when `scrolled` pixels are above a sight of `height` pixels.
    #[must_use]
    pub fn of(rows: usize, scrolled: f64, height: f64) -> Self {
        let first = (scrolled.max(0.0) / ROW_HEIGHT) as usize;
        let seen = (height.max(0.0) / ROW_HEIGHT).ceil() as usize + 1;
        let first = first.min(rows);
        Self {
            first: first.saturating_sub(ROWS_BEYOND),
            end: (first + seen + ROWS_BEYOND).min(rows),
        }
    }
}

/// Keys that a node should have by its weight, for showing.
#[must_use]
pub fn fair_keys(row: &NodeRow, total: u64) -> u64 {
    (row.fair * total as f64).round() as u64
}

/// Up to three characters that tell a node beside its colour: the number its name ends in, or how
/// its name begins.
#[must_use]
pub fn tag(name: &str) -> String {
    let number = name.trim_start_matches(|character: char| !character.is_ascii_digit());
    let all_digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits && number.len() <= TAG_CHARACTERS {
        return number.to_owned();
    }
    name.chars().take(TAG_CHARACTERS - 1).collect()
}

/// The row of a node, if it is in the table. O(log rows).
#[must_use]
pub fn row_of(table: &NodeTable, node: NodeId) -> Option<&NodeRow> {
    let place = table.rows.binary_search_by_key(&node, |row| row.id).ok()?;
    table.rows.get(place)
}

/// A node's name; its id when it is not in the table any more.
#[must_use]
pub fn name_of(table: &NodeTable, node: NodeId) -> String {
    row_of(table, node).map_or_else(|| format!("#{}", node.0), |row| row.name.to_string())
}

/// Nodes that are on the ring or leaving it.
pub fn present(table: &NodeTable) -> impl Iterator<Item = &NodeRow> {
    table
        .rows
        .iter()
        .filter(|row| row.state != NodeState::Removed)
}

fn compare(column: Column, one: &NodeRow, other: &NodeRow) -> Ordering {
    match column {
        Column::Node => one.id.cmp(&other.id),
        Column::Weight => one.weight.cmp(&other.weight),
        Column::VirtualNodes => one.virtual_nodes.cmp(&other.virtual_nodes),
        Column::Zone => one.zone.cmp(&other.zone),
        Column::Keys => one.primary.keys.cmp(&other.primary.keys),
        Column::Delta => delta(one).cmp(&delta(other)),
        Column::Bytes => one.primary.bytes.cmp(&other.primary.bytes),
        Column::Requests => one.primary.requests.cmp(&other.primary.requests),
        Column::Share => one.share.total_cmp(&other.share),
        Column::Held => one.held.keys.cmp(&other.held.keys),
    }
}

fn delta(row: &NodeRow) -> i128 {
    let before = row.before.map_or(0, |before| before.keys);
    i128::from(row.primary.keys) - i128::from(before)
}
