//! Every question to a ring against the dumb model.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::model::Model;
use super::*;
use crate::property::holds;

/// A change to a ring: whose, and what.
#[derive(Clone, Debug)]
enum Change {
    Add(Sketch),
    Remove(usize),
    Reweight(usize, u32),
    Rezone(usize, u8),
}

#[test]
fn lists_are_the_models() {
    let inputs = (
        sketches(12),
        1_u32..40,
        prop::collection::vec(any::<u64>(), 20),
        1_u32..=9,
    );
    holds(
        "lists_are_the_models",
        150,
        inputs,
        |(nodes, virtual_nodes, anywhere, n)| {
            let nodes = specs(1, &nodes);
            let ring = Ring::with_nodes(virtual_nodes, nodes.clone()).unwrap();
            let model = Model::new(virtual_nodes, &nodes);
            many_are_found_as_one(&ring, &telling_tokens(&ring, &anywhere))?;
            for token in telling_tokens(&ring, &anywhere) {
                let nearest = model.order(token).first().map(|node| node.id);
                prop_assert_eq!(ring.primary(token), nearest);
                for spread in [Spread::Any, Spread::Zones] {
                    let replication = Replication { n, spread };
                    let list = ring.preference_list(token, replication);
                    let mut expected = model.list(token, replication);
                    expected.truncate(REPLICAS_MAX);
                    prop_assert_eq!(&*list, &*expected, "{:?} {:?}", token, spread);
                }
            }
            Ok(())
        },
    );
}

/// Side by side as one by one, also with more tokens than room and the other way round.
fn many_are_found_as_one(ring: &Ring, tokens: &[Token]) -> Result<(), TestCaseError> {
    let one_by_one: Option<Vec<NodeId>> = tokens.iter().map(|&token| ring.primary(token)).collect();
    let expected = one_by_one.unwrap_or_default();
    for room in [expected.len() + 3, expected.len(), expected.len() / 2] {
        let mut owners = vec![NodeId(u32::MAX); room];
        let found = ring.primaries(tokens, &mut owners);
        prop_assert_eq!(found, room.min(expected.len()));
        prop_assert_eq!(&owners[..found], &expected[..found]);
    }
    Ok(())
}

#[test]
fn points_ranges_and_shares_are_the_models() {
    let inputs = (sketches(12), 1_u32..60);
    holds(
        "points_ranges_and_shares_are_the_models",
        150,
        inputs,
        |(nodes, virtual_nodes)| {
            let nodes = specs(1, &nodes);
            let ring = Ring::with_nodes(virtual_nodes, nodes.clone()).unwrap();
            same_facts(&ring, &Model::new(virtual_nodes, &nodes))
        },
    );
}

#[test]
fn large_rings_find_their_points() {
    let names: Vec<String> = (0..500)
        .map(|i| format!("10.0.{}.{}:6379", i / 250, i % 250))
        .collect();
    let ring = Ring::with_nodes(64, named(names.iter().map(String::as_str))).unwrap();
    let points: Vec<(Token, NodeId)> = ring.points().collect();
    assert_eq!(points.len(), 500 * 64);
    assert!(points.is_sorted());
    for (at, &(token, owner)) in points.iter().enumerate() {
        let (next, next_owner) = points[(at + 1) % points.len()];
        assert_eq!(ring.primary(token), Some(owner));
        assert_eq!(
            ring.primary(Token(token.0.wrapping_add(1))),
            Some(next_owner)
        );
        let between = TokenRange {
            after: token,
            to: next,
        };
        assert_eq!(ring.range_at(next), Some((between, next_owner)));
    }
}

#[test]
fn changes_in_place_equal_a_fresh_build() {
    let change = prop_oneof![
        3 => (200_u32..400, 0_u32..4_000, 0_u8..4).prop_map(Change::Add),
        3 => any::<usize>().prop_map(Change::Remove),
        2 => (any::<usize>(), 0_u32..6_000).prop_map(|(who, weight)| Change::Reweight(who, weight)),
        1 => (any::<usize>(), 0_u8..4).prop_map(|(who, zone)| Change::Rezone(who, zone)),
    ];
    let inputs = (
        sketches(30),
        1_u32..200,
        prop::collection::vec(change, 0..25),
        prop::collection::vec(any::<u64>(), 50),
    );
    holds(
        "changes_in_place_equal_a_fresh_build",
        60,
        inputs,
        |(nodes, virtual_nodes, changes, anywhere)| {
            let mut ring = Ring::with_nodes(virtual_nodes, specs(1, &nodes)).unwrap();
            for (id, change) in (1_000..).zip(changes) {
                apply(&mut ring, id, change);
                let fresh = Ring::with_nodes(virtual_nodes, ring.nodes().cloned()).unwrap();
                prop_assert_eq!(&ring, &fresh);
                prop_assert!(ring.points().eq(fresh.points()));
                prop_assert_eq!(ring.point_count(), fresh.point_count());
                for &token in &anywhere {
                    for spread in [Spread::Any, Spread::Zones] {
                        let replication = Replication { n: 5, spread };
                        let list = ring.preference_list(Token(token), replication);
                        prop_assert_eq!(list, fresh.preference_list(Token(token), replication));
                    }
                }
            }
            same_facts(
                &ring,
                &Model::new(virtual_nodes, &ring.nodes().cloned().collect::<Vec<_>>()),
            )
        },
    );
}

fn apply(ring: &mut Ring, id: u32, change: Change) {
    let ids: Vec<NodeId> = ring.nodes().map(|node| node.id).collect();
    let chosen = |who: usize| (!ids.is_empty()).then(|| ids[who % ids.len()]);
    match change {
        Change::Add(sketch) => {
            let node = specs(id, &[sketch]).remove(0);
            let taken = ring.nodes().any(|other| other.name == node.name);
            assert_eq!(ring.add(node).is_err(), taken);
        }
        Change::Remove(who) => {
            if let Some(id) = chosen(who) {
                assert_eq!(ring.remove(id).unwrap().id, id);
            }
        }
        Change::Reweight(who, weight) => {
            if let Some(id) = chosen(who) {
                ring.reweight(id, Weight::from_thousandths(weight).unwrap())
                    .unwrap();
            }
        }
        Change::Rezone(who, zone) => {
            if let Some(id) = chosen(who) {
                let zone = ["", "a", "b", "c"][usize::from(zone)].parse().unwrap();
                ring.rezone(id, zone).unwrap();
            }
        }
    }
}

/// What a ring tells of its points and ranges follows from the owner of each token.
fn same_facts(ring: &Ring, model: &Model) -> Result<(), TestCaseError> {
    let points: Vec<(Token, NodeId)> = ring.points().collect();
    prop_assert!(points.is_sorted_by(|a, b| a.0 < b.0));
    prop_assert_eq!(points.len(), ring.point_count());
    let mut widths = std::collections::BTreeMap::<NodeId, u128>::new();
    let mut last = points.last().map(|&(token, _)| token);
    for ((range, owner), &(token, _)) in ring.ranges().zip(&points) {
        prop_assert_eq!(range.to, token);
        prop_assert_eq!(Some(range.after), last.replace(token));
        prop_assert_eq!(model.order(token)[0].id, owner);
        prop_assert_eq!(ring.range_at(token), Some((range, owner)));
        prop_assert_eq!(
            ring.range_at(Token(range.after.0.wrapping_add(1))),
            Some((range, owner))
        );
        *widths.entry(owner).or_default() += range.width();
    }
    prop_assert_eq!(ring.ranges().count(), points.len());
    let ranges: Vec<_> = ring.ranges().collect();
    for (at, (range, _)) in ranges.iter().enumerate() {
        let inside = Token(range.after.0.wrapping_add(1));
        let from_there = ranges[at..].iter().chain(&ranges[..at]).copied();
        prop_assert!(ring.ranges_from(inside).eq(from_there.clone()));
        prop_assert!(ring.ranges_from(range.to).eq(from_there));
    }
    for node in ring.nodes() {
        let own = points.iter().filter(|&&(_, owner)| owner == node.id);
        let own: Vec<Token> = own.map(|&(token, _)| token).collect();
        prop_assert_eq!(ring.tokens_of(node.id), own);
        let width = widths.get(&node.id).copied().unwrap_or(0);
        prop_assert_eq!(ring.width_of(node.id), width);
        prop_assert_eq!(ring.node(node.id), Some(node));
    }
    let stored = ring
        .nodes()
        .filter(|node| node.weight != Weight::ZERO)
        .count();
    prop_assert_eq!(ring.storage_nodes(), stored);
    Ok(())
}
