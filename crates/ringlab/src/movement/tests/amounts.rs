//! How much moves (R3), and that quorums go on intersecting.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::property::holds;

/// Copies received per key when one node joins `nodes` others.
fn copies_per_key(trial: usize, nodes: usize, virtual_nodes: u32, n: u32) -> f64 {
    let names: Vec<String> = (0..=nodes)
        .map(|node| format!("trial-{trial}-node-{node}"))
        .collect();
    let mut specs = named(names.iter().map(String::as_str));
    let joining = specs.pop().unwrap();
    let before = Ring::with_nodes(virtual_nodes, specs).unwrap();
    let mut after = before.clone();
    after.add(joining).unwrap();
    let replication = Replication { n, spread: ANY };
    let movement = Movement::between((&before, replication), (&after, replication), living);
    let sent: u128 = movement
        .copies()
        .iter()
        .map(|copy| copy.range.width())
        .sum();
    sent as f64 / TokenRange::RING_WIDTH as f64
}

/// R3 for the deviations that INVARIANTS.md measured from 3 nodes to 4 with 3 replicas.
#[test]
fn r3_one_node_more_moves_its_fair_share() {
    for (virtual_nodes, deviation) in [(1, 0.207), (16, 0.096), (128, 0.041), (1_000, 0.018)] {
        for trial in 0..12 {
            let moved = copies_per_key(trial, 3, virtual_nodes, 3);
            assert!(
                (moved - 0.75).abs() < 4.0 * deviation,
                "{virtual_nodes}: {moved}"
            );
        }
    }
    for (nodes, fair) in [(4, 0.6), (5, 0.5), (10, 0.273), (30, 0.097)] {
        let mean = (0..12)
            .map(|trial| copies_per_key(trial, nodes, 128, 3))
            .sum::<f64>()
            / 12.0;
        assert!((mean - fair).abs() < 0.02, "{nodes} nodes: {mean}");
    }
}

/// The reason for pairing who goes with who comes: whatever W of the owners before acknowledged,
/// any R of the owners after hold it, once the copies are made.
#[test]
fn quorums_go_on_intersecting() {
    let (n, w, r) = (3_usize, 2, 2);
    holds(
        "quorums_go_on_intersecting",
        150,
        changes(8, 8, 12),
        |change| {
            let (before, after) = change.rings();
            let replication = Replication {
                n: n as u32,
                spread: ANY,
            };
            let movement = Movement::between((&before, replication), (&after, replication), living);
            for (token, _) in before.points().chain(after.points()) {
                let old = before.preference_list(token, replication);
                let new = after.preference_list(token, replication);
                if old.len() < n || new.len() < n {
                    continue;
                }
                let copies = || {
                    movement
                        .copies()
                        .iter()
                        .filter(|copy| copy.range.contains(token))
                };
                for absent in 0..n {
                    let wrote = |node: NodeId| old.contains(&node) && old[absent] != node;
                    let received = |node| copies().any(|copy| copy.to == node && wrote(copy.from));
                    let holding = new.iter().filter(|&&node| wrote(node) || received(node));
                    prop_assert!(holding.count() > n - r, "{w} wrote, {r} are asked");
                }
            }
            Ok(())
        },
    );
}
