//! What moves over the ring: keys in flight, the old ring that fades, the replicas of a request.
//! It is pure: the caller brings the time of the frame.

use ringlab::hash::Token;
use ringlab::ring::NodeId;
use ringlab_sim::protocol::{Flight, StepKind, Trace};

use super::layout::{Geometry, Point, Seat, along};

#[cfg(test)]
mod tests;

/// Dots in the air at one time; more would be a cloud that says nothing.
pub const DOTS_MAX: usize = 240;
/// How long a dot flies, in wall milliseconds.
pub const FLIGHT_MS: f64 = 750.0;
/// How long the ring of before takes to fade.
pub const FADE_MS: f64 = 450.0;
/// Dots of one flight leave within this time, so that batches look like a stream.
const DEPARTURE_MS: f64 = 160.0;
/// Most dots for one batch.
const DOTS_OF_FLIGHT_MAX: u64 = 3;
/// Keys that one dot stands for, at least.
const KEYS_OF_DOT: u64 = 64;

/// A dot of keys on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dot {
    from: NodeId,
    to: NodeId,
    leaves_ms: f64,
}

/// A dot where it is in this frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Its middle.
    pub at: Point,
    /// Whose colour it has: the source's at first, then the target's.
    pub node: NodeId,
}

/// All that is in the air.
#[derive(Clone, Debug, Default)]
pub struct Swarm {
    dots: Vec<Dot>,
    fading_since_ms: Option<f64>,
}

/// Where a request has got to, for lighting up its replicas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lights {
    /// Where its key stands.
    pub token: Token,
    /// Replicas asked, primary first, and whether each replied.
    pub replicas: Vec<(NodeId, bool)>,
    /// The client has its answer.
    pub answered: bool,
}

impl Swarm {
    /// Sends dots for batches that arrived. Beyond [`DOTS_MAX`] none are sent.
    pub fn launch(&mut self, flights: &[Flight], now_ms: f64) {
        for flight in flights {
            let dots = flight
                .load
                .keys
                .div_ceil(KEYS_OF_DOT)
                .clamp(1, DOTS_OF_FLIGHT_MAX);
            for place in 0..dots {
                if self.dots.len() >= DOTS_MAX {
                    return;
                }
                let later = DEPARTURE_MS * place as f64 / dots as f64;
                let leaves_ms = now_ms + later;
                self.dots.push(Dot {
                    from: flight.from,
                    to: flight.to,
                    leaves_ms,
                });
            }
        }
    }

    /// Lets the ring of before fade from now on.
    pub fn fade(&mut self, now_ms: f64) {
        self.fading_since_ms = Some(now_ms);
    }

    /// Forgets what has landed.
    pub fn land(&mut self, now_ms: f64) {
        self.dots.retain(|dot| now_ms < dot.leaves_ms + FLIGHT_MS);
        if self
            .fading_since_ms
            .is_some_and(|since_ms| now_ms >= since_ms + FADE_MS)
        {
            self.fading_since_ms = None;
        }
    }

    /// Whether another frame is needed.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        !self.dots.is_empty() || self.fading_since_ms.is_some()
    }

    /// How visible the ring of before still is, 1 to 0.
    #[must_use]
    pub fn faded(&self, now_ms: f64) -> f64 {
        self.fading_since_ms.map_or(0.0, |since_ms| {
            (1.0 - (now_ms - since_ms) / FADE_MS).clamp(0.0, 1.0)
        })
    }

    /// Every dot in the air; one without a seat at either end is left out. `seats` by node.
    #[must_use]
    pub fn placed(&self, geometry: &Geometry, seats: &[Seat], now_ms: f64) -> Vec<Placed> {
        let place = |dot: &Dot| {
            let part = (now_ms - dot.leaves_ms) / FLIGHT_MS;
            let (from, to) = (seat_of(seats, dot.from)?, seat_of(seats, dot.to)?);
            let bend = geometry.bend(from, to);
            // From the edge of one seat to that of the other.
            let at = along(from, bend, to, 0.08 + 0.84 * eased(part));
            let node = if part < 0.5 { dot.from } else { dot.to };
            (0.0..1.0).contains(&part).then_some(Placed { at, node })
        };
        self.dots.iter().filter_map(place).collect()
    }
}

impl Lights {
    /// Of a trace as far as it is.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let mut lights = Self {
            token: trace.token,
            replicas: Vec::new(),
            answered: trace.answer.is_some(),
        };
        for step in &trace.steps {
            match &step.what {
                // A put that reads first is coordinated twice: the second time is what counts.
                StepKind::Coordinate { .. } => lights.replicas.clear(),
                // A write asks one replica to name its version, and then the others.
                StepKind::Ask { replicas, .. } => {
                    let asked = replicas.iter().map(|&node| (node, false));
                    lights.replicas.extend(asked);
                }
                StepKind::Reply { from, .. } | StepKind::Late { from } => {
                    for (node, replied) in &mut lights.replicas {
                        *replied |= node == from;
                    }
                }
                // Those whose places they take stay unlit.
                StepKind::Fallbacks(fallbacks) => {
                    let asked = fallbacks.iter().map(|fallback| (fallback.node, false));
                    lights.replicas.extend(asked);
                }
                StepKind::Hedge | StepKind::Quorum | StepKind::Repaired(_) | StepKind::Answer => {}
            }
        }
        lights
    }
}

/// Where a node sits; seats stand by node. O(log seats).
#[must_use]
pub fn seat_of(seats: &[Seat], node: NodeId) -> Option<Point> {
    let place = seats.binary_search_by_key(&node, |seat| seat.node).ok()?;
    seats.get(place).map(|seat| seat.at)
}

/// Slow at both ends.
fn eased(part: f64) -> f64 {
    let part = part.clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}
