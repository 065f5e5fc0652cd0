//! What is shown of the keys of each node by a system and by the ring. It knows no text.

use crate::wire::{Compared, Comparison};

#[cfg(test)]
mod tests;

/// Nodes that are shown at first, the fullest ones: more take longer to draw than a frame.
pub const ROWS_FIRST: usize = 50;
/// Nodes that are shown at most.
pub const ROWS_MAX: usize = 500;

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Its place in the text, from 0.
    pub number: usize,
    /// Its name.
    pub name: &'a str,
    /// By the system.
    pub theirs: Part,
    /// By the ring.
    pub ours: Part,
}

/// A node's part of the keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its keys.
    pub keys: u64,
    /// All keys.
    pub of: u64,
    /// Its keys over its fair share by weight of those that lie on a node; none for a node whose fair share is nothing.
    pub over: Option<f64>,
}

/// The rows, the system's fullest first; of equal ones the first of the text. O(nodes log nodes).
#[must_use]
pub fn rows(comparison: &Comparison) -> Vec<Row<'_>> {
    let weight = total_weight(comparison);
    let all = comparison.keys + comparison.homeless;
    let nodes = comparison.nodes.iter().enumerate();
    let rows = nodes.map(|(number, node)| Row {
        number,
        name: node.name.as_str(),
        theirs: Part {
            of: all,
            ..part(node, node.theirs, comparison.keys, weight)
        },
        ours: part(node, node.ours, all, weight),
    });
    let mut rows: Vec<Row<'_>> = rows.collect();
    let over = |row: &Row<'_>| row.theirs.over.unwrap_or(-1.0);
    rows.sort_by(|one, other| over(other).total_cmp(&over(one)));
    rows
}

/// The node with most keys for its weight, and its keys over its fair share; the first of equal
/// ones. O(nodes).
#[must_use]
pub fn fullest(comparison: &Comparison, keys: impl Fn(&Compared) -> u64) -> Option<(usize, f64)> {
    let weight = total_weight(comparison);
    let all = comparison.nodes.iter().map(&keys).sum();
    let over = |(number, node)| Some((number, part(node, keys(node), all, weight).over?));
    let fuller = |one: (usize, f64), other: (usize, f64)| if other.1 > one.1 { other } else { one };
    comparison
        .nodes
        .iter()
        .enumerate()
        .filter_map(over)
        .reduce(fuller)
}

fn part(node: &Compared, keys: u64, of: u64, total_weight: u64) -> Part {
    let fair = of as f64 * node.weight as f64 / total_weight as f64;
    Part {
        keys,
        of,
        over: (fair > 0.0).then(|| keys as f64 / fair),
    }
}

fn total_weight(comparison: &Comparison) -> u64 {
    comparison.nodes.iter().map(|node| node.weight).sum()
}
