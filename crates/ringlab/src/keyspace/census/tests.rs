//! The census against asking the ring for every key.

use proptest::prelude::*;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::super::tests::{keyspace_of, rows};
use super::*;
use crate::movement::Movement;
use crate::property::{holds, is_broken};
use crate::ring::tests::{ANY, Sketch, named, sketches, specs};
use crate::ring::{Replication, Weight};

fn one_replica() -> Replication {
    Replication { n: 1, spread: ANY }
}

fn by_key(ring: &Ring, keyspace: &Keyspace) -> Census {
    let mut census = Census::default();
    for row in 0..keyspace.len() {
        if let Some(primary) = ring.primary(keyspace.token(row)) {
            census.add(primary, keyspace.load_of(row));
        }
    }
    census
}

#[test]
fn counting_ranges_is_counting_keys() {
    let test = "counting_ranges_is_counting_keys";
    let inputs = (sketches(12), 1_u32..40, rows(300));
    holds(test, 200, inputs, |(nodes, virtual_nodes, rows)| {
        let ring = Ring::with_nodes(virtual_nodes, specs(1, &nodes)).unwrap();
        let keyspace = keyspace_of(&rows);
        prop_assert_eq!(Census::count(&ring, &keyspace), by_key(&ring, &keyspace));
        Ok(())
    });
}

/// A change a step: a node of these sketches joins, leaves or gets another weight.
type Change = (usize, u32);

/// Follows changes one by one; `seen` says which moves reach the census.
fn followed(
    sketches: &[Sketch],
    changes: &[Change],
    keyspace: &Keyspace,
    seen: impl Fn(&[Move]) -> Vec<Move>,
) -> Result<(), TestCaseError> {
    let mut nodes = specs(2, sketches);
    let mut ring = Ring::with_nodes(16, named(["first"])).unwrap();
    let mut census = Census::count(&ring, keyspace);
    let mut next_id = 1_000;
    for &(pick, weight) in changes.iter().filter(|_| !sketches.is_empty()) {
        let before = ring.clone();
        let node = &mut nodes[pick % sketches.len()];
        if ring.node(node.id).is_none() {
            node.id = NodeId(next_id);
            next_id += 1;
            ring.add(node.clone()).unwrap();
        } else if weight % 2 == 0 {
            ring.remove(node.id).unwrap();
        } else {
            ring.reweight(node.id, Weight::from_thousandths(weight).unwrap())
                .unwrap();
        }
        let movement =
            Movement::between((&before, one_replica()), (&ring, one_replica()), |_| true);
        census.follow(&seen(movement.primaries()), keyspace);
        prop_assert_eq!(&census, &Census::count(&ring, keyspace));
    }
    Ok(())
}

fn changes() -> impl Strategy<Value = (Vec<Sketch>, Vec<Change>, Vec<super::super::tests::Row>)> {
    let change = (0_usize..20, 0_u32..3_000);
    (sketches(6), prop::collection::vec(change, 1..20), rows(200))
}

#[test]
fn following_is_counting_afresh() {
    holds(
        "following_is_counting_afresh",
        100,
        changes(),
        |(nodes, changes, rows)| followed(&nodes, &changes, &keyspace_of(&rows), <[Move]>::to_vec),
    );
}

#[test]
fn a_forgotten_move_is_found() {
    let all_but_last = |moves: &[Move]| moves[..moves.len().saturating_sub(1)].to_vec();
    assert!(is_broken(100, changes(), |(nodes, changes, rows)| {
        followed(&nodes, &changes, &keyspace_of(&rows), all_but_last)
    }));
}

#[test]
fn remainders_are_those_of_a_division() {
    let by = prop_oneof![1_u64..2_000, 1_u64..1 << 22, 1_u64..=u64::from(u32::MAX)];
    // Also next to a multiple, where a quotient is most easily one off.
    let numbers = (any::<u64>(), by, any::<u64>(), 0_u64..3);
    holds("remainders", 5_000, numbers, |(number, by, times, off)| {
        let multiple = times % (u64::MAX / by) * by;
        let remainder = Remainder::by(by);
        for number in [number, multiple, multiple + off, multiple.wrapping_sub(off)] {
            prop_assert_eq!(remainder.of(number), number % by);
        }
        Ok(())
    });
}

#[test]
fn modulo_moves_what_counting_says() {
    let rows: Vec<_> = (0..1_000_u32)
        .map(|n| (n.to_le_bytes().to_vec(), 3, Some(5)))
        .collect();
    let keyspace = keyspace_of(&rows);
    let first = moved_by_modulo(&keyspace, 0..400, 8, 9);
    let moved = first + moved_by_modulo(&keyspace, 400..1_000, 8, 9);
    let tokens: Vec<u64> = (0..keyspace.len())
        .map(|row| keyspace.token(row).0)
        .collect();
    let keys = tokens
        .iter()
        .filter(|&token| token % 8 != token % 9)
        .count() as u64;
    assert_eq!(
        (moved.keys, moved.requests, moved.bytes),
        (keys, 3 * keys, 5 * keys)
    );
    assert!((850..930).contains(&keys), "8 of 9 keys move: {keys}");
    assert_eq!(moved_by_modulo(&keyspace, 0..1_000, 8, 8), Load::default());
    assert_eq!(moved_by_modulo(&keyspace, 0..1_000, 0, 8), Load::default());
}

#[test]
fn unevenness_is_that_of_the_definition() {
    let share = |amount| (amount, Weight::ONE);
    let four = Unevenness::of([2, 4, 4, 6].map(share));
    assert_eq!((four.max_over_mean, four.p99_over_mean), (1.5, 1.5));
    assert!((four.coefficient_of_variation - 0.5_f64.sqrt() / 2.0).abs() < 1e-15);
    // Of 200 nodes, two may have more than the 99th percentile.
    let hundreds = Unevenness::of((0..200).map(|node| share(if node < 2 { 300 } else { 100 })));
    assert_eq!(hundreds.p99_over_mean, 100.0 / 102.0);
    assert_eq!(hundreds.max_over_mean, 300.0 / 102.0);
    assert_eq!(Unevenness::of([(0, Weight::ONE)]), Unevenness::EVEN);
    assert_eq!(Unevenness::of([(9, Weight::ZERO)]), Unevenness::EVEN);
    assert_eq!(
        Unevenness::of([(9, Weight::ZERO), share(1), share(1)]),
        Unevenness::EVEN
    );
}
