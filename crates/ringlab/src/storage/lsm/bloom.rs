//! A Bloom filter over tokens: it says "not there" of most tokens that are not, and of none that
//! is. It knows no keys.
//!
//! Bloom: "Space/Time Trade-offs in Hash Coding with Allowable Errors" (1970); two hashes make all
//! probes (Kirsch, Mitzenmacher 2006). Sizes are whole-number arithmetic: the same everywhere.

use crate::codec::{Malformed, Reader, write_number};
use crate::hash::{Token, virtual_token_of};

/// 1 / ln 2 in thousandths: what a filter takes beyond the logarithm of its rate.
const BITS_PER_HALVING: u64 = 1_443;
/// More probes than any rate within bounds wants.
const PROBES_MAX: u64 = 32;

/// A set of tokens, but for some that it takes for its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bloom {
    probes: u32,
    words: Box<[u64]>,
}

impl Bloom {
    /// An empty filter for so many tokens, that takes one absent token of `one_in` for present.
    pub(super) fn new(tokens: u64, one_in: u32) -> Self {
        let halvings = log2_thousandths(one_in);
        let bits = tokens.saturating_mul(halvings * BITS_PER_HALVING) / 1_000_000;
        let words = usize::try_from(bits / 64 + 1).unwrap_or(usize::MAX);
        Self {
            probes: ((halvings + 500) / 1_000).clamp(1, PROBES_MAX) as u32,
            words: vec![0; words].into(),
        }
    }

    /// Puts a token in.
    pub(super) fn insert(&mut self, token: Token) {
        let bits = self.words.len() as u64 * 64;
        for place in places(token, self.probes, bits) {
            self.words[(place / 64) as usize] |= 1 << (place % 64);
        }
    }

    /// Whether a token may be in it.
    #[inline]
    pub(super) fn may_contain(&self, token: Token) -> bool {
        let bits = self.words.len() as u64 * 64;
        places(token, self.probes, bits)
            .all(|place| self.words[(place / 64) as usize] >> (place % 64) & 1 == 1)
    }

    /// How many bits it has.
    #[cfg(test)]
    pub(super) const fn bits(&self) -> u64 {
        self.words.len() as u64 * 64
    }

    /// Writes it as bytes.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, u64::from(self.probes));
        write_number(out, self.words.len() as u64);
        for word in &self.words {
            out.extend_from_slice(&word.to_le_bytes());
        }
    }

    /// Reads what `encode` wrote.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let probes = reader.number()?;
        let words = reader.length()?;
        let (chunks, rest) = reader.rest().as_chunks();
        if !(1..=PROBES_MAX).contains(&probes) || words == 0 || words != chunks.len() {
            return Err(Malformed);
        }
        let words = chunks.iter().map(|chunk| u64::from_le_bytes(*chunk));
        let filter = Self {
            probes: probes as u32,
            words: words.collect(),
        };
        rest.is_empty().then_some(filter).ok_or(Malformed)
    }
}

/// The bits of a token. A table has a narrow range of tokens, so they are mixed first.
#[inline]
fn places(token: Token, probes: u32, bits: u64) -> impl Iterator<Item = u64> {
    let first = virtual_token_of(token, 0).0;
    let step = virtual_token_of(token, 1).0 | 1;
    (0..u64::from(probes)).map(move |probe| {
        let hash = first.wrapping_add(probe.wrapping_mul(step));
        ((u128::from(hash) * u128::from(bits)) >> 64) as u64
    })
}

/// The binary logarithm, rounded up to a thousandth: by squaring, one binary digit a step.
fn log2_thousandths(number: u32) -> u64 {
    const DIGITS: u32 = 16;
    let whole = number.max(1).ilog2();
    // From 1 to 2, with 32 binary places.
    let mut rest = (u64::from(number.max(1)) << 32) >> whole;
    let mut digits = 0_u64;
    for _ in 0..DIGITS {
        let square = (u128::from(rest) * u128::from(rest)) >> 32;
        let twice = square >> 33 != 0;
        rest = (square >> u32::from(twice)) as u64;
        digits = digits << 1 | u64::from(twice);
    }
    u64::from(whole) * 1_000 + (digits * 1_000).div_ceil(1 << DIGITS)
}

#[cfg(test)]
mod tests;
