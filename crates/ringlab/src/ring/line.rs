//! One line: the points of a small part of the ring, in the 64 bytes that a processor fetches at
//! once. It knows remainders and slots; it knows neither tokens nor its neighbours.

use super::nodes::{NO_SLOT, Slot};

/// Most points in one line.
pub(super) const LINE_POINTS_MAX: usize = 15;

/// Bits of a remainder: where in its line a token stands. The three bits above are room for
/// comparing and counting four lanes at a time in one word.
pub(super) const REMAINDER_BITS: u32 = 13;

/// In a lane without a point: no remainder is above it.
const UNUSED: u16 = REMAINDERS - 1;
const REMAINDERS: u16 = 1 << REMAINDER_BITS;

/// Times this, a number stands in each lane of a word, and a word's highest lane has the sum of all.
const EACH_LANE: u64 = 0x0001_0001_0001_0001;
const LANES_OF_WORD: usize = 4;

const LANES: usize = LINE_POINTS_MAX + 1;

/// Point i is at remainder `lanes[i]` and owns what is after point i - 1 up to it; the last lane
/// is the number of points. What is after the last point belongs to the points that follow in
/// other lines: their owners go on behind, so that the owner of a token is `owners[rank]` without
/// a condition, and a preference list is read from there on.
#[repr(align(64))]
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    lanes: [u16; LANES],
    owners: [Slot; LANES],
}

impl Line {
    pub(super) const EMPTY: Self = {
        let mut lanes = [UNUSED; LANES];
        lanes[LINE_POINTS_MAX] = 0;
        Self {
            lanes,
            owners: [NO_SLOT; LANES],
        }
    };

    /// How many points it has.
    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.lanes[LINE_POINTS_MAX])
    }

    /// How many of its points are before `remainder`. Without a branch, four lanes a word: in the
    /// difference of each lane the bit above a remainder tells that the lane is smaller.
    #[inline]
    pub(super) fn rank(&self, remainder: u16) -> usize {
        const SMALLER: u64 = REMAINDERS as u64 * EACH_LANE;
        // The last lane is the number of points, no remainder.
        const SMALLER_OF_LAST: u64 = SMALLER & (u64::MAX >> u16::BITS);
        let minuend = u64::from(remainder + UNUSED) * EACH_LANE;
        let smaller = |word: usize, mask: u64| (minuend - self.word(word)) & mask;
        let counts = smaller(0, SMALLER)
            + smaller(1, SMALLER)
            + smaller(2, SMALLER)
            + smaller(3, SMALLER_OF_LAST);
        ((counts >> REMAINDER_BITS).wrapping_mul(EACH_LANE) >> (3 * u16::BITS)) as usize
    }

    /// Four lanes as one number: one load.
    #[inline]
    fn word(&self, word: usize) -> u64 {
        let lanes = &self.lanes[word * LANES_OF_WORD..][..LANES_OF_WORD];
        lanes.iter().rev().fold(0, |word, &lane| word << u16::BITS | u64::from(lane))
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

    /// All of [`Self::owners_from`] the first.
    pub(super) fn owners(&self) -> &[Slot; LANES] {
        &self.owners
    }

    /// Makes room for a point, which there must be, and moves what follows back by one.
    pub(super) fn insert(&mut self, at: usize, remainder: u16, owner: Slot) {
        let count = self.lanes[LINE_POINTS_MAX] + 1;
        self.lanes = inserted(&self.lanes, at, remainder);
        self.lanes[LINE_POINTS_MAX] = count;
        self.owners = inserted(&self.owners, at, owner);
    }

    /// Takes a point out; the last owner is to be told anew by [`Self::follow_with`].
    pub(super) fn remove(&mut self, at: usize) {
        let count = self.lanes[LINE_POINTS_MAX] - 1;
        self.lanes[LINE_POINTS_MAX] = UNUSED;
        self.lanes = removed(&self.lanes, at);
        self.lanes[LINE_POINTS_MAX] = count;
        self.owners = removed(&self.owners, at);
    }

    /// Tells the owners that follow after its own points.
    pub(super) fn follow_with(&mut self, following: &[Slot; LANES]) {
        let len = self.len();
        for (owner, &following) in self.owners[len..].iter_mut().zip(following) {
            *owner = following;
        }
    }

    /// Marks that more of its points stand elsewhere: what is after the last must be asked there.
    pub(super) fn follow_with_spilled(&mut self) {
        self.owners[LINE_POINTS_MAX] = NO_SLOT;
    }
}

/// Written for all places at once and not as a move of a part, whose length the processor would
/// have to guess.
pub(super) fn inserted<T: Copy, const N: usize>(old: &[T; N], at: usize, new: T) -> [T; N] {
    let mut all = *old;
    for place in 0..N {
        let shifted = old[place.saturating_sub(1)];
        all[place] = if place > at { shifted } else { old[place] };
    }
    all[at % N] = new;
    all
}

/// The same for a place taken out; the last one is kept.
pub(super) fn removed<T: Copy, const N: usize>(old: &[T; N], at: usize) -> [T; N] {
    let mut all = *old;
    for place in 0..N - 1 {
        all[place] = if place >= at {
            old[place + 1]
        } else {
            old[place]
        };
    }
    all
}
