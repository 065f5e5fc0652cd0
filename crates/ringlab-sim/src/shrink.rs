//! From a script that breaks something to the fewest of its steps that still break it. It knows no
//! step, only whether what is left still fails (Zeller, Hildebrandt: "Simplifying and Isolating
//! Failure-Inducing Input", 2002).

use std::collections::BTreeSet;

#[cfg(test)]
mod tests;

/// Runs that shrinking may take.
pub const RUNS_MAX: u32 = 2_000;

/// The smallest part of `steps` steps found for which `fails` still holds; all of them must fail.
/// No single step of it can be left out, unless [`RUNS_MAX`] runs were not enough to see that.
pub fn shrink(steps: usize, mut fails: impl FnMut(&BTreeSet<usize>) -> bool) -> BTreeSet<usize> {
    let mut kept: Vec<usize> = (0..steps).collect();
    let mut part = steps.div_ceil(2).max(1);
    let mut runs = 0;
    loop {
        let mut left_out = false;
        let mut at = 0;
        while at < kept.len() && runs < RUNS_MAX {
            let end = (at + part).min(kept.len());
            let others = kept[..at].iter().chain(&kept[end..]).copied().collect();
            runs += 1;
            if fails(&others) {
                kept.drain(at..end);
                left_out = true;
            } else {
                at = end;
            }
        }
        if runs >= RUNS_MAX || (part == 1 && !left_out) {
            return kept.into_iter().collect();
        }
        // Once steps are gone, others may go that were needed for them alone.
        if !left_out {
            part = part.div_ceil(2).min(kept.len().max(1));
        }
    }
}
