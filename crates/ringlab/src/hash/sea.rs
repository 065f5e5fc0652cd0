//! SeaHash over one slice: the published algorithm (<https://docs.rs/seahash>, "A reading of the
//! algorithm"), in registers from end to end. It knows nothing of rings.
//!
//! Four lanes take the words of 8 bytes in turn. The crate hands its lanes over in memory, and
//! what reads them there waits for what wrote them. A test holds both equal.

/// The number of all diffusions.
const FACTOR: u64 = 0x6eed_0e9d_a4d9_4a4f;

/// The hash of `bytes` that starts from these lanes.
#[inline]
pub(super) fn hash(bytes: &[u8], seeds: [u64; 4]) -> u64 {
    let [mut a, mut b, mut c, mut d] = seeds;
    let (words, rest) = bytes.as_chunks::<8>();
    let (blocks, words) = words.as_chunks::<4>();
    for [first, second, third, fourth] in blocks {
        a = take_in(a, *first);
        b = take_in(b, *second);
        c = take_in(c, *third);
        d = take_in(d, *fourth);
    }
    match words {
        [] => a = take_last_in(a, bytes, rest),
        [first] => {
            a = take_in(a, *first);
            b = take_last_in(b, bytes, rest);
        }
        [first, second] => {
            a = take_in(a, *first);
            b = take_in(b, *second);
            c = take_last_in(c, bytes, rest);
        }
        [first, second, third, ..] => {
            a = take_in(a, *first);
            b = take_in(b, *second);
            c = take_in(c, *third);
            d = take_last_in(d, bytes, rest);
        }
    }
    diffuse(a ^ b ^ c ^ d ^ bytes.len() as u64)
}

#[inline]
fn take_in(lane: u64, word: [u8; 8]) -> u64 {
    diffuse(lane ^ u64::from_le_bytes(word))
}

/// Takes in the 0 to 7 bytes of `rest`, which ends `bytes`: read whole with what is before them.
#[inline]
fn take_last_in(lane: u64, bytes: &[u8], rest: &[u8]) -> u64 {
    if rest.is_empty() {
        return lane;
    }
    let word = match bytes.last_chunk::<8>() {
        Some(&last) => u64::from_le_bytes(last) >> (64 - 8 * rest.len()),
        None => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    diffuse(lane ^ word)
}

#[inline]
const fn diffuse(value: u64) -> u64 {
    let value = value.wrapping_mul(FACTOR);
    let value = value ^ ((value >> 32) >> (value >> 60));
    value.wrapping_mul(FACTOR)
}
