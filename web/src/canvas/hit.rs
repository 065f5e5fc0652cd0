//! What a pointer hits, from the same shapes that are drawn. It is pure: no browser.

use std::f64::consts::TAU;

use ringlab::hash::Token;
use ringlab::ring::NodeId;

use super::layout::{Geometry, Point, Seat, token_at};

#[cfg(test)]
mod tests;

/// A pointer this near to a seat means it, in CSS pixels: small seats are hard to meet.
const SEAT_REACH: f64 = 4.0;

/// What stands under a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A node's seat.
    Node(NodeId),
    /// A point of the ring.
    Token(Token),
}

/// What stands at a place of the canvas: a seat before the ring. O(seats).
#[must_use]
pub fn hit(geometry: &Geometry, seats: &[Seat], place: Point) -> Option<Hit> {
    let (x, y) = (place.x - geometry.centre.x, place.y - geometry.centre.y);
    let distance = x.hypot(y);
    if (geometry.band_inner..=geometry.density_outer).contains(&distance) {
        return Some(Hit::Token(token_at(x.atan2(-y) / TAU)));
    }
    let apart = |seat: &Seat| (seat.at.x - place.x).hypot(seat.at.y - place.y);
    seats
        .iter()
        .filter(|seat| apart(seat) <= seat.radius + SEAT_REACH)
        .min_by(|one, other| apart(one).total_cmp(&apart(other)))
        .map(|seat| Hit::Node(seat.node))
}
