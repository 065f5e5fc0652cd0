//! Segments that arrive in token order, joined where one goes on with what its neighbour has. It
//! knows no rings: what is joined is any label, one a segment ([`Chain`]) or several ([`Merger`]).

use crate::hash::Token;
use crate::ring::TokenRange;
use crate::sorted::sort_by_key;

/// Joins touching ranges of one label, where no segment has two.
pub(super) struct Chain<L> {
    ranges: Vec<(TokenRange, L)>,
    /// Where the first segment began.
    seam: Option<Token>,
}

impl<L> Default for Chain<L> {
    fn default() -> Self {
        Self {
            ranges: Vec::new(),
            seam: None,
        }
    }
}

impl<L: Copy + Ord> Chain<L> {
    /// Takes the label of the next segment, clockwise of all before it.
    #[inline]
    pub(super) fn next(&mut self, segment: TokenRange, label: L) {
        match self.ranges.last_mut() {
            Some((last, same)) if last.to == segment.after && *same == label => {
                last.to = segment.to;
            }
            _ => {
                self.seam.get_or_insert(segment.after);
                self.ranges.push((segment, label));
            }
        }
    }

    /// All ranges, in order of their ends, the circle closed.
    pub(super) fn finish(mut self) -> impl Iterator<Item = (TokenRange, L)> {
        if let Some(seam) = self.seam {
            close_circle(&mut self.ranges, seam);
        }
        self.ranges.into_iter()
    }
}

/// Joins touching ranges of one label.
pub(super) struct Merger<L> {
    /// Ended for good.
    closed: Vec<(TokenRange, L)>,
    /// End where the last segment ended: the next one may go on with them.
    open: Vec<(TokenRange, L)>,
    /// Room for the next `open`, kept so that a segment allocates nothing.
    spare: Vec<(TokenRange, L)>,
    /// Where the first segment began.
    seam: Option<Token>,
}

impl<L> Default for Merger<L> {
    fn default() -> Self {
        Self {
            closed: Vec::new(),
            open: Vec::new(),
            spare: Vec::new(),
            seam: None,
        }
    }
}

impl<L: Copy + Ord> Merger<L> {
    /// Takes the labels of the next segment, clockwise of all before it; no label comes twice.
    pub(super) fn next(&mut self, segment: TokenRange, labels: impl IntoIterator<Item = L>) {
        self.seam.get_or_insert(segment.after);
        let gone_on = |open: &(TokenRange, L)| open.0.to == segment.after;
        for label in labels {
            let before = self
                .open
                .iter()
                .position(|open| gone_on(open) && open.1 == label)
                .map(|at| self.open.swap_remove(at));
            let after = before.map_or(segment.after, |(range, _)| range.after);
            let to = segment.to;
            self.spare.push((TokenRange { after, to }, label));
        }
        self.closed.append(&mut self.open);
        std::mem::swap(&mut self.open, &mut self.spare);
    }

    /// All ranges, in order of their ends and then of their labels. The circle is closed here:
    /// what ends where the first segment began is joined with what began there.
    pub(super) fn finish(mut self) -> impl Iterator<Item = (TokenRange, L)> {
        self.closed.append(&mut self.open);
        let mut merged = self.closed;
        if let Some(seam) = self.seam {
            close_circle(&mut merged, seam);
        }
        sort_by_key(&mut merged, |&(range, label)| (range.to, label));
        merged.into_iter()
    }
}

/// Joins what ends at the seam with what begins there; a range that is both is the whole ring.
fn close_circle<L: Copy + Ord>(merged: &mut Vec<(TokenRange, L)>, seam: Token) {
    let is_tail = |(range, _): &mut (TokenRange, L)| range.to == seam && range.after != seam;
    let tails: Vec<_> = merged.extract_if(.., is_tail).collect();
    for (tail, label) in tails {
        let head = merged
            .iter_mut()
            .find(|(range, other)| range.after == seam && *other == label);
        match head {
            Some((head, _)) => head.after = tail.after,
            None => merged.push((tail, label)),
        }
    }
}
