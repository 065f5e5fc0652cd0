//! One 64-bit number after another that follow from a key's: for algorithms that draw again. It
//! knows no nodes.

use super::different::first_different;
use crate::hash::mix;

/// SplitMix64's step, an odd number.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
/// Draws for each owner that is looked for, before they are taken in order: only when nearly all
/// nodes are owners does that happen.
const TRIES: usize = 64;

/// The number in `0..below` that a hash falls on: its share of all hashes. `below` is not 0.
#[inline]
pub(super) const fn scale(hash: u64, below: u64) -> usize {
    ((hash as u128 * below as u128) >> 64) as usize
}

/// Draw `number` of a key: 0 is its hash itself.
#[inline]
pub(super) const fn draw(hash: u64, number: u64) -> u64 {
    if number == 0 {
        hash
    } else {
        mix(hash.wrapping_add(number.wrapping_mul(GAMMA)))
    }
}

/// Fills `owners` with different ones of `nodes` nodes, by `owner` of one draw after another. How
/// replicas are found by algorithms that themselves define a primary only.
pub(super) fn first_by_draws(
    hash: u64,
    nodes: usize,
    owners: &mut [usize],
    owner: impl Fn(u64) -> usize,
) -> usize {
    let tries = (TRIES * owners.len().min(nodes)) as u64;
    let drawn = (0..tries).map(|number| owner(draw(hash, number)));
    first_different(drawn.chain(0..nodes), nodes, owners)
}
