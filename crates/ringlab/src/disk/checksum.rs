//! Checksums that know their address: bytes that a disk wrote elsewhere are as wrong as flipped ones.
//!
//! The hash of the ring serves: a change within one of its words of eight bytes, and so of any
//! single bit or byte, always changes it; any other change goes unnoticed once in 2^64.

use crate::hash::token;

/// What a checksum takes.
pub(crate) const CHECKSUM_BYTES: usize = 8;

/// Where bytes lie: a file by its number, and the first of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    pub(crate) file: u64,
    pub(crate) offset: u64,
}

/// The checksum of `bytes` at their address.
pub(crate) fn checksum(address: Address, bytes: &[u8]) -> u64 {
    let mut at = [0; 16];
    at[..8].copy_from_slice(&address.file.to_le_bytes());
    at[8..].copy_from_slice(&address.offset.to_le_bytes());
    token(bytes).0 ^ token(&at).0
}

/// Appends the checksum of all that `out` has from `from` on.
pub(crate) fn seal(address: Address, out: &mut Vec<u8>, from: usize) {
    let sum = checksum(address, &out[from..]);
    out.extend_from_slice(&sum.to_le_bytes());
}

/// What was sealed, without its checksum; nothing when they disagree.
pub(crate) fn unseal(address: Address, bytes: &[u8]) -> Option<&[u8]> {
    let (bytes, sum) = bytes.split_last_chunk()?;
    (checksum(address, bytes) == u64::from_le_bytes(*sum)).then_some(bytes)
}
