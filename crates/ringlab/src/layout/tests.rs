//! What a change plans, and what each step reads by, writes by and serves.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::ring::{NodeSpec, RingError, Spread, Weight, Zone};

const SIZES: Sizes = Sizes {
    replication: Replication {
        n: 3,
        spread: Spread::Any,
    },
    r: 2,
    w: 2,
};

fn spec(id: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::ONE,
        zone: Zone::default(),
    }
}

fn ring(nodes: u32) -> Arc<Ring> {
    Arc::new(Ring::with_nodes(8, (0..nodes).map(spec)).unwrap())
}

fn placement(nodes: u32) -> Placement {
    let ring = ring(nodes);
    Placement { ring, sizes: SIZES }
}

fn change(wanted: &MembershipChange) -> Change {
    Change::plan(2, NodeId(0), placement(5), wanted).unwrap()
}

fn one_comes_one_goes() -> Change {
    change(&MembershipChange {
        add: vec![spec(5)],
        remove: vec![NodeId(1)],
        ..MembershipChange::default()
    })
}

fn tokens() -> impl Iterator<Item = Token> {
    (0_u64..500).map(|number| Token(number << 55))
}

#[test]
fn a_plan_gives_every_new_owner_what_it_lacks_and_takes_what_old_owners_lose() {
    let change = one_comes_one_goes();
    for token in tokens() {
        let before = change.before.replicas(token);
        let after = change.after.replicas(token);
        for &node in &*change.nodes {
            let mut sent = change
                .copies
                .values()
                .filter_map(|targets| targets.get(&node));
            let received = sent.any(|ranges| ranges.contains(token));
            let gains = after.contains(&node) && !before.contains(&node);
            assert_eq!(received, gains, "{node:?} at {token:?}");
            assert!(!gains || change.targets.contains(&node));
            let drops = change.drops.get(&node);
            let dropped = drops.is_some_and(|ranges| ranges.contains(token));
            let loses = before.contains(&node) && !after.contains(&node);
            assert_eq!(dropped, loses, "{node:?} at {token:?}");
        }
    }
}

#[test]
fn steps_turn_reads_then_writes_then_service() {
    let change = Arc::new(one_comes_one_goes());
    let (before, after) = (change.before.clone(), change.after.clone());
    let mut layout = Layout::settled(1, before.ring.clone(), SIZES);
    layout.announce(change.clone());
    let mut seen = Vec::new();
    loop {
        let (first, second) = layout.writes();
        let old = |placement: &Placement| *placement == before;
        seen.push((old(layout.placement()), old(first), second.map(old)));
        let serving = tokens().filter(|&token| layout.serves(NodeId(1), token));
        let serves = serving.count() > 0;
        let step = layout.stage().step;
        assert_eq!(serves, step != Step::Released, "the old owner at {step:?}");
        match step.next() {
            Some(step) => layout.take(step),
            None => break,
        }
    }
    let expected = [
        (true, true, Some(false)),
        (false, false, Some(true)),
        (false, false, None),
        (false, false, None),
    ];
    assert_eq!(seen, expected);
    assert!(layout.change().is_none() && *layout.placement() == after);
    assert_eq!(layout.stage().version, 2);
}

#[test]
fn stages_grow_from_step_to_step_and_version_to_version() {
    let stage = |version, step| Stage { version, step };
    let stages = [
        stage(1, Step::Released),
        stage(2, Step::Announced),
        stage(2, Step::Withdrawn),
        stage(2, Step::Committed),
        stage(2, Step::Retired),
        stage(2, Step::Released),
        stage(3, Step::Announced),
    ];
    assert!(stages.is_sorted());
}

#[test]
fn what_a_lost_node_had_every_owner_that_remains_gives() {
    let change = change(&MembershipChange {
        add: vec![spec(5)],
        lost: vec![NodeId(1)],
        ..MembershipChange::default()
    });
    assert!(!change.nodes.contains(&NodeId(1)));
    assert!(!change.copies.contains_key(&NodeId(1)) && !change.drops.contains_key(&NodeId(1)));
    for token in tokens() {
        let before = change.before.replicas(token);
        let after = change.after.replicas(token);
        for &node in after.iter().filter(|node| !before.contains(node)) {
            let gives = |source: NodeId| {
                let targets = change.copies.get(&source);
                let ranges = targets.and_then(|targets| targets.get(&node));
                ranges.is_some_and(|ranges| ranges.contains(token))
            };
            for &source in before.iter().filter(|&&source| source != NodeId(1)) {
                let displaced = !after.contains(&source);
                let all = before.contains(&NodeId(1)) && !displaced;
                assert!(gives(source) || !all, "{source:?} to {node:?} at {token:?}");
            }
            assert!(change.gains[&node].contains(token));
        }
    }
    assert_eq!(change.bereft(), Bereft::default(), "two of three have it");
}

#[test]
fn what_may_be_gone_with_the_lost_is_what_they_alone_could_acknowledge() {
    let lost = [NodeId(1), NodeId(2), NodeId(3)];
    let change = change(&MembershipChange {
        lost: lost.to_vec(),
        ..MembershipChange::default()
    });
    let bereft = change.bereft();
    let mut seen = [0; 4];
    for token in tokens() {
        let owners = change.before.replicas(token);
        let gone = owners.iter().filter(|owner| lost.contains(owner)).count();
        assert_eq!(bereft.of_all.contains(token), gone == 3);
        assert_eq!(bereft.of_a_quorum.contains(token), gone == 2);
        seen[gone] += 1;
    }
    assert!(seen[1..].iter().all(|&times| times > 0), "{seen:?}");
}

#[test]
fn a_change_that_is_withdrawn_leaves_what_was_and_serves_both_until_its_end() {
    let change = Arc::new(one_comes_one_goes());
    let before = change.before.clone();
    let mut layout = Layout::settled(1, before.ring.clone(), SIZES);
    layout.announce(change.clone());
    layout.take(Step::Withdrawn);
    assert_eq!(layout.writes(), (&before, None));
    assert!(tokens().any(|token| layout.serves(NodeId(5), token)));
    layout.take(Step::Released);
    assert!(!tokens().any(|token| layout.serves(NodeId(5), token)));
    assert_eq!((layout.stage().version, layout.placement()), (2, &before));
    assert!(
        !Step::Committed.leads_to(Step::Withdrawn) && !Step::Withdrawn.leads_to(Step::Committed)
    );
}

#[test]
fn a_coordinator_that_joins_moves_nothing() {
    let coordinator = NodeSpec {
        weight: Weight::ZERO,
        ..spec(5)
    };
    let change = change(&MembershipChange {
        add: vec![coordinator],
        ..MembershipChange::default()
    });
    assert!(change.copies.is_empty() && change.drops.is_empty() && change.targets.is_empty());
    assert!(change.nodes.contains(&NodeId(5)));
}

#[test]
fn a_zone_alone_is_a_change() {
    let change = change(&MembershipChange {
        rezone: vec![(NodeId(1), "north".parse().unwrap())],
        ..MembershipChange::default()
    });
    assert_eq!(
        change.after.ring.node(NodeId(1)).unwrap().zone.as_str(),
        "north"
    );
}

#[test]
fn an_id_is_not_given_twice() {
    let mut back = spec(1);
    back.name = "again".parse().unwrap();
    let wanted = MembershipChange {
        add: vec![back],
        remove: vec![NodeId(1)],
        ..MembershipChange::default()
    };
    let refused = Change::plan(2, NodeId(0), placement(5), &wanted).unwrap_err();
    assert_eq!(refused, ChangeError::Ring(RingError::IdTaken(NodeId(1))));
}

#[test]
fn who_is_lost_stays_lost_whatever_the_same_leader_said_before() {
    let change = change(&MembershipChange {
        remove: vec![NodeId(2)],
        ..MembershipChange::default()
    });
    let mut layout = Layout::settled(1, placement(5).ring, placement(5).sizes);
    layout.announce(Arc::new(change));
    let lead = |term, leader, lost: &[u32]| Lead {
        term,
        leader: NodeId(leader),
        lost: lost.iter().copied().map(NodeId).collect(),
    };
    assert!(layout.follow(&lead(0, 0, &[3])));
    for earlier in [&[][..], &[4], &[3]] {
        assert!(!layout.follow(&lead(0, 0, earlier)), "{earlier:?}");
        assert!(layout.has_lost(NodeId(3)));
    }
    assert!(layout.follow(&lead(0, 0, &[3, 4])));
    assert!(layout.follow(&lead(1, 1, &[])), "a later term begins anew");
}
