//! Partitions have their shapes, every kind of fault comes up, and each ends without a trace.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeSet;

use ringlab::ring::NodeId;

use super::*;
use crate::random::Chance;

fn nodes(many: u32) -> Vec<NodeId> {
    (0..many).map(NodeId).collect()
}

/// Whom each node reaches, itself too.
fn reached(shape: Shape, many: u32) -> Vec<BTreeSet<NodeId>> {
    let cuts = shape.cuts(&nodes(many));
    let nodes = nodes(many);
    let of = |from: NodeId| {
        let reached = nodes.iter().filter(|&&to| !cuts.contains(&(from, to)));
        reached.copied().collect()
    };
    nodes.iter().map(|&from| of(from)).collect()
}

#[test]
fn what_is_cut_one_way_is_cut_the_other_way() {
    for shape in Shape::ALL {
        for many in 1..9 {
            let cuts = shape.cuts(&nodes(many));
            assert!(cuts.iter().all(|&(from, to)| cuts.contains(&(to, from))));
        }
    }
}

#[test]
fn in_a_ring_of_majorities_each_has_its_own() {
    for many in 5..10 {
        let reached = reached(Shape::MajoritiesRing, many);
        let majority = many as usize / 2 + 1;
        assert!(
            reached.iter().all(|nodes| nodes.len() >= majority),
            "{many}"
        );
        let different: BTreeSet<_> = reached.iter().collect();
        assert_eq!(different.len(), many as usize, "{many}");
    }
}

#[test]
fn halves_do_not_meet_but_over_a_bridge() {
    for many in 3..9 {
        let halves = reached(Shape::Halves, many);
        assert!(halves[0].is_disjoint(halves.last().unwrap()));
        let bridge = reached(Shape::Bridge, many);
        assert_eq!(bridge[0].len(), many as usize);
        let (first, last) = (&bridge[1], bridge.last().unwrap());
        let both: BTreeSet<_> = first.intersection(last).collect();
        assert_eq!(both, BTreeSet::from([&NodeId(0)]));
        let alone = reached(Shape::OneIsolated, many);
        assert_eq!((alone[0].len(), alone[1].len()), (1, many as usize - 1));
    }
}

#[test]
fn swarms_have_every_kind_and_never_all_alike() {
    let mut kinds = BTreeSet::new();
    let mut sizes = BTreeSet::new();
    for seed in 0..100 {
        let swarm = Swarm::draw(&mut Chance::new(seed));
        kinds.extend(swarm.kinds().iter().copied());
        sizes.insert(swarm.kinds().len());
    }
    assert_eq!(kinds, BTreeSet::from(Kind::ALL));
    assert!(sizes.len() > 5, "{sizes:?}");
    assert_eq!(Swarm::calm().fault(&mut Chance::new(1)), None);
}
