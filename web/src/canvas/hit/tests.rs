//! Picking agrees with drawing.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::canvas::layout::{seats, turns};

#[test]
fn the_band_gives_the_token_drawn_there() {
    let geometry = Geometry::new(560.0);
    let middle = f64::midpoint(geometry.band_inner, geometry.band_outer);
    for step in 0..64 {
        let expected = f64::from(step) / 64.0;
        let Some(Hit::Token(token)) = hit(&geometry, &[], geometry.at(expected, middle)) else {
            panic!("nothing hit at {expected} turns");
        };
        let apart = (turns(token) - expected).abs();
        assert!(
            apart.min(1.0 - apart) < 1e-9,
            "{expected} turns gave {}",
            turns(token)
        );
    }
}

#[test]
fn a_seat_gives_its_node_and_the_centre_nothing() {
    let geometry = Geometry::new(560.0);
    let nodes: Vec<NodeId> = (0..8).map(NodeId).collect();
    let seats = seats(&geometry, &nodes);
    for seat in &seats {
        assert_eq!(hit(&geometry, &seats, seat.at), Some(Hit::Node(seat.node)));
    }
    assert_eq!(hit(&geometry, &seats, geometry.centre), None);
    assert_eq!(hit(&geometry, &seats, Point { x: 1.0, y: 1.0 }), None);
}
