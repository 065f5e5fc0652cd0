//! A range of the ring: from after one token up to and including another. It knows no nodes.

use crate::hash::Token;

/// The tokens after `after` up to and including `to`, clockwise; the whole ring when both are
/// equal. A virtual node owns the range that ends at its token.
///
/// ```
/// use ringlab::hash::Token;
/// use ringlab::ring::TokenRange;
/// let over_zero = TokenRange { after: Token(u64::MAX - 1), to: Token(3) };
/// assert!(over_zero.contains(Token(0)) && !over_zero.contains(Token(4)));
/// assert_eq!(over_zero.width(), 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TokenRange {
    /// Not in the range.
    pub after: Token,
    /// In the range.
    pub to: Token,
}

impl TokenRange {
    /// Tokens on the whole ring: 2^64.
    pub const RING_WIDTH: u128 = 1 << 64;

    /// The whole ring, cut at `token`.
    #[must_use]
    pub const fn whole(token: Token) -> Self {
        Self {
            after: token,
            to: token,
        }
    }

    /// Whether `token` lies in it. O(1).
    #[must_use]
    pub const fn contains(self, token: Token) -> bool {
        // Distances from the first token of the range: no case for the wrap or the whole ring.
        let first = Token(self.after.0.wrapping_add(1));
        first.distance_to(token) <= first.distance_to(self.to)
    }

    /// How many tokens it has, 1 to 2^64. O(1).
    #[must_use]
    pub const fn width(self) -> u128 {
        let first = Token(self.after.0.wrapping_add(1));
        first.distance_to(self.to) as u128 + 1
    }

    /// Its part of the ring, more than 0 up to 1; for showing only.
    #[must_use]
    pub fn share(self) -> f64 {
        Self::share_of(self.width())
    }

    /// The part of the ring that so many tokens are, 0 to 1; for showing only.
    #[must_use]
    pub fn share_of(width: u128) -> f64 {
        width as f64 / Self::RING_WIDTH as f64
    }
}
