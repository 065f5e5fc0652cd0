//! What frames the rivals: the least that any lookup costs, and what one would write first.

use ringlab::hash::token;

use super::{Keys, Rival, VIRTUAL_NODES};

/// SeaHash as its crate has it and one load from a table as large as our ring. The same with our
/// own SeaHash, which is faster, is a row of its own.
pub(crate) struct Floor<H> {
    table: Vec<u64>,
    hash: H,
}

impl<H: Fn(&[u8]) -> u64> Floor<H> {
    pub(crate) fn new(nodes: &[&'static str], hash: H) -> Self {
        // 64 bytes for 7.5 points: the lines of our ring.
        let words = nodes.len() * VIRTUAL_NODES * 2 / 15 * 8;
        Self {
            table: (0..words as u64).collect(),
            hash,
        }
    }
}

impl<H: Fn(&[u8]) -> u64> Rival for Floor<H> {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        keys.text.iter().fold(0, |sum, key| {
            let hash = (self.hash)(key.as_bytes());
            let at = ((hash >> 32) * self.table.len() as u64) >> 32;
            sum + self.table[at as usize] as usize
        })
    }
}

/// Points in order and a binary search.
pub(crate) struct Sorted {
    points: Vec<u64>,
    owners: Vec<u16>,
}

impl Sorted {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let points = (0..).zip(nodes).flat_map(|(owner, name)| {
            let point = move |index| seahash::hash(format!("{name}-{index}").as_bytes());
            (0..VIRTUAL_NODES).map(move |index| (point(index), owner))
        });
        let mut points: Vec<(u64, u16)> = points.collect();
        points.sort_unstable();
        let (points, owners) = points.into_iter().unzip();
        Self { points, owners }
    }

    fn start(&self, key: &str) -> usize {
        let hash = token(key.as_bytes()).0;
        let at = self.points.partition_point(|&point| point < hash);
        if at == self.points.len() { 0 } else { at }
    }
}

impl Rival for Sorted {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().map(|key| self.owners[self.start(key)]);
        owners.fold(0, |sum, owner| sum + usize::from(owner))
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let sum = keys.text.iter().fold(0, |sum, key| {
            let (wrapped, ahead) = self.owners.split_at(self.start(key));
            let mut list = [u16::MAX; 3];
            let mut len = 0;
            for &owner in ahead.iter().chain(wrapped) {
                if !list[..len].contains(&owner) {
                    list[len] = owner;
                    len += 1;
                    if len == 3 {
                        break;
                    }
                }
            }
            sum + list.iter().map(|&owner| usize::from(owner)).sum::<usize>()
        });
        Some(sum)
    }
}
