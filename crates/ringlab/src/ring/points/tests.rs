//! The lines from inside: what the tests of a ring cannot see.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;

use super::*;
use crate::property::holds;
use crate::ring::nodes::NO_SLOT;
use crate::ring::tests::named;
use crate::ring::{NodeId, Ring, Weight};

fn many(nodes: usize) -> Ring {
    let name = |node| format!("10.0.{}.{}:6379", node / 250, node % 250);
    let names: Vec<String> = (0..nodes).map(name).collect();
    Ring::with_nodes(160, named(names.iter().map(String::as_str))).unwrap()
}

/// Every line tells the owners of its points and of those that follow, as far as it can.
fn tells_who_follows(points: &Points) -> Result<(), TestCaseError> {
    let mut len = 0;
    for (number, line) in points.lines.iter().enumerate() {
        len += points.line_len(number);
        let from = Place {
            line: number,
            at: 0,
        };
        let following = points.clockwise(from).map(|point| point.slot);
        let following: Vec<Slot> = following.take(line.owners().len()).collect();
        // Around and around, when there are fewer points than a line has owners.
        let expected = following.iter().copied().cycle().take(line.owners().len());
        let expected: Vec<Slot> = expected.collect();
        let told = line.owners().iter().position(|&owner| owner == NO_SLOT);
        let told = told.unwrap_or(line.owners().len());
        prop_assert_eq!(&line.owners()[..told], &expected[..told], "line {}", number);
        // Only behind a full line, its own or one that it sees, is there anything not told.
        prop_assert!(points.len == 0 || told >= LINE_POINTS_MAX);
    }
    prop_assert_eq!(len, points.len);
    Ok(())
}

#[test]
fn lines_tell_who_follows_after_every_change() {
    let inputs = prop::collection::vec((0_u32..12, 0_u32..9_000), 1..40);
    holds("lines_tell_who_follows", 60, inputs, |changes| {
        let mut ring = many(3);
        for (id, (node, weight)) in (100..).zip(changes) {
            let known = ring.nodes().nth(node as usize).map(|node| node.id);
            match known {
                Some(id) if weight < 1_500 => drop(ring.remove(id).unwrap()),
                Some(id) => ring
                    .reweight(id, Weight::from_thousandths(weight).unwrap())
                    .unwrap(),
                None => {
                    let mut joining = named([format!("node-{id}").as_str()]).remove(0);
                    joining.id = NodeId(id);
                    ring.add(joining).unwrap();
                }
            }
            tells_who_follows(&ring.points)?;
        }
        Ok(())
    });
}

/// A planted bug: one owner that was not told is noticed.
#[test]
fn an_owner_not_told_is_noticed() {
    let ring = many(20);
    tells_who_follows(&ring.points).unwrap();
    let mut wrong = ring.points.clone();
    let line = wrong.lines.iter().position(|line| line.len() < 10).unwrap();
    let other_line = *wrong.lines[(line + 5) % wrong.lines.len()].owners();
    wrong.lines[line].follow_with(&other_line);
    assert!(tells_who_follows(&wrong).is_err());
}

#[test]
fn one_line_tells_nearly_every_owner() {
    for nodes in [10, 100, 1_000] {
        let ring = many(nodes);
        let token = |step: u64| Token(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let untold = (0..100_000).map(token).filter(|&token| {
            let owners = ring.points.owners(token);
            owners.len() < 3 || owners[..3].contains(&NO_SLOT)
        });
        let untold = untold.count();
        assert!(untold < 4_000, "{nodes} nodes: {untold} of 100,000");
        assert!(
            !ring.points.spilled.is_empty() || nodes < 1_000,
            "the rare way is tested too"
        );
    }
}

#[test]
fn a_point_takes_thirteen_bytes() {
    let points = many(1_000).points;
    let line = size_of::<Line>() + size_of::<Lanes>();
    let spilled = points.spilled.iter().flat_map(SortedMap::values);
    let spilled: usize = spilled.map(Vec::len).sum();
    let bytes = points.lines.len() * line + spilled * 64;
    assert!(
        bytes <= 13 * points.len,
        "{bytes} bytes for {} points",
        points.len
    );
}

#[test]
fn the_number_of_lines_follows_the_number_of_points() {
    let mut ring = many(400);
    let lines = ring.points.lines.len();
    for id in 1..=399 {
        ring.remove(NodeId(id)).unwrap();
        assert!(ring.points.len() >= LINE_MEAN_MIN * ring.points.lines.len());
    }
    assert!(ring.points.lines.len() * 100 < lines);
    ring.remove(NodeId(400)).unwrap();
    assert_eq!(ring.points.lines.len(), 1);
}
