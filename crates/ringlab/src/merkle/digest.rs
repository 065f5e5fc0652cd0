//! Digests of cells and of ranges: the same on every platform, whatever order things came in. It
//! knows no trees.

use crate::hash::token;
use crate::pair::Key;
use crate::storage::RangeSet;
use crate::version::{Dot, Siblings, Version};

/// The digest of a key's cell: of everything in it. 0 for what no replica needs to be told, an
/// empty cell and one with no more than the loaded row.
pub(crate) fn of_cell(key: &Key, siblings: &Siblings) -> u64 {
    let versions = siblings.versions();
    if versions.is_empty() || matches!(versions, [only] if only.dot == Dot::LOADED) {
        return 0;
    }
    let dots = versions.iter().map(|version| 1 + version.context.len());
    let numbers = dots.map(|dots| 3 * dots + 3).sum::<usize>() + 1;
    let mut bytes = Vec::with_capacity(key.bytes().len() + numbers * size_of::<u64>());
    put(&mut bytes, key.bytes().len() as u64);
    bytes.extend_from_slice(key.bytes());
    for version in versions {
        put_version(&mut bytes, version);
    }
    of(&bytes)
}

/// The digest of a set of tokens.
pub(super) fn of_ranges(ranges: &RangeSet) -> u64 {
    let mut bytes = Vec::new();
    for range in ranges.ranges() {
        put(&mut bytes, range.after.0);
        put(&mut bytes, range.to.0);
    }
    of(&bytes)
}

/// Lengths stand before what they count, so that no two cells have the same bytes. A value stands
/// for itself by its length and hash.
fn put_version(bytes: &mut Vec<u8>, version: &Version) {
    put_dot(bytes, version.dot);
    put(bytes, version.context.len() as u64);
    for dot in version.context.dots() {
        put_dot(bytes, dot);
    }
    match &version.value {
        Some(value) => {
            put(bytes, value.bytes().len() as u64);
            put(bytes, token(value.bytes()).0);
        }
        None => put(bytes, u64::MAX),
    }
}

fn put_dot(bytes: &mut Vec<u8>, dot: Dot) {
    put(bytes, dot.actor.node.0.into());
    put(bytes, dot.actor.since);
    put(bytes, dot.counter);
}

fn put(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

/// Never 0, which is nothing.
fn of(bytes: &[u8]) -> u64 {
    token(bytes).0.max(1)
}
