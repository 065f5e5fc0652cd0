//! The ring cut at every virtual node of two rings. It knows nothing of owners.

use crate::hash::Token;
use crate::ring::{Ring, TokenRange};

/// Ranges in which no virtual node of either ring stands but at the end: clockwise around the
/// circle once, from token 0 on.
pub(super) fn segments(before: &Ring, after: &Ring) -> impl Iterator<Item = TokenRange> {
    let mut ends: Vec<Token> = before
        .points()
        .chain(after.points())
        .map(|(token, _)| token)
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let mut last = ends.last().copied();
    ends.into_iter().map(move |to| TokenRange {
        after: last.replace(to).unwrap_or(to),
        to,
    })
}
