//! Messages that are lost, ways that are cut, nodes that come back.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::crowd::Crowd;
use super::*;
use crate::health::Status;
use crate::property::holds;

const CASES: u32 = 12;
const UP: Status = Status {
    incarnation: 0,
    health: Health::Up,
};

/// Everyone takes everyone for up.
fn all_is_well(crowd: &Crowd) -> bool {
    let mut views = crowd.alive().map(|(_, gossip)| gossip);
    views.all(|gossip| crowd.nodes.keys().all(|&node| gossip.is_up(node)))
}

/// Whom a node convicted by itself.
fn convicted(crowd: &Crowd, judge: u32) -> usize {
    let judge = NodeId(judge);
    let by_itself = |(at, event): &&(NodeId, Event)| {
        *at == judge && matches!(event, Event::Down { by, .. } if *by == judge)
    };
    crowd.seen.iter().filter(by_itself).count()
}

#[test]
fn suspicions_by_lost_messages_are_refuted() {
    let test = "suspicions_by_lost_messages_are_refuted";
    holds(test, CASES, any::<u64>(), |seed| {
        let mut crowd = Crowd::of(30, seed);
        crowd.lost = |random, _, _| random.below(10) == 0;
        crowd.run(100);
        prop_assert!(!suspected(&crowd).is_empty(), "some probe has failed");
        for (at, event) in &crowd.seen {
            prop_assert!(!matches!(event, Event::Down { .. }), "{at:?}: {event:?}");
        }
        crowd.lost = |_, _, _| false;
        prop_assert!(crowd.periods_until(12, all_is_well).is_some());
        let suspected = suspected(&crowd);
        for (&node, gossip) in &crowd.nodes {
            let own = gossip.beliefs.status(node);
            prop_assert_eq!(own.incarnation > 0, suspected.contains(&node));
        }
        Ok(())
    });
}

fn suspected(crowd: &Crowd) -> BTreeSet<NodeId> {
    let suspected = crowd.seen.iter().filter_map(|(_, event)| match event {
        Event::Suspected { node, .. } => Some(*node),
        _ => None,
    });
    suspected.collect()
}

#[test]
fn one_who_is_cut_off_convicts_nobody_and_is_taken_back() {
    type Lost = fn(&mut Hashes, NodeId, NodeId) -> bool;
    let ways: [Lost; 3] = [
        |_, from, to| from == NodeId(3) || to == NodeId(3),
        |_, _, to| to == NodeId(3),
        |_, from, _| from == NodeId(3),
    ];
    let test = "one_who_is_cut_off_convicts_nobody";
    holds(test, CASES, (any::<u64>(), 0..3_usize), |(seed, way)| {
        let mut crowd = Crowd::of(10, seed);
        crowd.run(3);
        crowd.lost = ways[way];
        crowd.run(60);
        prop_assert_eq!(convicted(&crowd, 3), 0);
        for (&id, gossip) in &crowd.nodes {
            for &other in crowd.nodes.keys() {
                let expected = id != NodeId(3) && other == NodeId(3);
                prop_assert_eq!(gossip.health(other) == Health::Down, expected);
            }
        }
        crowd.lost = |_, _, _| false;
        prop_assert!(crowd.periods_until(12, all_is_well).is_some());
        Ok(())
    });
}

#[test]
fn a_way_between_two_nodes_that_is_cut_leads_over_others() {
    holds("a_way_between_two", CASES, any::<u64>(), |seed| {
        let mut crowd = Crowd::of(10, seed);
        crowd.lost = |_, from, to| (from, to) == (NodeId(3), NodeId(4));
        crowd.run(60);
        prop_assert_eq!(crowd.seen, []);
        Ok(())
    });
}

#[test]
fn two_halves_find_each_other_again() {
    holds("two_halves_find_each_other", CASES, any::<u64>(), |seed| {
        let mut crowd = Crowd::of(40, seed);
        crowd.lost = |_, from, to| (from.0 < 20) != (to.0 < 20);
        crowd.run(100);
        for (id, gossip) in crowd.alive() {
            for &other in crowd.nodes.keys() {
                let same = (id.0 < 20) == (other.0 < 20);
                prop_assert_eq!(gossip.health(other) == Health::Down, !same);
            }
        }
        crowd.lost = |_, _, _| false;
        let took = crowd.periods_until(40, all_is_well);
        println!("two halves of 40 nodes: {took:?} periods");
        prop_assert!(took.is_some());
        Ok(())
    });
}

#[test]
fn one_who_comes_back_rises_above_what_was_said_and_learns_who_is_down() {
    holds("one_who_comes_back", CASES, any::<u64>(), |seed| {
        let mut crowd = Crowd::of(10, seed);
        crowd.crash(7);
        for _ in 0..3 {
            crowd.crash(2);
            let gone = |crowd: &Crowd| crowd.all_take(2, Health::Down);
            prop_assert!(crowd.periods_until(60, gone).is_some());
            let said = crowd.status(0, 2);
            crowd.restart(2);
            // It may have to contradict more than once: what was said in between is later.
            let back =
                |crowd: &Crowd| crowd.all_take(2, Health::Up) && crowd.all_take(7, Health::Down);
            prop_assert!(crowd.periods_until(12, back).is_some());
            prop_assert!(crowd.status(0, 2).incarnation > said.incarnation);
        }
        Ok(())
    });
}

#[test]
fn settings_that_change_hold_from_the_next_period_on() {
    let mut crowd = Crowd::of(10, 5);
    crowd.run(3);
    crowd.crash(4);
    let tenth = Duration::from_millis(100);
    crowd.settings = GossipSettings {
        interval: tenth,
        probe_timeout: tenth / 2,
        indirect_probes: 0,
        suspicion_multiplier: 2,
    };
    // The period under way ends as it began: ten of the new ones.
    let gone = |crowd: &Crowd| crowd.all_believe(4, UP.but(Health::Down));
    let took = crowd.periods_until(10 + 15, gone);
    assert!(took.is_some());
}
