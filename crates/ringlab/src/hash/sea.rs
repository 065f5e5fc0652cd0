//! SeaHash over one slice: the published algorithm (<https://docs.rs/seahash>, "A reading of the
//! algorithm"), in registers from end to end. It knows nothing of rings.
//!
//! Four lanes take the words of 8 bytes in turn. The crate hands its lanes over in memory, and
//! what reads them there waits for what wrote them. A test holds both equal.

use super::SEEDS;

/// The number of all diffusions.
const FACTOR: u64 = 0x6eed_0e9d_a4d9_4a4f;

/// The hash of `bytes`. Keys of 8 to 32 bytes, the usual ones, go without a loop: each lane takes
/// one word at most, and the hash is of all lanes whatever their order. In a loop over keys a call
/// would cost as much as one lane; for a page the smaller code counts for more.
#[cfg_attr(not(target_arch = "wasm32"), inline(always))]
#[cfg_attr(target_arch = "wasm32", inline)]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let [first, second, third, fourth] = SEEDS;
    let Some(&last) = bytes.last_chunk() else {
        return hash_any(bytes);
    };
    // The last 1 to 8 bytes: read whole with what is before them, and that shifted out.
    let before = bytes.len().wrapping_neg() % 8;
    let last = u64::from_le_bytes(last) >> (8 * before);
    let (words, _) = bytes[..bytes.len() - 1].as_chunks();
    let lanes = match words {
        [] => diffuse(first ^ last) ^ second ^ third ^ fourth,
        &[a] => taken(first, a) ^ diffuse(second ^ last) ^ third ^ fourth,
        &[a, b] => taken(first, a) ^ taken(second, b) ^ diffuse(third ^ last) ^ fourth,
        &[a, b, c] => taken(first, a) ^ taken(second, b) ^ taken(third, c) ^ diffuse(fourth ^ last),
        _ => return hash_any(bytes),
    };
    diffuse(lanes ^ bytes.len() as u64)
}

/// The same for any length.
#[inline(never)]
fn hash_any(bytes: &[u8]) -> u64 {
    let mut lanes = SEEDS;
    let (words, rest) = bytes.as_chunks();
    for (at, &word) in words.iter().enumerate() {
        let lane = &mut lanes[at % SEEDS.len()];
        *lane = taken(*lane, word);
    }
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        let lane = &mut lanes[words.len() % SEEDS.len()];
        *lane = taken(*lane, word);
    }
    let [first, second, third, fourth] = lanes;
    diffuse(first ^ second ^ third ^ fourth ^ bytes.len() as u64)
}

/// A lane that took another word.
#[inline]
const fn taken(lane: u64, word: [u8; 8]) -> u64 {
    diffuse(lane ^ u64::from_le_bytes(word))
}

#[inline]
const fn diffuse(value: u64) -> u64 {
    let value = value.wrapping_mul(FACTOR);
    let value = value ^ ((value >> 32) >> (value >> 60));
    value.wrapping_mul(FACTOR)
}
