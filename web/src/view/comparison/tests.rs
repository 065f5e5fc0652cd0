//! Who is fullest, and by how much.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn comparison(nodes: &[(&str, u64, u64, u64)]) -> Comparison {
    let node = |&(name, weight, theirs, ours): &(&str, u64, u64, u64)| Compared {
        name: name.parse().unwrap(),
        weight,
        theirs,
        ours,
    };
    Comparison {
        nodes: nodes.iter().map(node).collect(),
        keys: nodes.iter().map(|node| node.2).sum(),
        ..Comparison::default()
    }
}

#[test]
fn a_share_is_told_beside_what_is_fair_by_weight() {
    let compared = comparison(&[
        ("amber", 1, 20, 10),
        ("birch", 2, 10, 20),
        ("cedar", 0, 0, 0),
    ]);
    let rows = rows(&compared);
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.number, row.name, row.theirs.over, row.ours.over))
        .collect();
    assert_eq!(
        told,
        [
            (0, "amber", Some(2.0), Some(1.0)),
            (1, "birch", Some(0.5), Some(1.0)),
            (2, "cedar", None, None),
        ]
    );
    assert_eq!((rows[0].theirs.keys, rows[0].theirs.of), (20, 30));
}

#[test]
fn the_fullest_has_most_for_its_weight_and_the_first_of_equals_is_told() {
    let compared = comparison(&[
        ("amber", 4, 20, 10),
        ("birch", 1, 10, 20),
        ("cedar", 1, 10, 0),
    ]);
    assert_eq!(fullest(&compared, |node| node.theirs), Some((1, 1.5)));
    assert_eq!(fullest(&compared, |node| node.ours), Some((1, 4.0)));
    assert_eq!(fullest(&comparison(&[]), |node| node.ours), None);
    assert_eq!(
        fullest(&comparison(&[("a", 0, 0, 0)]), |node| node.ours),
        None
    );
}

#[test]
fn a_ring_has_keys_that_the_system_has_no_node_for() {
    let mut compared = comparison(&[("amber", 1, 10, 30)]);
    compared.homeless = 20;
    let row = &rows(&compared)[0];
    assert_eq!((row.theirs.over, row.ours.over), (Some(1.0), Some(1.0)));
    assert_eq!((row.theirs.of, row.ours.of), (30, 30), "shares are of all");
}
