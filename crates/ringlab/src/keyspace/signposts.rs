//! Where to begin to look for a token: the ring in equally wide parts, each with its first row. A
//! hash spreads tokens evenly, so a part holds about [`KEYS_A_PART`] whatever the population.

use std::ops::Range;

use crate::hash::Token;

/// Keys that a part has on average.
const KEYS_A_PART: usize = 8;

/// The first row of each part of the ring.
pub(super) struct Signposts {
    /// A token shifted right by this is the number of its part.
    shift: u32,
    /// One more than parts: the last is the number of rows.
    first: Vec<u32>,
}

impl Signposts {
    /// For so many rows that are noted in order, then ended.
    pub(super) fn new(rows: usize) -> Self {
        let parts = (rows / KEYS_A_PART).next_power_of_two().max(2);
        let mut first = Vec::with_capacity(parts + 1);
        first.push(0);
        Self {
            shift: u64::BITS - parts.trailing_zeros(),
            first,
        }
    }

    /// Notes the token of a row; rows come in order.
    pub(super) fn note(&mut self, token: Token, row: u32) {
        self.pass(self.part(token), row);
    }

    /// All rows are noted.
    pub(super) fn end(&mut self, rows: u32) {
        self.pass(1 << (u64::BITS - self.shift), rows);
    }

    /// The rows of the part that a token lies in.
    pub(super) fn around(&self, token: Token) -> Range<u32> {
        let part = self.part(token);
        self.first[part]..self.first[part + 1]
    }

    fn part(&self, token: Token) -> usize {
        usize::try_from(token.0 >> self.shift).expect("fewer parts than rows")
    }

    fn pass(&mut self, part: usize, row: u32) {
        while self.first.len() <= part {
            self.first.push(row);
        }
    }
}
