//! Going only near the changed points finds what going everywhere finds.

use std::cell::Cell;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::movement::segments::everywhere;
use crate::property::{holds, is_broken};

type Inputs = (Change, u32, bool);

fn inputs() -> impl Strategy<Value = Inputs> {
    (changes(24, 60, 150), 1_u32..=5, any::<bool>())
}

/// Both ways on one change; `cut` may spoil the segments. Says whether it was the near way.
fn agree(inputs: Inputs, cut: fn(&mut Vec<TokenRange>)) -> Result<bool, TestCaseError> {
    let (change, n, zones) = inputs;
    let (before, after) = change.rings();
    let spread = if zones { Spread::Zones } else { ANY };
    let replication = Replication { n, spread };
    let all = everywhere(&before, &after);
    let mut some = segments((&before, replication), (&after, replication));
    let near = some.len() < all.len();
    cut(&mut some);
    let over = |segments| {
        let (before, after) = ((&before, replication), (&after, replication));
        Movement::over(segments, before, after, living)
    };
    let expected = over(all);
    prop_assert_eq!(&over(some), &expected);
    prop_assert_eq!(primary_moves(&before, &after), expected.primaries);
    Ok(near)
}

#[test]
fn near_is_enough() {
    let near = Cell::new(0);
    holds("near_is_enough", 600, inputs(), |inputs| {
        near.set(near.get() + u32::from(agree(inputs, |_| ())?));
        Ok(())
    });
    assert!(
        near.get() > 60,
        "{} of 600 changes were near ones",
        near.get()
    );
}

/// A planted bug: a segment that was not gone to is missed.
#[test]
fn a_segment_left_out_is_noticed() {
    let cut = |segments: &mut Vec<TokenRange>| segments.truncate(segments.len().saturating_sub(1));
    assert!(is_broken(100, inputs(), |inputs| agree(inputs, cut).map(drop)));
}

/// One node more on a large ring: the rest of the ring is not looked at.
#[test]
fn one_node_more_is_few_segments() {
    let names: Vec<String> = (0..400).map(|node| format!("node-{node}")).collect();
    let before = Ring::with_nodes(64, named(names.iter().map(String::as_str))).unwrap();
    let mut after = before.clone();
    let mut joining = named(["joining"]).remove(0);
    joining.id = NodeId(1_000);
    after.add(joining).unwrap();
    let three = Replication { n: 3, spread: ANY };
    assert!(segments((&before, three), (&after, three)).len() < 64 * 5);
    let movement = Movement::between((&before, three), (&after, three), living);
    assert_eq!(
        movement,
        Movement::over(
            everywhere(&before, &after),
            (&before, three),
            (&after, three),
            living
        )
    );
    assert_eq!(movement.moved_width(), after.width_of(NodeId(1_000)));
}
