//! The ring as it is drawn: arcs, or equally wide bins where arcs would be thinner than a pixel.

use std::cmp::Reverse;

use ringlab::hash::Token;
use ringlab::keyspace::Keyspace;
use ringlab::movement::Move;
use ringlab::ring::{NodeId, Ring, TokenRange};
use ringlab::sorted::{SortedSet, sort_by_key};

use crate::protocol::{ARCS_MAX, Owners, RingPicture};

/// Parts of the ring in which keys are counted: a power of two, so that each is equally wide.
const DENSITY_BINS: u32 = 512;
/// Parts of the ring that are drawn in place of arcs: a pixel each at a radius of 320.
const OWNER_BINS: u32 = 2_048;

/// Who owns most of each bin of a ring with too many arcs, kept from change to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bins(Vec<(NodeId, u8)>);

impl Bins {
    /// Looks at all of a ring; empty where its arcs are drawn. O(virtual nodes).
    pub(super) fn of(ring: &Ring) -> Self {
        if ring.point_count() <= ARCS_MAX {
            return Self::default();
        }
        let bins = (0..OWNER_BINS).filter_map(|bin| majority(ring, bin));
        Self(bins.collect())
    }

    /// The same after primaries moved, which led to `ring`. O(virtual nodes of the bins with moves).
    pub(super) fn after(&self, moves: &[Move], ring: &Ring) -> Self {
        if ring.point_count() <= ARCS_MAX || self.0.is_empty() {
            return Self::of(ring);
        }
        let mut bins = self.0.clone();
        for bin in moves.iter().flat_map(touched).collect::<SortedSet<u32>>() {
            if let Some(majority) = majority(ring, bin) {
                bins[bin as usize] = majority;
            }
        }
        Self(bins)
    }
}

/// Draws `ring`, whose bins these are, with the keys on it. O(arcs + bins x log keys).
pub(super) fn picture(ring: &Ring, bins: &Bins, keyspace: &Keyspace) -> RingPicture {
    let owners = match &*bins.0 {
        [] => Owners::Arcs(ring.points().collect()),
        bins => Owners::Bins(bins.to_vec()),
    };
    RingPicture {
        virtual_nodes: ring.point_count() as u64,
        owners,
        density: density(keyspace),
    }
}

fn density(keyspace: &Keyspace) -> Vec<u32> {
    let count = |bin| {
        let (first, last) = ends(bin, DENSITY_BINS);
        let after = Token(first.wrapping_sub(1));
        let to = Token(last);
        keyspace.load(TokenRange { after, to }).keys
    };
    (0..DENSITY_BINS)
        .map(|bin| u32::try_from(count(bin)).unwrap_or(u32::MAX))
        .collect()
}

/// First and last token of a bin.
const fn ends(bin: u32, bins: u32) -> (u64, u64) {
    let width = 1 << (u64::BITS - bins.ilog2());
    let first = bin as u64 * width;
    (first, first + (width - 1))
}

/// The bins that a move has a part in.
fn touched(moved: &Move) -> impl Iterator<Item = u32> + use<> {
    let bin = |token: u64| (token >> (u64::BITS - OWNER_BINS.ilog2())) as u32;
    let TokenRange { after, to } = moved.range;
    let first = bin(after.0.wrapping_add(1));
    let further = match bin(to.0).wrapping_sub(first) % OWNER_BINS {
        // It goes around and ends in the bin where it began.
        0 if moved.range.width() >= TokenRange::RING_WIDTH / 2 => OWNER_BINS - 1,
        further => further,
    };
    (0..=further).map(move |further| (first + further) % OWNER_BINS)
}

/// The node that owns most of a bin, the smallest id of equal ones, and its part of 255; `None`
/// where nobody owns anything.
fn majority(ring: &Ring, bin: u32) -> Option<(NodeId, u8)> {
    let (first, last) = ends(bin, OWNER_BINS);
    let mut parts = Vec::<(NodeId, u64)>::new();
    let mut at = first;
    // Once more around: a bin with all points in it may begin and end in the same range.
    for (range, owner) in ring
        .ranges_from(Token(first))
        .chain(ring.ranges_from(Token(first)))
    {
        // A range over token 0 goes on past the last bin.
        let end = if range.to.0 < at {
            last
        } else {
            range.to.0.min(last)
        };
        parts.push((owner, end - at + 1));
        if end == last {
            break;
        }
        at = end + 1;
    }
    sort_by_key(&mut parts, |(owner, _)| *owner);
    let same_owner = parts.chunk_by(|(one, _), (other, _)| one == other);
    let (owner, part) = same_owner
        .map(|parts| (parts[0].0, parts.iter().map(|(_, part)| part).sum::<u64>()))
        .max_by_key(|(owner, part)| (*part, Reverse(*owner)))?;
    let of_255 = u128::from(part) * 255 / (u128::from(last - first) + 1);
    Some((owner, of_255 as u8))
}
