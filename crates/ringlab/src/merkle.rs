//! Where two replicas differ: a tree of digests over the cells that were written in the ranges
//! that both hold. It knows no nodes but their names, and no messages.
//!
//! The ranges are laid end to end and cut into buckets of equal width. A bucket's digest is the
//! **sum** of its cells' digests, a node's that of the buckets below it, modulo 2^64: in whatever
//! order cells come, and a cell that changes is one subtraction and one addition a level. A sum
//! and not an exclusive or: there, whatever is counted twice vanishes, and among any 65 digests
//! some cancel, found by elimination. Two different contents have one sum by chance once in 2^64;
//! against somebody who chooses what is written, neither protects.
//!
//! Bulk-loaded rows are the same on every node. They count only where a cell was written over
//! them, and a cell that says no more than its row counts nothing.

mod buckets;
mod digest;
mod forest;

use std::fmt;
use std::ops::ControlFlow;

use crate::hash::Token;
use crate::settings::BucketCount;
use crate::storage::{Cells, RangeSet, Storage};

use self::buckets::Buckets;
pub(crate) use self::digest::of_cell;
pub(crate) use self::forest::Forest;

/// Nodes below a node: four levels for the most buckets, and all below one node in one message.
pub const FAN_OUT: u32 = 1 << FAN_OUT_EXPONENT;
const FAN_OUT_EXPONENT: u8 = 5;

/// What a tree is of: only trees of one scope are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The layout version that says who holds which ranges.
    pub version: u64,
    /// The digest of the ranges.
    pub ranges: u64,
    /// How many buckets they are cut into.
    pub buckets: BucketCount,
}

/// Why two trees are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Incomparable {
    /// They are of different layout versions.
    Version,
    /// They are of different ranges.
    Ranges,
    /// They have different numbers of buckets.
    Buckets,
}

/// Digests of the written cells of some ranges.
///
/// ```
/// use ringlab::merkle::{Incomparable, Tree};
/// use ringlab::pair::{Key, Value};
/// use ringlab::ring::TokenRange;
/// use ringlab::hash::Token;
/// use ringlab::settings::BucketCount;
/// use ringlab::storage::{RangeSet, Storage};
/// use ringlab::version::{Dot, Siblings, VersionVector};
///
/// let everything = RangeSet::from(TokenRange::whole(Token(0)));
/// let (many, few) = (BucketCount::new(64)?, BucketCount::new(32)?);
/// let tree = |storage: &Storage, buckets| Tree::of(storage, 1, everything.clone(), buckets);
/// let (mut one, other) = (Storage::default(), Storage::default());
/// let mut cell = Siblings::default();
/// let dot = Dot { counter: 7, ..Dot::LOADED };
/// cell.write(dot, VersionVector::default(), Some(Value::new(b"1.3.0")?));
/// one.join(&Key::new(b"left-pad")?, &cell);
/// assert_eq!(tree(&one, many).differing(&tree(&other, many))?.len(), 1);
/// assert_eq!(tree(&one, many).differing(&tree(&one, few)), Err(Incomparable::Buckets));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    scope: Scope,
    buckets: Buckets,
    /// Sums by height: the buckets first, the root last.
    sums: Vec<Vec<u64>>,
}

impl Tree {
    /// The tree of `ranges` with nothing written. O(ranges + buckets).
    #[must_use]
    pub fn empty(version: u64, ranges: RangeSet, buckets: BucketCount) -> Self {
        let scope = Scope {
            version,
            ranges: digest::of_ranges(&ranges),
            buckets,
        };
        let heights = 0..=buckets.exponent().div_ceil(FAN_OUT_EXPONENT);
        let nodes = |height| {
            let exponent = buckets.exponent().saturating_sub(height * FAN_OUT_EXPONENT);
            vec![0; 1 << exponent]
        };
        Self {
            scope,
            buckets: Buckets::new(ranges, buckets),
            sums: heights.map(nodes).collect(),
        }
    }

    /// The tree of what `storage` has in `ranges`. O(buckets + ranges and cells in them, times
    /// their logarithm).
    #[must_use]
    pub fn of(storage: &Storage, version: u64, ranges: RangeSet, buckets: BucketCount) -> Self {
        let Ok(tree) = Self::try_of(storage, version, ranges, buckets);
        tree
    }

    /// The same, of what an engine has that may fail.
    ///
    /// # Errors
    ///
    /// As [`Storage::visit`].
    pub fn try_of<C: Cells>(
        storage: &Storage<C>,
        version: u64,
        ranges: RangeSet,
        buckets: BucketCount,
    ) -> Result<Self, C::Error> {
        let mut tree = Self::empty(version, ranges, buckets);
        let ranges: Vec<_> = tree.buckets.ranges().ranges().collect();
        for range in ranges {
            storage.visit(range, &mut |key, cell| {
                let digest = of_cell(key, &storage.with_row(key, cell));
                tree.change(key.token(), 0, digest);
                ControlFlow::Continue(())
            })?;
        }
        Ok(tree)
    }

    /// A cell of this token had one digest and has another: 0 is none. Nothing for a token outside
    /// its ranges. O(log ranges + height).
    pub fn change(&mut self, token: Token, before: u64, after: u64) {
        let Some(bucket) = self.buckets.of(token) else {
            return;
        };
        let mut node = bucket as usize;
        for sums in &mut self.sums {
            sums[node] = sums[node].wrapping_sub(before).wrapping_add(after);
            node >>= FAN_OUT_EXPONENT;
        }
    }

    /// What it is of.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// How high the root stands above the buckets.
    #[must_use]
    pub fn height(&self) -> u8 {
        (self.sums.len() - 1) as u8
    }

    /// The digest of everything.
    #[must_use]
    pub fn root(&self) -> u64 {
        self.digest(self.height(), 0).unwrap_or_default()
    }

    /// The digest of a node; `None` when there is no such node.
    #[must_use]
    pub fn digest(&self, height: u8, node: u32) -> Option<u64> {
        let sums = self.sums.get(usize::from(height))?;
        sums.get(node as usize).copied()
    }

    /// The nodes right below one that stands at `height`, which is above 0.
    pub fn below(&self, height: u8, node: u32) -> impl Iterator<Item = u32> + use<> {
        let nodes = self.sums[usize::from(height) - 1].len() as u32;
        node * FAN_OUT..(node * FAN_OUT + FAN_OUT).min(nodes)
    }

    /// The tokens of some buckets.
    #[must_use]
    pub fn tokens(&self, buckets: &[u32]) -> RangeSet {
        self.buckets.tokens(buckets)
    }

    /// The ranges it is of.
    #[must_use]
    pub const fn ranges(&self) -> &RangeSet {
        self.buckets.ranges()
    }

    /// The buckets in which one has a cell that the other has not, in order. It looks at the root
    /// and at what is right below nodes that differ.
    ///
    /// # Errors
    ///
    /// [`Incomparable`] when the trees are not of one scope.
    pub fn differing(&self, other: &Self) -> Result<Vec<u32>, Incomparable> {
        self.scope.comparable(other.scope)?;
        let mut differing = vec![0];
        for height in (0..=self.height()).rev() {
            differing.retain(|&node| self.digest(height, node) != other.digest(height, node));
            if height > 0 {
                let below = differing.iter().flat_map(|&node| self.below(height, node));
                differing = below.collect();
            }
        }
        Ok(differing)
    }
}

impl Scope {
    /// Whether trees of both may be compared.
    ///
    /// # Errors
    ///
    /// [`Incomparable`]: the first thing in which they are not the same.
    pub fn comparable(self, other: Self) -> Result<(), Incomparable> {
        if self.version != other.version {
            Err(Incomparable::Version)
        } else if self.buckets != other.buckets {
            Err(Incomparable::Buckets)
        } else if self.ranges != other.ranges {
            Err(Incomparable::Ranges)
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Version => "layout versions",
            Self::Ranges => "ranges",
            Self::Buckets => "numbers of buckets",
        };
        write!(f, "trees of different {what} are not compared")
    }
}

impl std::error::Error for Incomparable {}

#[cfg(test)]
mod tests;
