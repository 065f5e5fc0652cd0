//! The placement hash, fixed for ever: from bytes to a token. It knows no ring.
//!
//! SeaHash (<https://docs.rs/seahash>, "portable" by its authors' promise) over the bytes of the
//! key, never through `std::hash::Hash`, which feeds lengths and platform-wide integers.

use serde::{Deserialize, Serialize};

/// The four seeds, SeaHash's own published ones: `token` equals `seahash::hash` everywhere.
pub const SEEDS: [u64; 4] = [
    0x16f1_1fe8_9b0d_677c,
    0xb480_a793_d8e6_c86c,
    0x6fe2_e5aa_f078_ebc9,
    0x14f9_94a4_c525_9381,
];

/// A point on the ring: the circle of all 64-bit numbers.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Token(pub u64);

impl Token {
    /// How far clockwise it is from `self` to `other`; 0 when they are equal.
    #[must_use]
    pub const fn distance_to(self, other: Self) -> u64 {
        other.0.wrapping_sub(self.0)
    }
}

/// The token of a key. O(length).
///
/// ```
/// use ringlab::hash::{Token, token};
/// assert_eq!(token(b"to be or not to be"), Token(1988685042348123509));
/// ```
#[must_use]
#[inline]
pub fn token(key: &[u8]) -> Token {
    Token(seahash::hash_seeded(
        key, SEEDS[0], SEEDS[1], SEEDS[2], SEEDS[3],
    ))
}
