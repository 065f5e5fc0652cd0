//! Envoy's two tables: a ring of 64-bit points, and Maglev's permutations with its own hashes.

use super::super::different::first_different;
use super::super::error::PlacementError;
use super::super::maglev::{TableSize, Turn, fill};
use super::super::nodes::WeightedNode;
use super::hashes::xxh64;
use super::{Continuum, Rule, numbered, room_for, total_weight};
use crate::sorted::sort_by;

/// Envoy's `maximum_ring_size` where not stated.
const RING_MAX: f64 = 8_388_608.0;

/// Nodes in the order of the configuration; what a share leaves over is the next node's.
pub(super) fn ring_hash(minimum: u32, nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    let total = total_weight(nodes) as f64;
    let weighted = || numbered(nodes).filter(|(_, node)| node.weight > 0);
    let shares = weighted().map(|(_, node)| f64::from(node.weight) / total);
    let mut points = Vec::new();
    if let Some(least) = shares.min_by(f64::total_cmp) {
        let scale = ((least * f64::from(minimum)).ceil() / least).min(RING_MAX);
        room_for(scale as u64)?;
        let mut wanted = 0.0;
        for (number, node) in weighted() {
            wanted += scale * (f64::from(node.weight) / total);
            let mut index = 0_u32;
            while (points.len() as f64) < wanted {
                points.push((xxh64(format!("{}_{index}", node.name).as_bytes()), number));
                index += 1;
            }
        }
    }
    Ok(Continuum::new(points, xxh64, Rule::AtOrAfter))
}

/// The table of Maglev, and how many nodes are in it.
#[derive(Clone, Debug)]
pub struct Permuted {
    owners: Vec<u16>,
    nodes: usize,
}

impl Permuted {
    /// Nodes in the order of their names, each with its turns by its share.
    pub(super) fn build(size: TableSize, nodes: &[WeightedNode]) -> Result<Self, PlacementError> {
        let entries = u64::from(size.entries());
        let total = total_weight(nodes) as f64;
        let mut weighted: Vec<(u16, &WeightedNode)> = numbered(nodes)
            .filter(|(_, node)| node.weight > 0)
            .collect();
        sort_by(&mut weighted, |(_, a), (_, b)| a.name.cmp(&b.name));
        let turn = |&(number, node): &(u16, &WeightedNode)| {
            let name = node.name.as_str().as_bytes();
            let first = xxh64(name) % entries;
            let skip = xxhash_rust::xxh64::xxh64(name, 1) % (entries - 1) + 1;
            // Both are below the number of entries, which four bytes count.
            Turn::new(
                number,
                f64::from(node.weight) / total,
                (first as u32, skip as u32),
            )
        };
        let turns: Vec<Turn> = weighted.iter().map(turn).collect();
        let nodes = turns.len();
        let owners = fill(turns, size)?;
        Ok(Self { owners, nodes })
    }

    #[inline]
    pub(super) fn primary(&self, key: &[u8]) -> Option<usize> {
        let entry = xxh64(key).checked_rem(self.owners.len() as u64)?;
        Some(self.owners[entry as usize].into())
    }

    pub(super) fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let entry = xxh64(key).checked_rem(self.owners.len() as u64);
        let (before, from) = self.owners.split_at(entry.unwrap_or_default() as usize);
        let onward = from.iter().chain(before).map(|&owner| owner.into());
        first_different(onward, self.nodes, owners)
    }
}
