//! What is told of the owners of keys: how even, and which moved that need not. Pure.

/// The fewest and the most keys of a node, by the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    pub(super) least: f64,
    pub(super) most: f64,
}

/// How even the owners are.
pub(super) fn shares(owners: &[usize], nodes: usize) -> Shares {
    let mut counts = vec![0_u64; nodes];
    owners.iter().for_each(|&owner| counts[owner] += 1);
    let mean = owners.len() as f64 / nodes as f64;
    let by_mean = |count: Option<&u64>| count.copied().unwrap_or_default() as f64 / mean;
    Shares {
        least: by_mean(counts.iter().min()),
        most: by_mean(counts.iter().max()),
    }
}

/// The part of all keys that went from one node to another, both of which were there before and
/// after: the first `staying` ones.
pub(super) fn misplaced(before: &[usize], after: &[usize], staying: usize) -> f64 {
    let needless = |(was, is): (&usize, &usize)| was != is && *was < staying && *is < staying;
    part(before, after, needless)
}

/// The part of all keys that are not where they were.
pub(super) fn elsewhere(before: &[usize], after: &[usize]) -> f64 {
    part(before, after, |(was, is)| was != is)
}

fn part(before: &[usize], after: &[usize], counts: impl Fn((&usize, &usize)) -> bool) -> f64 {
    let both = before.iter().zip(after);
    both.filter(|&(was, is)| counts((was, is))).count() as f64 / before.len() as f64
}
