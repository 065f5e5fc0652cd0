//! The placement hash, fixed for ever: from bytes to a token. It knows no ring.
//!
//! SeaHash (<https://docs.rs/seahash>, "portable" by its authors' promise) over the bytes of the
//! key, never through `std::hash::Hash`, which feeds lengths and platform-wide integers.

mod sea;

#[cfg(test)]
mod tests;

/// The four seeds, SeaHash's own published ones: `token` equals `seahash::hash` everywhere.
pub const SEEDS: [u64; 4] = [
    0x16f1_1fe8_9b0d_677c,
    0xb480_a793_d8e6_c86c,
    0x6fe2_e5aa_f078_ebc9,
    0x14f9_94a4_c525_9381,
];

/// A point on the ring: the circle of all 64-bit numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    Token(sea::hash(key))
}

/// The token of virtual node `index` of the node of this name. O(length of the name).
///
/// Fixed for ever: output `index` of the generator SplitMix64 (Steele, Lea, Flood 2014, "Fast
/// Splittable Pseudorandom Number Generators") seeded with the hash of the name. For one name it
/// is a bijection, so a node's own tokens never meet; more virtual nodes only add tokens.
///
/// ```
/// use ringlab::hash::virtual_token;
/// assert_eq!(virtual_token(b"node-1", 0), virtual_token(b"node-1", 0));
/// assert_ne!(virtual_token(b"node-1", 0), virtual_token(b"node-1", 1));
/// ```
#[must_use]
pub fn virtual_token(name: &[u8], index: u32) -> Token {
    virtual_token_of(token(name), index)
}

/// The same from the hash of the name: one mix, so that a ring hashes each name once.
#[inline]
pub(crate) const fn virtual_token_of(name: Token, index: u32) -> Token {
    const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
    let steps = (index as u64).wrapping_add(1);
    Token(mix(name.0.wrapping_add(steps.wrapping_mul(GOLDEN_GAMMA))))
}

/// SplitMix64's output function: a bijection of the 64-bit numbers after which each bit depends on
/// all.
#[inline]
pub(crate) const fn mix(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
