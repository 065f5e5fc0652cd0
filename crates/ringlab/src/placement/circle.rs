//! Points around a circle of 64-bit numbers, each a node's. It knows neither how points are made
//! nor what a key hashes to.

use super::different::first_different;
use crate::sorted::{sort, sort_by_key};

/// Points for each entry of the index, about.
const POINTS_PER_ENTRY: usize = 2;

/// Sorted points with an index by their leading bits, so that a search looks at a few only.
#[derive(Clone, Debug, Default)]
pub(super) struct Circle {
    points: Vec<u64>,
    owners: Vec<u16>,
    /// By leading bits: how many points come before.
    index: Vec<u32>,
    shift: u32,
    /// How many different owners there are.
    nodes: usize,
}

impl Circle {
    /// In order of points; of equal ones the first given comes first. O(points x log points).
    pub(super) fn new(mut points: Vec<(u64, u16)>) -> Self {
        sort_by_key(&mut points, |&(point, _)| point);
        let mut nodes: Vec<u16> = points.iter().map(|&(_, owner)| owner).collect();
        sort(&mut nodes);
        nodes.dedup();
        let entries = (points.len() / POINTS_PER_ENTRY).next_power_of_two().max(2);
        let shift = u64::BITS - entries.trailing_zeros();
        let mut index = vec![0; entries + 1];
        for &(point, _) in &points {
            index[(point >> shift) as usize + 1] += 1;
        }
        for entry in 0..entries {
            index[entry + 1] += index[entry];
        }
        let (points, owners) = points.into_iter().unzip();
        let nodes = nodes.len();
        Self {
            points,
            owners,
            index,
            shift,
            nodes,
        }
    }

    /// The number of the first point at or after this one, clockwise; `None` without points.
    #[inline]
    pub(super) fn at_or_after(&self, point: u64) -> Option<usize> {
        let from = *self.index.get((point >> self.shift) as usize)? as usize;
        let passed = self.points[from..]
            .iter()
            .take_while(|&&other| other < point)
            .count();
        self.wrapped(from + passed)
    }

    /// The number of the first point after this one, clockwise.
    #[inline]
    pub(super) fn after(&self, point: u64) -> Option<usize> {
        match point.checked_add(1) {
            Some(next) => self.at_or_after(next),
            None => self.wrapped(self.points.len()),
        }
    }

    /// Whose point this is.
    #[inline]
    pub(super) fn owner(&self, at: usize) -> usize {
        self.owners[at].into()
    }

    /// How many points there are.
    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// The first of two neighbours that are equal.
    pub(super) fn first_shared(&self) -> Option<usize> {
        self.points.windows(2).position(|pair| pair[0] == pair[1])
    }

    /// The owners of all points from this one on, once around.
    pub(super) fn clockwise(&self, at: usize) -> impl Iterator<Item = usize> {
        let (before, from) = self.owners.split_at(at);
        from.iter().chain(before).map(|&owner| owner.into())
    }

    pub(super) fn point(&self, at: usize) -> u64 {
        self.points[at]
    }

    /// The number of the point before, counter-clockwise.
    pub(super) fn before(&self, at: usize) -> usize {
        at.checked_sub(1).unwrap_or(self.points.len() - 1)
    }

    /// The different owners of the points clockwise from this one; how many were found. O(n) on
    /// average.
    pub(super) fn first_from(&self, at: Option<usize>, owners: &mut [usize]) -> usize {
        let Some(at) = at else {
            return 0;
        };
        first_different(self.clockwise(at), self.nodes, owners)
    }

    #[inline]
    fn wrapped(&self, at: usize) -> Option<usize> {
        if at < self.points.len() {
            Some(at)
        } else {
            (!self.points.is_empty()).then_some(0)
        }
    }
}
