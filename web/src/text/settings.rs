//! Words of the settings.

use super::plural;

/// Name of the panel.
pub const TITLE: &str = "Settings";
/// What a change of them means.
pub const REBUILD: &str = "Settings rebuild the ring. That is not counted as a move: only nodes that come, go or change their part move keys.";
/// Points on the ring.
pub const VIRTUAL_NODES: &str = "Virtual nodes per node";
/// Replicas.
pub const N: &str = "N";
/// What N is.
pub const N_NOTE: &str = "replicas";
/// Reads.
pub const R: &str = "R";
/// What R is.
pub const R_NOTE: &str = "replies to read";
/// Writes.
pub const W: &str = "W";
/// What W is.
pub const W_NOTE: &str = "replies to write";
/// Placement.
pub const ZONE_AWARE: &str = "Replicas in different zones first";
/// Randomness.
pub const SEED: &str = "Seed";
/// What it does.
pub const SEED_NOTE: &str = "latencies";

/// All of them in a line.
#[must_use]
pub fn summary(virtual_nodes: u32, n: u32, r: u32, w: u32, zone_aware: bool) -> String {
    let zones = if zone_aware { " · zone-aware" } else { "" };
    let virtual_nodes = plural(virtual_nodes.into(), "virtual node", "virtual nodes");
    format!("{virtual_nodes} per node · N {n} R {r} W {w}{zones}")
}

/// Stored and effective values differ.
#[must_use]
pub fn effective(number: u32) -> String {
    format!("{number} in effect: there are not more nodes")
}

/// Whether reads see writes.
#[must_use]
pub fn overlap(n: u32, r: u32, w: u32) -> String {
    if r + w > n {
        format!(
            "R + W = {} > N = {n}: every read meets the last write.",
            r + w
        )
    } else {
        format!(
            "R + W = {} ≤ N = {n}: a read may miss the last write.",
            r + w
        )
    }
}
