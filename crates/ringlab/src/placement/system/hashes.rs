//! The hashes of those systems, over bytes, as numbers on a circle of 64 bits. It knows no nodes.

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use md5::{Digest, Md5};

use super::super::CRC_TABLES;
use super::widened;

/// IEEE CRC-32.
pub(super) static CRC32: Crc<u32, Table<CRC_TABLES>> =
    Crc::<u32, Table<CRC_TABLES>>::new(&CRC_32_ISO_HDLC);

/// The four numbers of 32 bits in an MD5 digest, each little-endian.
pub(super) fn md5_points(data: &[u8]) -> [u32; 4] {
    let digest: [u8; 16] = Md5::digest(data).into();
    let (words, _) = digest.as_chunks::<4>();
    [0, 1, 2, 3].map(|word| u32::from_le_bytes(words[word]))
}

/// The first of them.
pub(super) fn md5_low(data: &[u8]) -> u64 {
    widened(md5_points(data)[0])
}

/// The leading 64 bits of an MD5 digest as one number of 128 bits: that two digests of nodes differ
/// below those only is as good as impossible.
pub(super) fn md5_high(data: &[u8]) -> u64 {
    let digest: [u8; 16] = Md5::digest(data).into();
    let (words, _) = digest.as_chunks::<8>();
    u64::from_be_bytes(words[0])
}

/// IEEE CRC-32.
pub(super) fn crc32(data: &[u8]) -> u64 {
    widened(CRC32.checksum(data))
}

/// XXH64 with seed 0.
pub(super) fn xxh64(data: &[u8]) -> u64 {
    xxhash_rust::xxh64::xxh64(data, 0)
}

/// Jenkins' hash of one byte at a time.
pub(super) fn one_at_a_time(data: &[u8]) -> u64 {
    let step = |hash: u32, &byte: &u8| {
        let hash = hash.wrapping_add(byte.into());
        let hash = hash.wrapping_add(hash << 10);
        hash ^ (hash >> 6)
    };
    let hash = data.iter().fold(0, step);
    let hash = hash.wrapping_add(hash << 3);
    let hash = hash ^ (hash >> 11);
    widened(hash.wrapping_add(hash << 15))
}

/// twemproxy's `fnv1a_64`: prime and start of the 64-bit hash, cut to 32 bits before they are used.
pub(super) fn fnv1a_64_low(data: &[u8]) -> u64 {
    const START: u32 = 0xcbf2_9ce4_8422_2325_u64 as u32;
    const PRIME: u32 = 0x0000_0100_0000_01b3_u64 as u32;
    let step = |hash: u32, &byte: &u8| (hash ^ u32::from(byte)).wrapping_mul(PRIME);
    widened(data.iter().fold(START, step))
}

/// HAProxy's usual hash of keys: sdbm's, mixed.
pub(super) fn sdbm_avalanche(data: &[u8]) -> u64 {
    let step = |hash: u32, &byte: &u8| {
        let shifted = (hash << 6).wrapping_add(hash << 16);
        shifted.wrapping_add(byte.into()).wrapping_sub(hash)
    };
    widened(avalanche(data.iter().fold(0, step)))
}

/// Bernstein's hash.
pub(super) fn djb2(data: &[u8]) -> u64 {
    widened(djb2_of(data))
}

/// The same, mixed.
pub(super) fn djb2_avalanche(data: &[u8]) -> u64 {
    widened(avalanche(djb2_of(data)))
}

/// HAProxy's mixing of one number: Jenkins' of 32 bits, times a prime.
pub(super) const fn avalanche(number: u32) -> u32 {
    let mixed = number.wrapping_add(0x7ed5_5d16).wrapping_add(number << 12);
    let mixed = (mixed ^ 0xc761_c23c) ^ (mixed >> 19);
    let mixed = mixed.wrapping_add(0x1656_67b1).wrapping_add(mixed << 5);
    let mixed = mixed.wrapping_add(0xd3a2_646c) ^ (mixed << 9);
    let mixed = mixed.wrapping_add(0xfd70_46c5).wrapping_add(mixed << 3);
    let mixed = (mixed ^ 0xb55a_4f09) ^ (mixed >> 16);
    mixed.wrapping_mul(3_221_225_473)
}

fn djb2_of(data: &[u8]) -> u32 {
    let step = |hash: u32, &byte: &u8| (hash << 5).wrapping_add(hash).wrapping_add(byte.into());
    data.iter().fold(5_381, step)
}
