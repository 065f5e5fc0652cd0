//! One line: the points of a small part of the ring, in the 64 bytes that a processor fetches at
//! once. It knows remainders and slots; it knows neither tokens nor its neighbours.

use super::nodes::{NO_SLOT, Slot};

/// Most points in one line.
pub(super) const LINE_POINTS_MAX: usize = 15;

/// Bits of a remainder: where in its line a token stands. The four bits above are room for
/// comparing four lanes at a time in one word and for counting up to 15.
pub(super) const REMAINDER_BITS: u32 = 12;

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
        (counts.wrapping_mul(EACH_LANE) >> (3 * u16::BITS + REMAINDER_BITS)) as usize
    }

    /// Four lanes as one number: one load.
    #[inline]
    fn word(&self, word: usize) -> u64 {
        let lanes = &self.lanes[word * LANES_OF_WORD..][..LANES_OF_WORD];
        lanes
            .iter()
            .rev()
            .fold(0, |word, &lane| word << u16::BITS | u64::from(lane))
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

    /// Puts a point in, for which there must be room, and moves what follows back by one.
    #[inline]
    pub(super) fn insert(&mut self, at: usize, remainder: u16, owner: Slot) {
        let len = self.len();
        self.lanes.copy_within(at..len, at + 1);
        self.lanes[at] = remainder;
        self.lanes[LINE_POINTS_MAX] += 1;
        self.owners.copy_within(at..LINE_POINTS_MAX, at + 1);
        self.owners[at] = owner;
    }

    /// Takes a point out and moves what follows up by one; `last` is the owner that comes in sight.
    #[inline]
    pub(super) fn remove(&mut self, at: usize, last: Slot) {
        let len = self.len();
        self.lanes.copy_within(at + 1..len, at);
        self.lanes[len - 1] = UNUSED;
        self.lanes[LINE_POINTS_MAX] -= 1;
        self.owners.copy_within(at + 1.., at);
        self.owners[LINE_POINTS_MAX] = last;
    }

    /// Tells the owners that follow after its own points.
    pub(super) fn follow_with(&mut self, following: &[Slot; LANES]) {
        let len = self.len();
        self.owners[len..].copy_from_slice(&following[..LANES - len]);
    }

    /// Marks that more of its points stand elsewhere: what is after the last must be asked there.
    pub(super) fn follow_with_spilled(&mut self) {
        self.owners[LINE_POINTS_MAX] = NO_SLOT;
    }
}
