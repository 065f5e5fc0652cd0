//! The ring as it is drawn: arcs, or equally wide bins where arcs would be thinner than a pixel.

use ringlab::hash::Token;
use ringlab::keyspace::Keyspace;
use ringlab::ring::{NodeId, Ring, TokenRange};

use crate::protocol::{ARCS_MAX, Owners, RingPicture};

/// Parts of the ring in which keys are counted: a power of two, so that each is equally wide.
const DENSITY_BINS: u32 = 512;
/// Parts of the ring that are drawn in place of arcs: a pixel each at a radius of 320.
const OWNER_BINS: u32 = 2_048;

/// Draws `ring` with the keys on it. O(virtual nodes log nodes in a bin).
pub(super) fn picture(ring: &Ring, keyspace: &Keyspace) -> RingPicture {
    let owners = if ring.point_count() <= ARCS_MAX {
        Owners::Arcs(ring.points().collect())
    } else {
        Owners::Bins(majorities(ring))
    };
    RingPicture {
        virtual_nodes: ring.point_count() as u64,
        owners,
        density: density(keyspace),
    }
}

fn density(keyspace: &Keyspace) -> Vec<u32> {
    let count = |bin| keyspace.load(bin_range(bin, DENSITY_BINS)).keys;
    (0..DENSITY_BINS)
        .map(|bin| u32::try_from(count(bin)).unwrap_or(u32::MAX))
        .collect()
}

fn bin_range(bin: u32, bins: u32) -> TokenRange {
    let width = bin_width(bins);
    let after = (u64::from(bin) * width).wrapping_sub(1);
    TokenRange {
        after: Token(after),
        to: Token(after.wrapping_add(width)),
    }
}

const fn bin_width(bins: u32) -> u64 {
    1 << (64 - bins.ilog2())
}

/// The node that owns most of each bin, and its part of the bin.
fn majorities(ring: &Ring) -> Vec<(NodeId, u8)> {
    let width = bin_width(OWNER_BINS);
    let mut bins = Vec::with_capacity(OWNER_BINS as usize);
    let mut parts = Vec::new();
    let mut at = 0_u64;
    // The arc over token 0 ends at the first point; what is left of it closes the last bin.
    let last = ring.points().next();
    let last = last.map(|(_, owner)| (Token(u64::MAX), owner));
    for (token, owner) in ring.points().chain(last) {
        loop {
            let bin_last = (at | (width - 1)).min(token.0);
            parts.push((owner, bin_last - at + 1));
            if bin_last & (width - 1) == width - 1 {
                bins.extend(majority(&mut parts, width));
                parts.clear();
            }
            match bin_last.checked_add(1) {
                Some(next) => at = next,
                None => return bins,
            }
            if bin_last == token.0 {
                break;
            }
        }
    }
    bins
}

/// The owner with the largest part, the smallest id of equal ones, and its part of 255.
fn majority(parts: &mut [(NodeId, u64)], width: u64) -> Option<(NodeId, u8)> {
    parts.sort_unstable_by_key(|(owner, _)| *owner);
    let owned = parts.chunk_by(|one, other| one.0 == other.0);
    let sums = owned.map(|parts| (parts[0].0, parts.iter().map(|(_, part)| part).sum::<u64>()));
    let (owner, part) = sums.max_by_key(|(owner, part)| (*part, std::cmp::Reverse(*owner)))?;
    let of_255 = u128::from(part) * 255 / u128::from(width);
    Some((owner, of_255 as u8))
}
