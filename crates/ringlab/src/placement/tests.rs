//! What every algorithm promises, and what only some do.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;

mod systems;

use super::*;
use crate::property::{holds, is_broken};

const KEYS: u32 = 4_000;

fn key(number: u32) -> [u8; 8] {
    u64::from(number)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .to_le_bytes()
}

fn nodes(weights: &[u32]) -> Vec<WeightedNode> {
    let node = |(number, &weight): (usize, &u32)| {
        WeightedNode::weighing(&format!("node-{number}"), weight).unwrap()
    };
    weights.iter().enumerate().map(node).collect()
}

/// The name of the owner of each key.
fn owners(placement: &dyn Placement) -> Vec<String> {
    let owner = |number| {
        let owner = placement.primary(&key(number)).expect("a node owns keys");
        placement.nodes()[owner].name.to_string()
    };
    (0..KEYS).map(owner).collect()
}

fn takes_weights(algorithm: Algorithm) -> bool {
    !matches!(
        algorithm,
        Algorithm::Jump | Algorithm::Anchor | Algorithm::Modulo
    )
}

/// Ours and the field's that move only what they must when a node comes or goes.
fn that_move_least() -> impl Iterator<Item = Algorithm> {
    let moves_more =
        |algorithm: &Algorithm| matches!(algorithm, Algorithm::Modulo | Algorithm::Maglev);
    Algorithm::OWN
        .into_iter()
        .filter(move |algorithm| !moves_more(algorithm))
}

/// Whether a weight can be too large for it; by shares alone none is.
fn has_largest_weight(algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::Partitions | Algorithm::Rendezvous | Algorithm::Maglev => false,
        Algorithm::Compatible(system) => {
            let by_share = [
                "libmemcached-weighted",
                "twemproxy",
                "twemproxy-md5",
                "hashring",
            ];
            let more = ["uhashring-ketama", "envoy-ring-hash", "envoy-maglev"];
            !by_share.contains(&system.name()) && !more.contains(&system.name())
        }
        _ => true,
    }
}

/// How many keys may be at another node than before though neither came nor went, of all.
fn moved_between_others(before: &[String], after: &[String], changed: &str) -> usize {
    let pairs = before.iter().zip(after);
    pairs
        .filter(|(was, is)| was != is && *was != changed && *is != changed)
        .count()
}

#[test]
fn the_first_nodes_are_different_ones_and_begin_with_the_primary() {
    for algorithm in Algorithm::all() {
        for count in [1, 2, 3, 17] {
            let placement = algorithm.place(nodes(&vec![1; count])).unwrap();
            for number in 0..100 {
                let mut owners = [usize::MAX; 20];
                let found = placement.first(&key(number), &mut owners);
                assert_eq!(found, count, "{algorithm}");
                assert_eq!(
                    placement.primary(&key(number)),
                    Some(owners[0]),
                    "{algorithm}"
                );
                owners[..found].sort_unstable();
                assert!(owners[..found].iter().copied().eq(0..count), "{algorithm}");
                let mut three = [usize::MAX; 3];
                assert_eq!(
                    placement.first(&key(number), &mut three),
                    count.min(3),
                    "{algorithm}"
                );
            }
        }
    }
}

#[test]
fn without_nodes_nobody_owns_a_key() {
    for algorithm in Algorithm::all() {
        let placement = algorithm.place(Vec::new()).unwrap();
        assert_eq!(placement.primary(b"key"), None, "{algorithm}");
        assert_eq!(placement.first(b"key", &mut [0; 3]), 0, "{algorithm}");
    }
}

#[test]
fn keys_are_spread_by_weight() {
    for algorithm in Algorithm::OWN {
        let weights: &[u32] = if takes_weights(algorithm) {
            &[1, 2, 0, 3, 4]
        } else {
            &[1; 5]
        };
        let placement = algorithm.place(nodes(weights)).unwrap();
        let mut counts = [0_u32; 5];
        for number in 0..KEYS {
            counts[placement.primary(&key(number)).unwrap()] += 1;
        }
        let total: u32 = weights.iter().sum();
        for (&weight, &count) in weights.iter().zip(&counts) {
            let fair = KEYS * weight / total;
            // One point a node and 21 probes, or 160 virtual nodes, leave some unevenness.
            assert!(count.abs_diff(fair) <= fair / 3, "{algorithm}: {counts:?}");
        }
    }
}

#[test]
fn a_node_that_comes_takes_keys_and_no_others_move() {
    for algorithm in that_move_least() {
        let mut placement = algorithm.place(nodes(&[1; 9])).unwrap();
        let before = owners(&*placement);
        placement.add(WeightedNode::named("new").unwrap()).unwrap();
        let after = owners(&*placement);
        assert_eq!(
            moved_between_others(&before, &after, "new"),
            0,
            "{algorithm}"
        );
        assert!(after.iter().any(|owner| owner == "new"), "{algorithm}");
    }
}

#[test]
fn a_node_that_goes_leaves_its_keys_and_no_others_move() {
    for algorithm in that_move_least() {
        let mut placement = algorithm.place(nodes(&[1; 9])).unwrap();
        let before = owners(&*placement);
        let last = "node-8";
        let gone = if algorithm == Algorithm::Jump {
            last
        } else {
            "node-4"
        };
        placement.remove(gone).unwrap();
        let after = owners(&*placement);
        assert_eq!(
            moved_between_others(&before, &after, gone),
            0,
            "{algorithm}"
        );
        assert!(after.iter().all(|owner| owner != gone), "{algorithm}");
    }
}

#[test]
fn maglev_moves_few_keys_that_need_not() {
    let mut maglev = Maglev::new(nodes(&[1; 9])).unwrap();
    let before = owners(&maglev);
    maglev.remove("node-4").unwrap();
    let moved = moved_between_others(&before, &owners(&maglev), "node-4");
    assert!(moved > 0 && moved < KEYS as usize / 20, "{moved} of {KEYS}");
}

#[test]
fn the_order_of_the_nodes_does_not_matter_where_names_decide() {
    for algorithm in [
        Algorithm::Ring,
        Algorithm::Rendezvous,
        Algorithm::Maglev,
        Algorithm::MultiProbe,
    ] {
        let mut listed = nodes(&[1, 2, 3, 1, 2]);
        let before = owners(&*algorithm.place(listed.clone()).unwrap());
        listed.reverse();
        assert_eq!(
            before,
            owners(&*algorithm.place(listed).unwrap()),
            "{algorithm}"
        );
    }
}

#[test]
fn what_is_refused_leaves_all_as_it_was() {
    for algorithm in Algorithm::OWN {
        let mut placement = algorithm.place(nodes(&[1; 5])).unwrap();
        let before = owners(&*placement);
        let taken = WeightedNode::named("node-3").unwrap();
        let refused = placement.add(taken.clone());
        assert_eq!(
            refused,
            Err(PlacementError::NameTaken(taken.name)),
            "{algorithm}"
        );
        let unknown = || Err(PlacementError::UnknownNode("nobody".to_owned()));
        assert_eq!(placement.remove("nobody"), unknown(), "{algorithm}");
        assert_eq!(placement.reweight("nobody", 1), unknown(), "{algorithm}");
        let heavy = WeightedNode::weighing("heavy", u32::MAX).unwrap();
        if has_largest_weight(algorithm) {
            assert!(placement.add(heavy).is_err(), "{algorithm}");
            assert!(
                placement.reweight("node-3", u32::MAX).is_err(),
                "{algorithm}"
            );
        }
        assert_eq!(placement.nodes(), nodes(&[1; 5]), "{algorithm}");
        assert_eq!(before, owners(&*placement), "{algorithm}");
    }
}

/// Some nodes come and go: after each step, what a placement made of the nodes at once has, where
/// names alone decide.
#[test]
fn changes_in_place_end_where_a_new_placement_begins() {
    let steps = prop::collection::vec((0_u8..12, 0_u32..4, any::<bool>()), 1..20);
    let property = |skip_removals: bool| {
        move |steps: Vec<(u8, u32, bool)>| {
            for algorithm in [
                Algorithm::Ring,
                Algorithm::Rendezvous,
                Algorithm::MultiProbe,
            ] {
                let mut changed = algorithm.place(Vec::new()).unwrap();
                for &(number, weight, comes) in &steps {
                    let name = format!("node-{number}");
                    let known = changed
                        .nodes()
                        .iter()
                        .any(|node| node.name.as_str() == name);
                    match (known, comes) {
                        (true, true) => changed.reweight(&name, weight).unwrap(),
                        (true, false) if skip_removals => {}
                        (true, false) => changed.remove(&name).unwrap(),
                        (false, _) => {
                            let node = WeightedNode::weighing(&name, weight).unwrap();
                            changed.add(node).unwrap();
                        }
                    }
                }
                let mut wanted: Vec<WeightedNode> = Vec::new();
                for &(number, weight, comes) in &steps {
                    let node = WeightedNode::weighing(&format!("node-{number}"), weight).unwrap();
                    match wanted.iter().position(|other| other.name == node.name) {
                        Some(at) if comes => wanted[at].weight = weight,
                        Some(at) => drop(wanted.remove(at)),
                        None => wanted.push(node),
                    }
                }
                let anew = algorithm.place(wanted).unwrap();
                for number in 0..50 {
                    let name = |placement: &dyn Placement| {
                        let owner = placement.primary(&key(number))?;
                        Some(placement.nodes()[owner].name.clone())
                    };
                    prop_assert_eq!(name(&*changed), name(&*anew), "{}", algorithm);
                }
            }
            Ok(())
        }
    };
    let test = "changes_in_place_end_where_a_new_placement_begins";
    holds(test, 100, steps.clone(), property(false));
    assert!(
        is_broken(100, steps, property(true)),
        "a removal that does nothing is found"
    );
}

#[test]
fn jump_is_the_papers_right_to_the_bit() {
    // Made with the authors' own code, from the tests of github.com/dgryski/go-jump; the bucket
    // among 1, 2, 3 and so on.
    let rows: [(u64, [u32; 19]); 3] = [
        (
            1,
            [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 17, 17],
        ),
        (
            0xdead_beef,
            [0, 1, 2, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 16, 16, 16],
        ),
        (
            0x0ddc_0ffe_ebad_f00d,
            [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 15, 15, 15, 15],
        ),
    ];
    for (hash, buckets) in rows {
        for (among, bucket) in (1..).zip(buckets) {
            assert_eq!(jump_bucket(hash, among), bucket, "{hash:x} among {among}");
        }
    }
    assert_eq!(jump_bucket(256, 1_024), 520);
    assert_eq!(jump_bucket(42, 57), 43);
    assert_eq!(jump_bucket(7, 0), 0);
}

#[test]
fn partitions_are_fair_to_one() {
    let mut partitions = Partitions::new(1_000, nodes(&[1; 7])).unwrap();
    let spread = |partitions: &Partitions| {
        let mut counts = vec![0; partitions.nodes().len()];
        for &owner in partitions.owners() {
            counts[usize::from(owner)] += 1;
        }
        counts.iter().max().unwrap() - counts.iter().min().unwrap()
    };
    assert_eq!(spread(&partitions), 1);
    for number in 0..20 {
        let before = partitions.owners().to_vec();
        partitions
            .add(WeightedNode::named(&format!("new-{number}")).unwrap())
            .unwrap();
        assert!(spread(&partitions) <= 1);
        let moved = before
            .iter()
            .zip(partitions.owners())
            .filter(|(was, is)| was != is);
        let new = partitions.nodes().len() - 1;
        assert!(moved.clone().all(|(_, &is)| usize::from(is) == new));
        assert!(moved.count() <= 1_000_usize.div_ceil(new + 1));
    }
    // What it took does not lie in one piece.
    let owners = partitions.owners();
    let pieces = owners.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(pieces > 700, "{pieces}");
}

#[test]
fn no_node_has_more_than_its_bound() {
    let mut bounded = BoundedLoads::new(1_100, 20, nodes(&[1, 2, 1, 4])).unwrap();
    let home = VirtualNodes::new(20, nodes(&[1, 2, 1, 4])).unwrap();
    let mut away = None;
    for number in 0..KEYS {
        let owner = bounded.put(&key(number)).unwrap();
        assert!(bounded.loads()[owner] <= bounded.capacity(owner));
        if Some(owner) != home.primary(&key(number)) {
            away = Some(key(number));
        }
    }
    assert_eq!(bounded.loads().iter().sum::<u64>(), u64::from(KEYS));
    for (owner, &weight) in [1_u64, 2, 1, 4].iter().enumerate() {
        let most = (1_100 * u64::from(KEYS) * weight).div_ceil(8_000) + 1;
        assert!(bounded.loads()[owner] <= most);
    }
    // A key that found its node full went on; when there is room again, it is at home.
    let away = away.expect("a bound of 1.1 is met");
    let owner = home.primary(&away).unwrap();
    (0..100).for_each(|_| bounded.leave(owner));
    assert_eq!(bounded.primary(&away), Some(owner));
}
