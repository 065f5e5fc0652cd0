//! Rings that programs bring along: npm hashring, PyPI uhashring, Go groupcache and stathat.

use super::super::error::PlacementError;
use super::super::nodes::WeightedNode;
use super::hashes::{crc32, md5_high, md5_low};
use super::ketama::points_of_digests;
use super::{Continuum, Rule, numbered, room_for, total_weight};

const UHASHRING_POINTS: u64 = 160;
const GROUPCACHE_POINTS: u32 = 50;
const STATHAT_POINTS: u32 = 20;

/// Ketama in double precision, multiplied in this order.
pub(super) fn hashring(nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    let total = total_weight(nodes) as f64;
    let count = nodes.len() as f64;
    let digests =
        |node: &WeightedNode| (f64::from(node.weight) / total * 40.0 * count).floor() as u64;
    let points = points_of_digests(nodes, digests)?;
    Ok(Continuum::new(points, md5_low, Rule::AtOrAfter))
}

/// Ketama in whole numbers. Of equal points the last node's counts, so the last come first.
pub(super) fn uhashring_ketama(nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    let total = total_weight(nodes).max(1);
    let digests = |node: &WeightedNode| 40 * nodes.len() as u64 * u64::from(node.weight) / total;
    let mut points = points_of_digests(nodes, digests)?;
    points.reverse();
    Ok(Continuum::new(points, md5_low, Rule::After))
}

/// Whole digests, 160 for each unit of weight.
pub(super) fn uhashring(nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    room_for(UHASHRING_POINTS * total_weight(nodes))?;
    let mut points = Vec::new();
    for (number, node) in numbered(nodes) {
        let point = |index| md5_high(format!("{}-{index}", node.name).as_bytes());
        let indices = 0..UHASHRING_POINTS * u64::from(node.weight);
        points.extend(indices.map(|index| (point(index), number)));
    }
    points.reverse();
    Ok(Continuum::new(points, md5_high, Rule::After))
}

/// The number stands before the name.
pub(super) fn groupcache(nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    let points = prefixed(nodes, GROUPCACHE_POINTS)?;
    Ok(Continuum::new(points, crc32, Rule::AtOrAfter))
}

/// The same with fewer points, and a key that hashes to a point goes to the next.
pub(super) fn stathat(nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    let points = prefixed(nodes, STATHAT_POINTS)?;
    Ok(Continuum::new(points, crc32, Rule::After))
}

/// Of equal points the last node's counts, so the last come first.
fn prefixed(nodes: &[WeightedNode], each: u32) -> Result<Vec<(u64, u16)>, PlacementError> {
    room_for(nodes.len() as u64 * u64::from(each))?;
    let mut points = Vec::new();
    for (number, node) in numbered(nodes).rev() {
        let point = |index| crc32(format!("{index}{}", node.name).as_bytes());
        points.extend((0..each).map(|index| (point(index), number)));
    }
    Ok(points)
}
