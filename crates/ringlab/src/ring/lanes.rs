//! Sixteen numbers of 16 bits side by side, searched and moved all at once: no loop over a length
//! that the processor has to guess. It knows no ring.

/// Half a line of 64 bytes.
pub(super) type Lanes = [u16; LANES];

pub(super) const LANES: usize = 16;

/// Bits of the numbers that [`smaller`] compares; the four above are its room for work.
pub(super) const COMPARED_BITS: u32 = 12;

/// A bit above all numbers that are compared: a lane with it is smaller than none of them.
pub(super) const NOT_COMPARED: u16 = 1 << 14;

/// Lanes and as many more as a vector has: what is one lane off is then read at once.
const WIDE: usize = LANES + 8;

/// By place: all ones in the lanes before it.
static BEFORE: [Lanes; LANES] = {
    let mut masks = [[0; LANES]; LANES];
    let mut at = 0;
    while at < LANES {
        let mut lane = 0;
        while lane < at {
            masks[at][lane] = u16::MAX;
            lane += 1;
        }
        at += 1;
    }
    masks
};

/// How many of the lanes but the last are smaller than `than`. They are in order, and they and
/// `than` have [`COMPARED_BITS`]; the last has [`NOT_COMPARED`].
#[inline]
pub(super) fn smaller(lanes: &Lanes, than: u16) -> usize {
    #[cfg(target_arch = "x86_64")]
    return smaller_by_vectors(lanes, than);
    #[cfg(not(target_arch = "x86_64"))]
    smaller_by_words(lanes, than)
}

/// Eight lanes a vector of SSE2, which every x86-64 has. The marks of the smaller lanes are a run
/// of ones, as the lanes are in order: one more is the bit behind it.
#[cfg(target_arch = "x86_64")]
#[inline]
fn smaller_by_vectors(lanes: &Lanes, than: u16) -> usize {
    use safe_arch::{
        cmp_lt_mask_i16_m128i, m128i, move_mask_i8_m128i, pack_i16_to_i8_m128i, set_splat_i16_m128i,
    };
    let (halves, _) = lanes.as_chunks::<8>();
    let than = set_splat_i16_m128i(than.cast_signed());
    let marks = |half: usize| cmp_lt_mask_i16_m128i(m128i::from(halves[half]), than);
    let marks = move_mask_i8_m128i(pack_i16_to_i8_m128i(marks(0), marks(1)));
    (marks + 1).trailing_zeros() as usize
}

/// Times this, a number stands in each lane of a word, and its highest lane has the sum of all.
#[cfg(any(test, not(target_arch = "x86_64")))]
const EACH_LANE: u64 = 0x0001_0001_0001_0001;

/// Four lanes as one word, the first the lowest.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline]
fn word(lanes: &Lanes, number: usize) -> u64 {
    let (words, _) = lanes.as_chunks::<4>();
    let lanes = words[number].iter().rev();
    lanes.fold(0, |word, &lane| word << u16::BITS | u64::from(lane))
}

/// Four lanes a word: in the difference of each lane the bit above a number tells that it is
/// smaller.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline]
fn smaller_by_words(lanes: &Lanes, than: u16) -> usize {
    const ABOVE: u16 = 1 << COMPARED_BITS;
    const MARKS: u64 = ABOVE as u64 * EACH_LANE;
    const MARKS_BUT_LAST: u64 = MARKS & (u64::MAX >> u16::BITS);
    let than = u64::from(than + ABOVE - 1) * EACH_LANE;
    let marks = |number| than.wrapping_sub(word(lanes, number));
    let counts =
        (marks(0) & MARKS) + (marks(1) & MARKS) + (marks(2) & MARKS) + (marks(3) & MARKS_BUT_LAST);
    (counts.wrapping_mul(EACH_LANE) >> (3 * u16::BITS + COMPARED_BITS)) as usize
}

/// Which of the lanes are `value`: bit i tells of lane i.
#[inline]
pub(super) fn equal(lanes: &Lanes, value: u16) -> u16 {
    #[cfg(target_arch = "x86_64")]
    return equal_by_vectors(lanes, value);
    #[cfg(not(target_arch = "x86_64"))]
    equal_by_words(lanes, value)
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn equal_by_vectors(lanes: &Lanes, value: u16) -> u16 {
    use safe_arch::{
        cmp_eq_mask_i16_m128i, m128i, move_mask_i8_m128i, pack_i16_to_i8_m128i, set_splat_i16_m128i,
    };
    let (halves, _) = lanes.as_chunks::<8>();
    let value = set_splat_i16_m128i(value.cast_signed());
    let marks = |half: usize| cmp_eq_mask_i16_m128i(m128i::from(halves[half]), value);
    move_mask_i8_m128i(pack_i16_to_i8_m128i(marks(0), marks(1))) as u16
}

/// Four lanes a word: a lane is zero where it differs in no bit. The marks of a word then move side
/// by side, each by as much as it stands too low.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline]
fn equal_by_words(lanes: &Lanes, value: u16) -> u16 {
    const LOW: u64 = 0x7fff * EACH_LANE;
    const SIDE_BY_SIDE: u64 = 1 << 48 | 1 << 33 | 1 << 18 | 1 << 3;
    let value = u64::from(value) * EACH_LANE;
    let marks = |number| {
        let difference = word(lanes, number) ^ value;
        let zeros = !(((difference & LOW) + LOW) | difference | LOW);
        ((zeros >> 15).wrapping_mul(SIDE_BY_SIDE) >> 48) as u16 & 0xf
    };
    marks(0) | marks(1) << 4 | marks(2) << 8 | marks(3) << 12
}

/// The lanes with `value` at `at`: what was there and after it stands one lane later, and the last
/// is gone.
#[inline]
pub(super) fn with(lanes: &Lanes, at: usize, value: u16) -> Lanes {
    let mut wide = [0; WIDE];
    wide[WIDE - LANES..].copy_from_slice(lanes);
    let mut lanes = joined(lanes, at, &wide[WIDE - LANES - 1..]);
    lanes[at % LANES] = value;
    lanes
}

/// The lanes without that at `at`: what was after it stands one lane earlier, and `last` at the end.
#[inline]
pub(super) fn without(lanes: &Lanes, at: usize, last: u16) -> Lanes {
    let mut wide = [last; WIDE];
    wide[..LANES].copy_from_slice(lanes);
    joined(lanes, at, &wide[1..])
}

/// The first `len` lanes of one, and then the other from its first lane on, as far as there is room.
#[inline]
pub(super) fn followed(lanes: &Lanes, len: usize, following: &Lanes) -> Lanes {
    // Room for all of both, whatever the length.
    let mut both = [0; 2 * LANES];
    both[..LANES].copy_from_slice(lanes);
    both[len % (LANES + 1)..][..LANES].copy_from_slice(following);
    let (parts, _) = both.as_chunks();
    parts[0]
}

/// The lanes before `at` of one, the others of the other.
#[inline]
fn joined(before: &Lanes, at: usize, others: &[u16]) -> Lanes {
    let mut lanes = *before;
    let masks = &BEFORE[at % LANES];
    for ((lane, other), mask) in lanes.iter_mut().zip(others).zip(masks) {
        *lane = *lane & mask | other & !mask;
    }
    lanes
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use proptest::prelude::*;

    use super::*;
    use crate::property::holds;

    fn lanes() -> impl Strategy<Value = Lanes> {
        let number = 0_u16..1 << COMPARED_BITS;
        prop::array::uniform16(number).prop_map(|mut lanes| {
            lanes[..LANES - 1].sort_unstable();
            lanes[LANES - 1] |= NOT_COMPARED;
            lanes
        })
    }

    #[test]
    fn smaller_lanes_are_counted() {
        let than = prop_oneof![Just(0_u16), Just((1 << COMPARED_BITS) - 1), 0_u16..1 << 12];
        holds("smaller_lanes", 500, (lanes(), than), |(lanes, than)| {
            // Also where it equals one of them.
            for than in [than, lanes[usize::from(than) % (LANES - 1)]] {
                let one_by_one = lanes[..LANES - 1].iter().filter(|&&lane| lane < than);
                let one_by_one = one_by_one.count();
                prop_assert_eq!(smaller_by_words(&lanes, than), one_by_one);
                prop_assert_eq!(smaller(&lanes, than), one_by_one);
            }
            Ok(())
        });
    }

    #[test]
    fn equal_lanes_are_marked() {
        let few = prop::array::uniform16(prop_oneof![0_u16..4, Just(u16::MAX)]);
        holds("equal_lanes", 500, few, |lanes| {
            for value in [0, 1, 2, 3, 4, u16::MAX] {
                let marks = equal(&lanes, value);
                prop_assert_eq!(marks, equal_by_words(&lanes, value));
                for (at, &lane) in lanes.iter().enumerate() {
                    prop_assert_eq!(marks >> at & 1 == 1, lane == value);
                }
            }
            Ok(())
        });
    }

    #[test]
    fn lanes_move_as_a_list_does() {
        let inputs = (lanes(), lanes(), 0..LANES, 0_u16..1 << 12);
        holds("lanes_move", 500, inputs, |(lanes, others, at, value)| {
            let mut list = lanes.to_vec();
            list.insert(at, value);
            prop_assert_eq!(&with(&lanes, at, value)[..], &list[..LANES]);

            let mut list = lanes.to_vec();
            list.remove(at);
            list.push(value);
            prop_assert_eq!(&without(&lanes, at, value)[..], &list[..]);

            let list = [&lanes[..at], &others[..]].concat();
            prop_assert_eq!(&followed(&lanes, at, &others)[..], &list[..LANES]);
            Ok(())
        });
    }
}
