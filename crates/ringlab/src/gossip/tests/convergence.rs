//! How long news takes, how soon a crash is known, and what that costs, from 10 nodes to 1,000.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::crowd::Crowd;
use super::*;
use crate::health::Status;

/// Nodes, and with how many seeds.
const SIZES: [(u32, u64); 3] = [(10, 40), (100, 20), (1_000, 3)];

/// The most periods that any of some runs took.
fn longest(what: &str, (nodes, runs): (u32, u64), run: impl Fn(u64) -> u32) -> u32 {
    let took: Vec<u32> = (0..runs).map(run).collect();
    let mean = f64::from(took.iter().sum::<u32>()) / runs as f64;
    let longest = took.into_iter().max().unwrap();
    println!("{what}, {nodes} nodes: {mean:.1} periods, at most {longest}");
    longest
}

/// Periods from one node's knowing to everyone's knowing.
fn spreading(nodes: u32, seed: u64) -> u32 {
    let mut crowd = Crowd::of(nodes, seed);
    crowd.run(3);
    crowd.accuse(0, Health::Suspect);
    let refuted = Status::default().but(Health::Suspect).refuted();
    let all_know = |crowd: &Crowd| crowd.all_believe(0, refuted);
    crowd.periods_until(100, all_know).unwrap()
}

/// Periods from a crash to everyone's believing that the node is down. Nobody else is suspected.
fn detection(nodes: u32, seed: u64) -> u32 {
    let mut crowd = Crowd::of(nodes, seed);
    crowd.run(3);
    crowd.crash(1);
    let down = Status::default().but(Health::Down);
    let all_know = |crowd: &Crowd| crowd.all_believe(1, down);
    let took = crowd.periods_until(100, all_know).unwrap();
    for (_, event) in crowd.seen {
        let (Event::Suspected { node, .. } | Event::Down { node, .. }) = event else {
            panic!("{event:?}")
        };
        assert_eq!(node, NodeId(1));
    }
    took
}

#[test]
fn news_reaches_everyone_in_a_number_of_periods_that_grows_as_the_logarithm() {
    // Measured: 2.5, 5.0 and 6.3 periods, at most 4, 6 and 7. Pinned at log2(nodes) + 1.
    for (size, most) in SIZES.into_iter().zip([5, 8, 11]) {
        let took = longest("news", size, |seed| spreading(size.0, seed));
        assert!(took <= most, "{size:?}: {took} periods");
    }
}

#[test]
fn a_crash_is_known_everywhere_when_suspicion_has_been_patient() {
    for (size, patience) in SIZES.into_iter().zip([8, 14, 20]) {
        let took = longest("down", size, |seed| detection(size.0, seed));
        // Measured: 11.1, 18.9 and 26.3 periods, at most 13, 22 and 27.
        // A probe of the node comes, the suspicion ages, and its end is told on the way.
        let expected = patience..=patience + 10;
        assert!(expected.contains(&took), "{size:?}: {took} periods");
    }
}

#[test]
fn a_node_sends_two_messages_in_a_period_however_many_nodes_there_are() {
    for (nodes, _) in SIZES {
        let mut crowd = Crowd::of(nodes, 1);
        crowd.run(10);
        let each = crowd.messages as f64 / f64::from(nodes) / 10.0;
        println!("{nodes} nodes: {each:.2} messages of each in a period");
        assert!((1.9..=2.0).contains(&each));
    }
}
