//! Where the shapes of the ring stand. It is pure: no browser, no colour.
//!
//! Angles are in turns, clockwise from the top, as tokens are: token 0 at the top, 2^63 below.

use std::f64::consts::TAU;
use std::ops::Range;

use ringlab::hash::Token;
use ringlab::ring::{NodeId, TokenRange};
use ringlab_sim::protocol::{Owners, RingPicture};

#[cfg(test)]
mod tests;

/// Seats up to this many are large enough for a tag.
pub const TAGGED_SEATS_MAX: usize = 48;
/// Bars of the histogram of keys: one in about three pixels of the rim.
pub const DENSITY_BARS_MAX: usize = 512;

/// Pieces of a ring that are painted in one frame: a few milliseconds.
pub const PIECES_PER_FRAME: usize = 640;

/// Ways of data stay this far from the centre, in parts of the circle of seats.
const CLEAR_OF_CENTRE: f64 = 0.72;
/// The circle of the client and its coordinator round the centre, in parts of that of the seats.
const COORDINATOR: f64 = 0.7;

/// Pieces of a curve that is drawn as a line.
pub const PIECES: usize = 20;

/// A place on the canvas, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// The circles that everything stands on, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Geometry {
    /// Width and height of the canvas.
    pub size: f64,
    /// The middle of all circles.
    pub centre: Point,
    /// Where the bearings are written.
    pub bearings: f64,
    /// The end of the longest bar of the histogram.
    pub density_outer: f64,
    /// Where the histogram begins.
    pub density_inner: f64,
    /// The band of ranges, outside.
    pub band_outer: f64,
    /// The band of ranges, inside.
    pub band_inner: f64,
    /// The circle on which nodes have their seats.
    pub seats: f64,
    /// The circle of the coordinator, round the number in the centre.
    pub coordinator: f64,
}

/// A range of the ring in its owner's colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    /// In turns.
    pub start: f64,
    /// In turns; after `start`, beyond 1 when the range crosses token 0.
    pub end: f64,
    /// Who owns it, or most of it.
    pub node: NodeId,
    /// The owner's part of it: 1 but for bins.
    pub part: f64,
}

/// A bar of the histogram of keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// In turns.
    pub start: f64,
    /// In turns.
    pub end: f64,
    /// Of the longest bar, 0 to 1.
    pub height: f64,
}

/// Where a node sits inside the ring, so that data has somewhere to leave from and to arrive at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seat {
    /// Whose it is.
    pub node: NodeId,
    /// Its middle.
    pub at: Point,
    /// In CSS pixels.
    pub radius: f64,
}

impl Geometry {
    /// Circles for a square canvas of `size` CSS pixels.
    #[must_use]
    pub fn new(size: f64) -> Self {
        let radius = size / 2.0;
        Self {
            size,
            centre: Point {
                x: radius,
                y: radius,
            },
            bearings: radius - 9.0,
            density_outer: radius - 19.0,
            density_inner: (radius - 19.0) * 0.865,
            band_outer: (radius - 19.0) * 0.855,
            band_inner: (radius - 19.0) * 0.745,
            seats: (radius - 19.0) * 0.615,
            coordinator: (radius - 19.0) * 0.615 * COORDINATOR,
        }
    }

    /// The place at `turns` on a circle around the centre.
    #[must_use]
    pub fn at(&self, turns: f64, radius: f64) -> Point {
        self.spoke(turns, radius, radius).0
    }

    /// The places at `turns` on two circles around the centre.
    #[must_use]
    pub fn spoke(&self, turns: f64, from: f64, to: f64) -> (Point, Point) {
        let (sin, cos) = (turns * TAU).sin_cos();
        let at = |radius: f64| Point {
            x: self.centre.x + radius * sin,
            y: self.centre.y - radius * cos,
        };
        (at(from), at(to))
    }

    /// The way of data from one seat to another: it bends towards the centre but leaves the number
    /// there free.
    #[must_use]
    pub fn bend(&self, from: Point, to: Point) -> Point {
        let middle = Point {
            x: (from.x + to.x) / 2.0 - self.centre.x,
            y: (from.y + to.y) / 2.0 - self.centre.y,
        };
        let distance = middle.x.hypot(middle.y);
        let (x, y) = if distance < 1.0 {
            // Opposite seats: to the side, at right angles to the straight way.
            let length = (to.x - from.x).hypot(to.y - from.y).max(1.0);
            ((to.y - from.y) / length, (from.x - to.x) / length)
        } else {
            (middle.x / distance, middle.y / distance)
        };
        // The curve's middle lies half-way between `distance` and `reach`.
        let reach = distance.max(2.0 * CLEAR_OF_CENTRE * self.seats - distance);
        Point {
            x: self.centre.x + x * reach,
            y: self.centre.y + y * reach,
        }
    }
}

/// Where a token stands, in turns.
#[must_use]
pub fn turns(token: Token) -> f64 {
    token.0 as f64 / TokenRange::RING_WIDTH as f64
}

/// The token at this many turns.
#[must_use]
pub fn token_at(turns: f64) -> Token {
    // 2^64 as a float; the product saturates just below it.
    Token((turns.rem_euclid(1.0) * TokenRange::RING_WIDTH as f64) as u64)
}

/// A place on a quadratic curve, `part` 0 to 1 along.
#[must_use]
pub fn along(from: Point, bend: Point, to: Point, part: f64) -> Point {
    let rest = 1.0 - part;
    let mix = |a: f64, b: f64, c: f64| rest * rest * a + 2.0 * rest * part * b + part * part * c;
    Point {
        x: mix(from.x, bend.x, to.x),
        y: mix(from.y, bend.y, to.y),
    }
}

/// The part of a curve that stays `edge` CSS pixels away from both its ends, as a line of a few
/// pieces.
#[must_use]
pub fn trimmed(from: Point, bend: Point, to: Point, edge: f64) -> [Point; PIECES + 1] {
    // A quadratic curve starts twice as fast as the straight way to its bend.
    let part = |end: Point| edge / (2.0 * (bend.x - end.x).hypot(bend.y - end.y).max(edge));
    let (first, last) = (part(from), 1.0 - part(to));
    let step = (last - first) / PIECES as f64;
    std::array::from_fn(|piece| along(from, bend, to, first + step * piece as f64))
}

/// The ranges as arcs; neighbours of one owner become one. A virtual node owns the arc that ends
/// at its token. O(virtual nodes).
#[must_use]
pub fn arcs(picture: &RingPicture) -> Vec<Arc> {
    match &picture.owners {
        Owners::Arcs(points) => arcs_between(points),
        Owners::Bins(bins) => {
            let width = 1.0 / bins.len().max(1) as f64;
            let arc = |(place, &(node, part)): (usize, &(NodeId, u8))| Arc {
                start: place as f64 * width,
                end: (place + 1) as f64 * width,
                node,
                part: f64::from(part) / 255.0,
            };
            bins.iter().enumerate().map(arc).collect()
        }
    }
}

fn arcs_between(points: &[(Token, NodeId)]) -> Vec<Arc> {
    let Some(&(last, _)) = points.last() else {
        return Vec::new();
    };
    let mut arcs: Vec<Arc> = Vec::with_capacity(points.len());
    let mut start = turns(last) - 1.0;
    for &(token, node) in points {
        let end = turns(token);
        match arcs.last_mut() {
            Some(arc) if arc.node == node => arc.end = end,
            _ => arcs.push(Arc {
                start,
                end,
                node,
                part: 1.0,
            }),
        }
        start = end;
    }
    if points.len() == 1 {
        arcs[0] = Arc {
            start: 0.0,
            end: 1.0,
            ..arcs[0]
        };
    }
    arcs
}

/// The histogram of keys, in at most [`DENSITY_BARS_MAX`] bars. O(parts of the density).
#[must_use]
pub fn bars(density: &[u32]) -> Vec<Bar> {
    if density.is_empty() {
        return Vec::new();
    }
    // Bars of equally many parts: else every other bar would look twice as full.
    let merged = density.len().div_ceil(DENSITY_BARS_MAX);
    let parts = density.chunks(merged);
    let keys: Vec<u64> = parts
        .map(|parts| parts.iter().map(|&part| u64::from(part)).sum())
        .collect();
    let count = keys.len();
    let most = keys.iter().copied().max().unwrap_or(0).max(1) as f64;
    let width = 1.0 / count as f64;
    let bar = |(place, &keys): (usize, &u64)| Bar {
        start: place as f64 * width,
        end: (place + 1) as f64 * width,
        height: keys as f64 / most,
    };
    keys.iter().enumerate().map(bar).collect()
}

/// The range that a token lies in and its owner, read off the drawing. O(log virtual nodes).
#[must_use]
pub fn range_at(picture: &RingPicture, token: Token) -> Option<(TokenRange, NodeId, f64)> {
    match &picture.owners {
        Owners::Arcs(points) => {
            let after = points.partition_point(|&(end, _)| end < token);
            let place = if after == points.len() { 0 } else { after };
            let &(to, node) = points.get(place)?;
            let before = points[(place + points.len() - 1) % points.len()].0;
            Some((TokenRange { after: before, to }, node, 1.0))
        }
        Owners::Bins(bins) => {
            let count = bins.len() as u128;
            let place = u128::from(token.0) * count / TokenRange::RING_WIDTH;
            let &(node, part) = bins.get(usize::try_from(place).ok()?)?;
            // The last token below an edge; below the first edge that is the top of the ring.
            let below = |edge: u128| {
                Token(((edge * TokenRange::RING_WIDTH).div_ceil(count) as u64).wrapping_sub(1))
            };
            let range = TokenRange {
                after: below(place),
                to: below(place + 1),
            };
            Some((range, node, f64::from(part) / 255.0))
        }
    }
}

/// Seats for these nodes, evenly round, in the order given.
#[must_use]
pub fn seats(geometry: &Geometry, nodes: &[NodeId]) -> Vec<Seat> {
    let between = TAU * geometry.seats / nodes.len().max(1) as f64;
    let radius = (between * 0.36).clamp(0.45, 12.0);
    let seat = |(place, &node): (usize, &NodeId)| Seat {
        node,
        at: geometry.at(place as f64 / nodes.len() as f64, geometry.seats),
        radius,
    };
    nodes.iter().enumerate().map(seat).collect()
}

/// Arcs by node, in whose colour they are painted.
#[must_use]
pub fn by_node(mut arcs: Vec<Arc>) -> Vec<Arc> {
    arcs.sort_by_key(|arc| arc.node);
    arcs
}

/// The arcs of a node among arcs by node. O(log arcs).
#[must_use]
pub fn arcs_of(arcs: &[Arc], node: NodeId) -> &[Arc] {
    let first = arcs.partition_point(|arc| arc.node < node);
    let end = arcs.partition_point(|arc| arc.node <= node);
    &arcs[first..end]
}

/// Runs of seats that are painted with their arcs in a frame each, after the bars: a seat more
/// would be more than [`PIECES_PER_FRAME`]. At least one, and `arcs` by node.
#[must_use]
pub fn portions(bars: usize, arcs: &[Arc], seats: &[Seat]) -> Vec<Range<usize>> {
    let mut portions = Vec::new();
    let (mut first, mut pieces) = (0, bars);
    for (place, seat) in seats.iter().enumerate() {
        let more = 1 + arcs_of(arcs, seat.node).len();
        if pieces + more > PIECES_PER_FRAME && pieces > 0 {
            portions.push(first..place);
            (first, pieces) = (place, 0);
        }
        pieces += more;
    }
    portions.push(first..seats.len());
    portions
}

/// How wide the way between two nodes is drawn, in CSS pixels, for its part of the widest.
#[must_use]
pub fn way_width(keys: u64, most: u64) -> f64 {
    1.0 + 7.0 * (keys as f64 / most.max(1) as f64).sqrt()
}
