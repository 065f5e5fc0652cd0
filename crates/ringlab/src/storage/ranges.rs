//! A set of tokens as few ranges: sorted, disjoint, merged. It knows no keys.

use std::fmt;

use crate::hash::Token;
use crate::ring::TokenRange;
use crate::sorted::sort;

/// A set of tokens, made of ranges.
///
/// ```
/// use ringlab::hash::Token;
/// use ringlab::ring::TokenRange;
/// use ringlab::storage::RangeSet;
/// let range = |after, to| TokenRange { after: Token(after), to: Token(to) };
/// let set = RangeSet::from_iter([range(10, 20), range(u64::MAX - 5, 3), range(20, 30)]);
/// assert!(set.contains(Token(0)) && set.contains(Token(30)) && !set.contains(Token(10)));
/// assert_eq!(set.width(), 9 + 20);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RangeSet {
    /// First and last token of each, neither overlapping nor adjacent, none over token 0.
    spans: Vec<(u64, u64)>,
}

impl RangeSet {
    /// Whether `token` is in it. O(log ranges).
    #[must_use]
    pub fn contains(&self, token: Token) -> bool {
        let after = self.spans.partition_point(|span| span.0 <= token.0);
        after > 0 && token.0 <= self.spans[after - 1].1
    }

    /// The ranges, from token 0 upwards; one that goes over token 0 appears as two.
    pub fn ranges(&self) -> impl Iterator<Item = TokenRange> {
        self.spans.iter().map(|&(first, last)| TokenRange {
            after: Token(first.wrapping_sub(1)),
            to: Token(last),
        })
    }

    /// A token of it, if there is any. O(1).
    #[must_use]
    pub fn first(&self) -> Option<Token> {
        self.spans.first().map(|span| Token(span.0))
    }

    /// Whether no token is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// How many tokens are in it.
    #[must_use]
    pub fn width(&self) -> u128 {
        self.spans
            .iter()
            .map(|&(first, last)| u128::from(last - first) + 1)
            .sum()
    }

    /// Tokens in either. O(ranges of both).
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut spans = Vec::with_capacity(self.spans.len() + other.spans.len());
        spans.extend_from_slice(&self.spans);
        spans.extend_from_slice(&other.spans);
        Self::merged(spans)
    }

    /// Tokens in both. O(ranges of both).
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut mine, mut theirs) = (self.spans.iter().peekable(), other.spans.iter().peekable());
        let mut spans = Vec::new();
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            let (first, last) = (a.0.max(b.0), a.1.min(b.1));
            if first <= last {
                spans.push((first, last));
            }
            // The one that ends first meets nothing further.
            if a.1 < b.1 {
                mine.next();
            } else {
                theirs.next();
            }
        }
        Self { spans }
    }

    /// Tokens in both. O(log ranges + ranges of the answer).
    #[must_use]
    pub fn within(&self, range: TokenRange) -> Self {
        let mut spans = Vec::new();
        for (first, last) in Self::from(range).spans {
            let begin = self.spans.partition_point(|span| span.1 < first);
            let met = self.spans[begin..].iter().take_while(|span| span.0 <= last);
            spans.extend(met.map(|span| (span.0.max(first), span.1.min(last))));
        }
        Self { spans }
    }

    /// Tokens that are not in it. O(ranges).
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut spans = Vec::with_capacity(self.spans.len() + 1);
        let mut next = Some(0);
        for &(first, last) in &self.spans {
            if let Some(next) = next
                && next < first
            {
                spans.push((next, first - 1));
            }
            next = last.checked_add(1);
        }
        spans.extend(next.map(|next| (next, u64::MAX)));
        Self { spans }
    }

    /// Tokens in this one and not in `other`. O(ranges of both).
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    /// Sorts and merges. O(ranges x log).
    fn merged(mut spans: Vec<(u64, u64)>) -> Self {
        sort(&mut spans);
        spans.dedup_by(|next, kept| {
            let touches = next.0 <= kept.1.saturating_add(1);
            if touches {
                kept.1 = kept.1.max(next.1);
            }
            touches
        });
        Self { spans }
    }
}

impl FromIterator<TokenRange> for RangeSet {
    fn from_iter<I: IntoIterator<Item = TokenRange>>(ranges: I) -> Self {
        let mut spans = Vec::new();
        for range in ranges {
            let (first, last) = (range.after.0.wrapping_add(1), range.to.0);
            if first <= last {
                spans.push((first, last));
            } else {
                spans.push((first, u64::MAX));
                spans.push((0, last));
            }
        }
        Self::merged(spans)
    }
}

impl From<TokenRange> for RangeSet {
    fn from(range: TokenRange) -> Self {
        Self::from_iter([range])
    }
}

impl fmt::Debug for RangeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.spans).finish()
    }
}

#[cfg(test)]
mod tests;
