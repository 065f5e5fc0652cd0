//! Ketama as libmemcached and twemproxy have it.

use super::super::error::PlacementError;
use super::super::nodes::WeightedNode;
use super::hashes::{md5_points, one_at_a_time};
use super::{Continuum, Rule, numbered, room_for, total_weight, widened};

/// Points of a node among equal ones, four a digest.
const POINTS: f32 = 160.0;
/// Points of a node without weights.
const PLAIN_POINTS: u32 = 100;

/// libmemcached without weights: one hash for points and keys alike.
pub(super) fn plain(nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    room_for(nodes.len() as u64 * u64::from(PLAIN_POINTS))?;
    let mut points = Vec::new();
    for (number, node) in numbered(nodes) {
        let point = |index| one_at_a_time(format!("{}-{index}", node.name).as_bytes());
        points.extend((0..PLAIN_POINTS).map(|index| (point(index), number)));
    }
    Ok(Continuum::new(points, one_at_a_time, Rule::AtOrAfter))
}

/// Four points of each MD5 of `name-0`, `name-1` and so on, as many as the node's share has it.
pub(super) fn weighted(
    nodes: &[WeightedNode],
    hash: fn(&[u8]) -> u64,
) -> Result<Continuum, PlacementError> {
    let total = total_weight(nodes) as f32;
    let digests = |node: &WeightedNode| {
        // In C's order and width: single precision, but for the last addition.
        let share = node.weight as f32 / total;
        let wanted = share * POINTS / 4.0 * nodes.len() as f32;
        ((f64::from(wanted) + 0.000_000_000_1) as f32).floor() as u64
    };
    points_of_digests(nodes, digests).map(|points| Continuum::new(points, hash, Rule::AtOrAfter))
}

/// Four points of each of so many digests of a node.
pub(super) fn points_of_digests(
    nodes: &[WeightedNode],
    digests: impl Fn(&WeightedNode) -> u64,
) -> Result<Vec<(u64, u16)>, PlacementError> {
    let weighted = || numbered(nodes).filter(|(_, node)| node.weight > 0);
    room_for(4 * weighted().map(|(_, node)| digests(node)).sum::<u64>())?;
    let mut points = Vec::new();
    for (number, node) in weighted() {
        for index in 0..digests(node) {
            let of_digest = md5_points(format!("{}-{index}", node.name).as_bytes());
            points.extend(of_digest.map(|point| (widened(point), number)));
        }
    }
    Ok(points)
}
