//! Who has how much: the load of each node as primary, by walking ranges instead of keys.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::Keyspace;
use super::load::{Load, Unevenness};
use crate::movement::Move;
use crate::ring::{NodeId, NodeSpec, Ring};
use crate::sorted::SortedMap;

/// The load of each node as primary; a node without keys is not in it.
///
/// ```
/// use ringlab::keyspace::{Census, KeyspaceBuilder};
/// use ringlab::ring::{NodeId, NodeSpec, Ring, Weight, Zone};
///
/// let node = |id, name: &str| NodeSpec {
///     id: NodeId(id),
///     name: name.parse().expect("a plain name"),
///     weight: Weight::ONE,
///     zone: Zone::default(),
/// };
/// let ring = Ring::with_nodes(160, [node(1, "one"), node(2, "two")])?;
/// let mut builder = KeyspaceBuilder::new(10);
/// for key in ["a", "b", "c", "d"] {
///     builder.push(key.as_bytes(), 1, None).expect("four are not too many");
/// }
/// let census = Census::count(&ring, &builder.finish());
/// let keys = census.load_of(NodeId(1)).keys + census.load_of(NodeId(2)).keys;
/// assert_eq!(keys, 4);
/// # Ok::<(), ringlab::ring::RingError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    loads: SortedMap<NodeId, Load>,
}

impl Census {
    /// Counts afresh. O(virtual nodes x log keys).
    #[must_use]
    pub fn count(ring: &Ring, keyspace: &Keyspace) -> Self {
        let nobody = ring.nodes().map(|node| (node.id, Load::default()));
        let mut census = Self {
            loads: nobody.collect(),
        };
        for (range, node) in ring.ranges() {
            census.add(node, keyspace.load(range));
        }
        census.loads.retain(|_, load| load.keys > 0);
        census
    }

    /// Follows a membership change by the ranges whose primary changed, all of one change. Touches
    /// no other node. O(moves x log keys).
    pub fn follow(&mut self, moves: &[Move], keyspace: &Keyspace) {
        for change in moves {
            let load = keyspace.load(change.range);
            self.subtract(change.from, load);
            self.add(change.to, load);
        }
    }

    /// The load of a node. O(log nodes).
    #[must_use]
    pub fn load_of(&self, node: NodeId) -> Load {
        self.loads.get(&node).copied().unwrap_or_default()
    }

    /// The nodes that have keys, by id.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, Load)> {
        self.loads.iter().map(|(node, load)| (*node, *load))
    }

    /// How unevenly these nodes share what `amount` picks of a load; nodes of weight 0 take no
    /// part. O(nodes x log nodes).
    #[must_use]
    pub fn unevenness<'ring>(
        &self,
        nodes: impl IntoIterator<Item = &'ring NodeSpec>,
        amount: impl Fn(Load) -> u64,
    ) -> Unevenness {
        let shares = nodes
            .into_iter()
            .map(|node| (amount(self.load_of(node.id)), node.weight));
        Unevenness::of(shares)
    }

    fn add(&mut self, node: NodeId, load: Load) {
        if load.keys > 0 {
            *self.loads.entry(node).or_default() += load;
        }
    }

    fn subtract(&mut self, node: NodeId, load: Load) {
        if load.keys == 0 {
            return;
        }
        let left = self
            .loads
            .get_mut(&node)
            .expect("a move takes from a node what was counted there");
        *left -= load;
        if left.keys == 0 {
            self.loads.remove(&node);
        }
    }
}

/// The keys that change nodes when placement is `token mod nodes` and the number of nodes changes,
/// key by key of these rows: what a ring is there to avoid. Nothing where either number is 0.
/// O(rows), without a division where the nodes are about a thousand or fewer.
#[must_use]
pub fn moved_by_modulo(keyspace: &Keyspace, rows: Range<u32>, before: u32, after: u32) -> Load {
    if before == after || before == 0 || after == 0 {
        return Load::default();
    }
    let (before, after) = (u64::from(before), u64::from(after));
    // A token stays where both remainders are one number r: so both numbers divide token - r, and
    // so does their least common multiple. One remainder instead of two, and few keys stay.
    let multiple = before / common_divisor(before, after) * after;
    let mut moved = keyspace.load_before(rows.end) - keyspace.load_before(rows.start);
    let remainder = Remainder::by(multiple);
    for (row, token) in rows.clone().zip(keyspace.tokens(rows)) {
        if remainder.of(token.0) < before.min(after) {
            moved -= keyspace.load_of(row);
        }
    }
    moved
}

/// Remainders by one number, of many: where that is small enough without a division, which takes
/// longer than all the rest.
#[derive(Clone, Copy)]
struct Remainder {
    by: u64,
    /// What 2^32 leaves.
    high: u64,
    reciprocal: f64,
}

impl Remainder {
    /// Bits of a number whose product with 32 bits a float holds exactly.
    const EXACT_BITS: u32 = f64::MANTISSA_DIGITS - u32::BITS;

    fn by(by: u64) -> Self {
        Self {
            by,
            high: (1 << u32::BITS) % by,
            reciprocal: 1.0 / by as f64,
        }
    }

    #[inline]
    fn of(self, number: u64) -> u64 {
        if self.by >> Self::EXACT_BITS > 0 {
            return number % self.by;
        }
        // As much is left of this, which is below `by` times 2^32: as a float it is exact.
        let folded = (number >> u32::BITS) * self.high + (number & u64::from(u32::MAX));
        // The product is less than one off, and so the quotient one at most: what is left is corrected
        // to the exact remainder, which is the same on every platform.
        let quotient = (folded.cast_signed() as f64 * self.reciprocal) as i64;
        let by = self.by.cast_signed();
        match folded.cast_signed() - quotient * by {
            left if left < 0 => left + by,
            left if left >= by => left - by,
            left => left,
        }
        .cast_unsigned()
    }
}

/// The greatest, by Euclid.
const fn common_divisor(mut one: u64, mut other: u64) -> u64 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}
