//! SeaHash over one slice: the published algorithm (<https://docs.rs/seahash>, "A reading of the
//! algorithm"), in registers from end to end. It knows nothing of rings.
//!
//! Four lanes take the words of 8 bytes in turn. The crate hands its lanes over in memory, and
//! what reads them there waits for what wrote them. A test holds both equal.

use super::SEEDS;

/// The number of all diffusions.
const FACTOR: u64 = 0x6eed_0e9d_a4d9_4a4f;

/// Four lanes, rotated so that the next word goes into the first.
#[derive(Clone, Copy)]
struct Lanes(u64, u64, u64, u64);

/// The hash of `bytes`. Keys of 8 to 31 bytes, the usual ones, go without a loop.
#[inline]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let (Some(&last), [first, others @ ..]) = (bytes.last_chunk(), words) else {
        return hash_any(bytes);
    };
    if bytes.len() >= 32 {
        return hash_any(bytes);
    }
    let mut lanes = Lanes::SEEDS.with(u64::from_le_bytes(*first));
    if let [second, others @ ..] = others {
        lanes = lanes.with(u64::from_le_bytes(*second));
        if let [third, ..] = others {
            lanes = lanes.with(u64::from_le_bytes(*third));
        }
    }
    if !rest.is_empty() {
        // Read whole with what is before them, and that shifted out.
        let rest = u64::from_le_bytes(last) >> (64 - 8 * rest.len());
        lanes = lanes.with(rest);
    }
    lanes.finish(bytes.len())
}

/// The same for any length.
#[inline(never)]
fn hash_any(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut lanes = Lanes::SEEDS;
    for &word in words {
        lanes = lanes.with(u64::from_le_bytes(word));
    }
    if !rest.is_empty() {
        let rest = rest
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
        lanes = lanes.with(rest);
    }
    lanes.finish(bytes.len())
}

impl Lanes {
    const SEEDS: Self = Self(SEEDS[0], SEEDS[1], SEEDS[2], SEEDS[3]);

    #[inline]
    fn with(self, word: u64) -> Self {
        Self(self.1, self.2, self.3, diffuse(self.0 ^ word))
    }

    #[inline]
    fn finish(self, length: usize) -> u64 {
        diffuse(self.0 ^ self.1 ^ self.2 ^ self.3 ^ length as u64)
    }
}

#[inline]
const fn diffuse(value: u64) -> u64 {
    let value = value.wrapping_mul(FACTOR);
    let value = value ^ ((value >> 32) >> (value >> 60));
    value.wrapping_mul(FACTOR)
}
