//! Dots leave, fly and land; lights follow the steps of a request.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::keyspace::Load;
use ringlab::time::Instant;
use ringlab_sim::protocol::{Request, Step, User};

use super::*;
use crate::canvas::layout::seats;

fn flight(from: u32, to: u32, keys: u64) -> Flight {
    Flight {
        from: NodeId(from),
        to: NodeId(to),
        load: Load {
            keys,
            ..Load::default()
        },
        at: Token(0),
    }
}

#[test]
fn dots_fly_from_source_to_target_and_land() {
    let geometry = Geometry::new(560.0);
    let seats = seats(&geometry, &[NodeId(1), NodeId(2), NodeId(3)]);
    let mut swarm = Swarm::default();
    swarm.launch(&[flight(1, 3, 10)], 1_000.0);
    let at = |swarm: &Swarm, now_ms| swarm.placed(&geometry, &seats, now_ms);
    let apart =
        |placed: Placed, seat: Seat| (placed.at.x - seat.at.x).hypot(placed.at.y - seat.at.y);
    let (first, last) = (
        at(&swarm, 1_000.0)[0],
        at(&swarm, 1_000.0 + FLIGHT_MS * 0.95)[0],
    );
    assert_eq!((first.node, last.node), (NodeId(1), NodeId(3)));
    assert!(apart(first, seats[0]) < apart(first, seats[2]));
    assert!(apart(last, seats[2]) < apart(last, seats[0]));
    swarm.land(1_000.0 + FLIGHT_MS + 1.0);
    assert!(!swarm.is_moving());
}

#[test]
fn the_air_is_never_full_without_end() {
    let mut swarm = Swarm::default();
    for _ in 0..1_000 {
        swarm.launch(&[flight(1, 2, 1_000_000)], 0.0);
    }
    assert_eq!(swarm.dots.len(), DOTS_MAX);
}

#[test]
fn a_node_without_a_seat_draws_no_dot() {
    let geometry = Geometry::new(560.0);
    let mut swarm = Swarm::default();
    swarm.launch(&[flight(1, 9, 10)], 0.0);
    assert!(
        swarm
            .placed(&geometry, &seats(&geometry, &[NodeId(1)]), 10.0)
            .is_empty()
    );
}

#[test]
fn the_old_ring_fades_once() {
    let mut swarm = Swarm::default();
    assert!(swarm.faded(0.0) == 0.0);
    swarm.fade(100.0);
    assert!(swarm.faded(100.0) == 1.0 && swarm.faded(100.0 + FADE_MS / 2.0) == 0.5);
    swarm.land(100.0 + FADE_MS);
    assert!(swarm.faded(100.0 + FADE_MS) == 0.0 && !swarm.is_moving());
}

#[test]
fn lights_follow_the_round_that_counts() {
    let step = |what| Step {
        at: Instant(0),
        what,
    };
    let ask = |nodes: &[u32]| {
        step(StepKind::Ask {
            replicas: nodes.iter().map(|&id| NodeId(id)).collect(),
            needed: 2,
        })
    };
    let reply = |from| {
        step(StepKind::Reply {
            from: NodeId(from),
            counted: 1,
            needed: 2,
        })
    };
    let trace = Trace {
        user: User::Ada,
        fallbacks: Vec::new(),
        id: 1,
        request: Request::Put {
            key: b"k".to_vec(),
            value: b"v".to_vec(),
        },
        token: Token(5),
        coordinator: NodeId(4),
        steps: vec![
            step(StepKind::Coordinate { read: true }),
            ask(&[1, 2, 3]),
            reply(1),
            reply(2),
            step(StepKind::Coordinate { read: false }),
            ask(&[1]),
            ask(&[2, 3]),
            reply(3),
        ],
        answer: None,
    };
    let lights = Lights::of(&trace);
    let expected = [(NodeId(1), false), (NodeId(2), false), (NodeId(3), true)];
    assert_eq!(lights.replicas, expected);
    assert!(!lights.answered);
}
