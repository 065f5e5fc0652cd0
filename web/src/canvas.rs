//! The drawing of the ring: where shapes stand, what a pointer hits, how they are painted.

/// What a pointer hits.
pub mod hit;
/// Where shapes stand.
pub mod layout;
/// What moves over the ring: keys in flight and the replicas of a request.
pub mod motion;
/// The only drawing code.
pub mod paint;
