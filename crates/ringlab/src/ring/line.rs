//! One line: the points of a small part of the ring, in the 64 bytes that a processor fetches at
//! once. It knows remainders and slots; it knows neither tokens nor its neighbours.

use super::lanes::{
    COMPARED_BITS, LANES, Lanes, NOT_COMPARED, equal, followed, smaller, with, without,
};
use super::nodes::{NO_SLOT, Slot};

/// Most points in one line.
pub(super) const LINE_POINTS_MAX: usize = LANES - 1;

/// Bits of a remainder: where in its line a token stands.
pub(super) const REMAINDER_BITS: u32 = COMPARED_BITS;

/// In a lane without a point: no remainder is above it.
const UNUSED: u16 = (1 << REMAINDER_BITS) - 1;

/// Point i is at remainder `lanes[i]` and owns what is after point i - 1 up to it; the last lane
/// is the number of points, not compared. What is after the last point belongs to the points that follow in
/// other lines: their owners go on behind, so that the owner of a token is `owners[rank]` without
/// a condition, and a preference list is read from there on.
#[repr(align(64))]
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    lanes: Lanes,
    owners: [Slot; LANES],
}

impl Line {
    pub(super) const EMPTY: Self = {
        let mut lanes = [UNUSED; LANES];
        lanes[LINE_POINTS_MAX] = NOT_COMPARED;
        Self {
            lanes,
            owners: [NO_SLOT; LANES],
        }
    };

    /// How many points it has.
    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.lanes[LINE_POINTS_MAX] & !NOT_COMPARED)
    }

    /// How many of its points are before `remainder`, without a branch.
    #[inline]
    pub(super) fn rank(&self, remainder: u16) -> usize {
        smaller(&self.lanes, remainder)
    }

    /// Whether point `at` stands at this very remainder, so that whole tokens have to be compared.
    #[inline]
    pub(super) fn ties(&self, at: usize, remainder: u16) -> bool {
        self.lanes[at % LANES] == remainder
    }

    /// The owner of point `at`, or of one that follows; [`NO_SLOT`] when the line cannot tell.
    #[inline]
    pub(super) fn owner(&self, at: usize) -> Slot {
        self.owners[at % LANES]
    }

    /// The owners from point `at` on, clockwise.
    #[inline]
    pub(super) fn owners_from(&self, at: usize) -> &[Slot] {
        &self.owners[at % LANES..]
    }

    /// The first different owners from point `at` on, clockwise; `None`, or [`NO_SLOT`] among them,
    /// if the line sees fewer.
    ///
    /// Where there are many nodes the next ones mostly differ: that is looked at first, with one
    /// branch. Where there are few the processor could not guess which comes again: all that equal
    /// one already met are struck out at once, with none.
    #[inline]
    pub(super) fn first_different<const N: usize>(&self, at: usize) -> Option<[Slot; N]> {
        if let Some(next) = self.owners_from(at).first_chunk()
            && all_differ(next)
        {
            return Some(*next);
        }
        let mut left = u16::MAX << (at % LANES);
        let mut different = [NO_SLOT; N];
        for owner in &mut different {
            if left == 0 {
                return None;
            }
            *owner = self.owner(left.trailing_zeros() as usize);
            left &= !equal(&self.owners, *owner);
        }
        Some(different)
    }

    /// All of [`Self::owners_from`] the first.
    pub(super) fn owners(&self) -> &[Slot; LANES] {
        &self.owners
    }

    /// Puts a point in, for which there must be room, and moves what follows back by one.
    #[inline]
    pub(super) fn insert(&mut self, at: usize, remainder: u16, owner: Slot) {
        let points = self.lanes[LINE_POINTS_MAX] + 1;
        self.lanes = with(&self.lanes, at, remainder);
        self.lanes[LINE_POINTS_MAX] = points;
        self.owners = with(&self.owners, at, owner);
    }

    /// Takes a point out and moves what follows up by one; `last` is the owner that comes in sight.
    #[inline]
    pub(super) fn remove(&mut self, at: usize, last: Slot) {
        let points = self.lanes[LINE_POINTS_MAX] - 1;
        self.lanes = without(&self.lanes, at, points);
        self.lanes[LINE_POINTS_MAX - 1] = UNUSED;
        self.owners = without(&self.owners, at, last);
    }

    /// Puts an owner in behind its own points.
    #[inline]
    pub(super) fn insert_seen(&mut self, at: usize, owner: Slot) {
        self.owners = with(&self.owners, at, owner);
    }

    /// Takes an owner out behind its own points.
    #[inline]
    pub(super) fn remove_seen(&mut self, at: usize, last: Slot) {
        self.owners = without(&self.owners, at, last);
    }

    /// Tells the owners that follow after its own points.
    #[inline]
    pub(super) fn follow_with(&mut self, following: &[Slot; LANES]) {
        self.owners = followed(&self.owners, self.len(), following);
    }

    /// Marks that more of its points stand elsewhere: what is after the last must be asked there.
    pub(super) fn follow_with_spilled(&mut self) {
        self.owners[LINE_POINTS_MAX] = NO_SLOT;
    }
}

#[inline]
fn all_differ<const N: usize>(slots: &[Slot; N]) -> bool {
    let mut again = false;
    for (at, one) in slots.iter().enumerate() {
        for other in &slots[..at] {
            again |= one == other;
        }
    }
    !again
}
