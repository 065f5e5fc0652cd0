//! The hottest rows of some runs, found without looking at each: a block of rows is passed over
//! when its maximum cannot be among them. It knows neither keys nor tokens.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// Rows of a block.
const BLOCK: u32 = 128;

/// The most requests of a row, block by block.
pub(super) struct Maxima {
    blocks: Vec<u64>,
}

/// The rows with most requests among those looked at.
pub(super) struct Hottest {
    most: usize,
    /// The coolest of them on top: more requests are hotter, of equal ones the earlier row.
    rows: BinaryHeap<Reverse<(u64, Reverse<u32>)>>,
}

impl Maxima {
    pub(super) const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    /// Notes the requests of a row; rows come in order.
    pub(super) fn note(&mut self, row: u32, requests: u64) {
        match self.blocks.get_mut((row / BLOCK) as usize) {
            Some(maximum) => *maximum = requests.max(*maximum),
            None => self.blocks.push(requests),
        }
    }

    fn of(&self, row: u32) -> u64 {
        self.blocks[(row / BLOCK) as usize]
    }
}

impl Hottest {
    pub(super) const fn new(most: usize) -> Self {
        Self {
            most,
            rows: BinaryHeap::new(),
        }
    }

    /// Looks through a run of rows.
    pub(super) fn look_through(
        &mut self,
        run: Range<u32>,
        maxima: &Maxima,
        requests_of: impl Fn(u32) -> u64,
    ) {
        let mut row = run.start;
        while row < run.end {
            let block_end = (row / BLOCK + 1).saturating_mul(BLOCK).min(run.end);
            if self.wants(maxima.of(row), row) {
                for row in row..block_end {
                    self.offer(requests_of(row), row);
                }
            }
            row = block_end;
        }
    }

    /// Hottest first.
    pub(super) fn into_rows(self) -> Vec<u32> {
        let coolest_last = self.rows.into_sorted_vec();
        coolest_last
            .into_iter()
            .map(|Reverse((_, Reverse(row)))| row)
            .collect()
    }

    fn wants(&self, requests: u64, row: u32) -> bool {
        if self.rows.len() < self.most {
            return true;
        }
        self.rows
            .peek()
            .is_some_and(|Reverse(coolest)| (requests, Reverse(row)) > *coolest)
    }

    fn offer(&mut self, requests: u64, row: u32) {
        if self.wants(requests, row) {
            self.rows.push(Reverse((requests, Reverse(row))));
            if self.rows.len() > self.most {
                self.rows.pop();
            }
        }
    }
}
