//! Layouts there and back, whole and cut short.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::layout::MembershipChange;
use crate::layout::tests::{SIZES, placement, spec};
use crate::ring::RingError;

/// A settled layout and one at each step of a change of nodes and sizes.
fn layouts() -> Vec<Layout> {
    let before = placement(5);
    let settled = Layout::settled(7, before.ring.clone(), before.sizes);
    let wanted = MembershipChange {
        add: vec![spec(9)],
        remove: vec![NodeId(1)],
        lost: vec![NodeId(3)],
        rezone: vec![(NodeId(2), "north".parse().unwrap())],
        sizes: Some(Sizes { w: 3, ..SIZES }),
        ..MembershipChange::default()
    };
    let change = Change::plan(8, NodeId(0), before, &wanted).unwrap();
    let mut changing = settled.clone();
    changing.announce(Arc::new(change));
    let mut withdrawn = changing.clone();
    withdrawn.take(Step::Withdrawn);
    let mut layouts = vec![settled, changing.clone(), withdrawn];
    for step in [Step::Committed, Step::Retired, Step::Released] {
        changing.take(step);
        layouts.push(changing.clone());
    }
    layouts
}

fn encoded(layout: &Layout) -> Vec<u8> {
    let mut out = Vec::new();
    layout.encode(&mut out);
    out
}

#[test]
fn a_layout_comes_back_as_it_was_and_no_part_of_it_does() {
    for layout in layouts() {
        let bytes = encoded(&layout);
        let back = Layout::decode(&bytes).unwrap();
        assert_eq!(back.stage(), layout.stage());
        assert_eq!(back.writes(), layout.writes());
        assert_eq!(encoded(&back), bytes);
        if let (Some(change), Some(was)) = (back.change(), layout.change()) {
            assert_eq!((&change.copies, &change.drops), (&was.copies, &was.drops));
            assert_eq!((&change.targets, change.leader), (&was.targets, was.leader));
            assert_eq!((&change.lost, &change.gains), (&was.lost, &was.gains));
        }
        for end in 0..bytes.len() {
            assert!(Layout::decode(&bytes[..end]).is_err(), "{end}");
        }
    }
}

#[test]
fn ids_that_left_are_not_given_again_after_a_restart() {
    let mut ring = Ring::clone(&placement(4).ring);
    ring.remove(NodeId(3)).unwrap();
    let mut out = Vec::new();
    ring.encode(&mut out);
    let mut back = Ring::decode(&mut Reader::new(&out)).unwrap();
    assert_eq!(back, ring);
    assert_eq!(back.add(spec(3)), Err(RingError::IdTaken(NodeId(3))));
}
