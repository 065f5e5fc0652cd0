//! Thread CPU time: what others do on the machine in between is not counted. And medians.

use std::hint::black_box;

use cpu_time::ThreadTime;

/// Nanoseconds that some work takes this thread. What it returns counts as used, so that no
/// compiler leaves it out.
pub(crate) fn nanoseconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = ThreadTime::now();
    black_box(work());
    start.elapsed().as_nanos() as f64
}

/// The middle one; the larger of two in the middle. Not a number when there are none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of how often `part` goes into `whole`, round by round: what slows both slows neither.
pub(crate) fn median_ratio(whole: &[f64], part: &[f64]) -> f64 {
    let ratios = whole.iter().zip(part).map(|(whole, part)| whole / part);
    median(&ratios.collect::<Vec<_>>())
}
