//! Ranges laid end to end and cut into buckets of equal width. It knows no cells.
//!
//! By place and not by the last bits of a token, so that the cells of a bucket lie together in a
//! store that is sorted like the ring.

use crate::hash::Token;
use crate::ring::TokenRange;
use crate::settings::BucketCount;
use crate::storage::RangeSet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Buckets {
    ranges: RangeSet,
    /// Each range with the place at which it begins.
    placed: Vec<(u128, TokenRange)>,
    width: u128,
    count: BucketCount,
}

impl Buckets {
    pub(super) fn new(ranges: RangeSet, count: BucketCount) -> Self {
        let mut width = 0;
        let placed = ranges.ranges().map(|range| {
            let begins = width;
            width += range.width();
            (begins, range)
        });
        Self {
            placed: placed.collect(),
            width,
            ranges,
            count,
        }
    }

    pub(super) const fn ranges(&self) -> &RangeSet {
        &self.ranges
    }

    /// The bucket of a token; `None` outside the ranges. O(log ranges).
    pub(super) fn of(&self, token: Token) -> Option<u32> {
        let at = self.placed.partition_point(|(_, range)| range.to < token);
        let &(begins, range) = self.placed.get(at).filter(|(_, r)| r.contains(token))?;
        let first = Token(range.after.0.wrapping_add(1));
        let place = begins + u128::from(first.distance_to(token));
        Some(((place << self.count.exponent()) / self.width) as u32)
    }

    /// The tokens of some buckets. O(buckets x log ranges + ranges of the answer).
    pub(super) fn tokens(&self, buckets: &[u32]) -> RangeSet {
        let each = buckets.iter().flat_map(|&bucket| self.tokens_of(bucket));
        each.collect()
    }

    fn tokens_of(&self, bucket: u32) -> impl Iterator<Item = TokenRange> {
        let count = u128::from(self.count.get());
        // The first place of which the division above gives the bucket.
        let begin = |bucket: u128| (bucket * self.width).div_ceil(count);
        let (from, to) = (begin(bucket.into()), begin(u128::from(bucket) + 1));
        let at = self
            .placed
            .partition_point(|(begins, range)| begins + range.width() <= from);
        let met = self.placed[at..]
            .iter()
            .take_while(move |(begins, _)| *begins < to);
        met.filter(move |_| from < to)
            .map(move |&(begins, range)| part(range, from.max(begins) - begins, to - begins))
    }
}

/// From one place of a range to before another, or to its end.
fn part(range: TokenRange, from: u128, to: u128) -> TokenRange {
    let place = |places: u128| Token(range.after.0.wrapping_add(places as u64));
    TokenRange {
        after: place(from),
        to: place(to.min(range.width())),
    }
}
