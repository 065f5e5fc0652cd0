//! Every virtual node of a ring in token order. It knows nodes by their slots only.

use super::nodes::{Nodes, Slot};
use crate::hash::{Token, virtual_token_of};

/// Where a virtual node stands and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) token: Token,
    pub(super) slot: Slot,
}

/// By token; on equal tokens by the name of the node, so that the smaller name comes first.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    sorted: Vec<Point>,
}

impl Points {
    pub(super) fn build(nodes: &Nodes) -> Self {
        let mut sorted: Vec<Point> = nodes
            .slots()
            .iter()
            .flat_map(|&slot| tokens(nodes, slot, 0, nodes.points(slot)))
            .collect();
        sorted.sort_unstable_by(|a, b| order(nodes, *a, *b));
        Self { sorted }
    }

    pub(super) fn insert(&mut self, nodes: &Nodes, slot: Slot, from: u32, to: u32) {
        self.sorted.extend(tokens(nodes, slot, from, to));
        self.sorted.sort_unstable_by(|a, b| order(nodes, *a, *b));
    }

    pub(super) fn remove(&mut self, nodes: &Nodes, slot: Slot, from: u32, to: u32) {
        let gone: Vec<Point> = tokens(nodes, slot, from, to).collect();
        self.sorted.retain(|point| !gone.contains(point));
    }

    /// The owner of a token: the first point at or after it, clockwise.
    pub(super) fn owner(&self, token: Token) -> Option<Slot> {
        self.walk(token).next().map(|point| point.slot)
    }

    /// Once around, from the first point at or after `token`.
    pub(super) fn walk(&self, token: Token) -> impl Iterator<Item = Point> + Clone {
        let start = self.sorted.partition_point(|point| point.token < token);
        let (wrapped, ahead) = self.sorted.split_at(start);
        ahead.iter().chain(wrapped).copied()
    }

    /// The last point before `token`, counter-clockwise; `token`'s own when there is no other.
    pub(super) fn before(&self, token: Token) -> Option<Token> {
        let start = self.sorted.partition_point(|point| point.token < token);
        let before = start
            .checked_sub(1)
            .unwrap_or(self.sorted.len().checked_sub(1)?);
        Some(self.sorted[before].token)
    }

    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }
}

fn tokens(nodes: &Nodes, slot: Slot, from: u32, to: u32) -> impl Iterator<Item = Point> {
    let name = nodes.name_hash(slot);
    (from..to).map(move |index| Point {
        token: virtual_token_of(name, index),
        slot,
    })
}

fn order(nodes: &Nodes, a: Point, b: Point) -> std::cmp::Ordering {
    let by_name = || nodes.spec(a.slot).name.cmp(&nodes.spec(b.slot).name);
    a.token.cmp(&b.token).then_with(by_name)
}
