//! A few popular things and a long tail, in whole numbers: the same draws on every platform.

use ringlab::message::Random;

use crate::random::Chance;

/// What a weight is a part of: the most popular thing weighs this.
const SCALE: u64 = 1 << 32;

/// Ranks by Zipf's law with exponent 1: the second half as often as the first, the third a third.
#[derive(Clone, Debug)]
pub struct Zipf {
    /// The weights of all ranks up to each.
    sums: Vec<u64>,
}

impl Zipf {
    /// So many ranks, at least one. O(ranks).
    #[must_use]
    pub fn new(ranks: u32) -> Self {
        let weights = (1..=u64::from(ranks.max(1))).map(|rank| SCALE / rank);
        let sums = weights.scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// How many ranks there are.
    #[must_use]
    pub fn many(&self) -> u32 {
        self.sums.len() as u32
    }

    /// A rank from 0. O(log ranks).
    pub fn draw(&self, chance: &mut Chance) -> u32 {
        let all = self.sums.last().copied().unwrap_or(1);
        let point = chance.next_u64() % all;
        self.sums.partition_point(|&sum| sum <= point) as u32
    }
}
