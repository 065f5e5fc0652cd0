//! Cassandra's Murmur3: the first half of MurmurHash3 x64 128 (Appleby), whose last bytes count as
//! signed numbers, which other implementations do not have.

const C1: u64 = 0x87c3_7b91_1142_53d5;
const C2: u64 = 0x4cf5_ad43_2745_937f;

/// The token of a key; the lowest number is no token, so the highest stands for it.
pub(super) fn token(key: &[u8]) -> i64 {
    match first_half(key) as i64 {
        i64::MIN => i64::MAX,
        token => token,
    }
}

fn first_half(key: &[u8]) -> u64 {
    let (blocks, rest) = key.as_chunks::<16>();
    let (mut h1, mut h2) = (0_u64, 0_u64);
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        h1 ^= low(u64::from_le_bytes(words[0]));
        h1 = h1.rotate_left(27).wrapping_add(h2);
        h1 = h1.wrapping_mul(5).wrapping_add(0x52dc_e729);
        h2 ^= high(u64::from_le_bytes(words[1]));
        h2 = h2.rotate_left(31).wrapping_add(h1);
        h2 = h2.wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let (first, second) = rest.split_at(rest.len().min(8));
    let length = key.len() as u64;
    h2 ^= high(signed(second)) ^ length;
    h1 ^= low(signed(first)) ^ length;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    finish(h1).wrapping_add(finish(h2))
}

const fn low(word: u64) -> u64 {
    word.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2)
}

const fn high(word: u64) -> u64 {
    word.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1)
}

/// Up to eight bytes as one number, each sign-extended before it is put in its place.
fn signed(bytes: &[u8]) -> u64 {
    let extended = |byte: u8| i64::from(byte.cast_signed()) as u64;
    let placed = (0..)
        .zip(bytes)
        .map(|(at, &byte)| extended(byte) << (8 * at));
    placed.fold(0, |word, byte| word ^ byte)
}

const fn finish(number: u64) -> u64 {
    let number = (number ^ (number >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let number = (number ^ (number >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    number ^ (number >> 33)
}
