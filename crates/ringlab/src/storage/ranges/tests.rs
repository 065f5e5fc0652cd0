//! Sets of ranges on a small ring of tokens, against sets of tokens.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::property::holds;

/// Tokens that ranges begin and end at: around token 0, and some in between.
const CUTS: [u64; 9] = [0, 1, 2, 3, 9, 10, u64::MAX - 2, u64::MAX - 1, u64::MAX];

fn ranges() -> impl Strategy<Value = Vec<TokenRange>> {
    let cut = || proptest::sample::select(CUTS.to_vec()).prop_map(Token);
    vec(
        (cut(), cut()).prop_map(|(after, to)| TokenRange { after, to }),
        0..5,
    )
}

/// One token of each kind: each cut, and one right after it.
fn tokens() -> impl Iterator<Item = Token> {
    CUTS.into_iter()
        .flat_map(|cut| [Token(cut), Token(cut.wrapping_add(1))])
}

#[test]
fn sets_of_ranges_are_sets_of_tokens() {
    let test = "storage::ranges::tests::sets_of_ranges_are_sets_of_tokens";
    holds(test, 2_000, (ranges(), ranges()), |(a, b)| {
        let within = |ranges: &[TokenRange], token| ranges.iter().any(|r| r.contains(token));
        let (one, other) = (
            RangeSet::from_iter(a.clone()),
            RangeSet::from_iter(b.clone()),
        );
        for token in tokens() {
            let (in_a, in_b) = (within(&a, token), within(&b, token));
            prop_assert_eq!(one.contains(token), in_a);
            prop_assert_eq!(one.union(&other).contains(token), in_a || in_b);
            prop_assert_eq!(one.intersection(&other).contains(token), in_a && in_b);
            prop_assert_eq!(one.difference(&other).contains(token), in_a && !in_b);
            prop_assert_eq!(one.complement().contains(token), !in_a);
            for &range in &b {
                let expected = in_a && range.contains(token);
                prop_assert_eq!(one.within(range).contains(token), expected);
            }
        }
        Ok(())
    });
}

#[test]
fn equal_sets_are_equal_however_they_were_made() {
    let test = "storage::ranges::tests::equal_sets_are_equal_however_they_were_made";
    holds(test, 2_000, (ranges(), ranges()), |(a, b)| {
        let (one, other) = (RangeSet::from_iter(a), RangeSet::from_iter(b));
        let union = one.union(&other);
        prop_assert_eq!(&union, &other.union(&one));
        prop_assert_eq!(&union, &RangeSet::from_iter(union.ranges()));
        prop_assert_eq!(&union.difference(&other).union(&other), &union);
        let width: u128 = union.ranges().map(TokenRange::width).sum();
        prop_assert_eq!(union.width(), width);
        Ok(())
    });
}

#[test]
fn the_whole_ring_is_one_range() {
    let whole = RangeSet::from(TokenRange::whole(Token(77)));
    assert_eq!(whole.width(), TokenRange::RING_WIDTH);
    assert_eq!(whole.ranges().count(), 1);
    assert_eq!(whole, RangeSet::default().complement());
}
