//! Words of the settings.

use ringlab::settings::Setting;

use super::plural;

/// Name of the panel.
pub const TITLE: &str = "Settings";
/// The first setting of each group, and what the group is called.
pub static GROUPS: [(Setting, &str); 7] = [
    (Setting::N, "Layout: changes step by step, as its nodes do"),
    (Setting::Strictness, "Requests"),
    (Setting::Gossip, "Gossip"),
    (Setting::AntiEntropy, "Anti-entropy"),
    (Setting::ClockPairs, "Versions"),
    (Setting::HintsMax, "Hints and tombstones"),
    (Setting::FilterOneIn, "Disk"),
];
/// Headings of the table.
pub const COLUMNS: [&str; 7] = [
    "Setting",
    "Value",
    "In force",
    "Default",
    "Bounds",
    "What it is",
    "Where the default comes from",
];
/// What changes without a new ring.
pub const LIVE: &str = "Settings of the store";
/// What that means.
pub const LIVE_NOTE: &str = "They change while the cluster runs: those of the layout step by step, all others from node to node, by epoch.";
/// What a new ring is needed for.
pub const ANEW: &str = "Settings of a new ring";
/// What a change of them means.
pub const ANEW_NOTE: &str =
    "These make the ring anew. That is not counted as a move, and faults end.";
/// Points on the ring.
pub const VIRTUAL_NODES: &str = "Virtual nodes per node";
/// Randomness.
pub const SEED: &str = "Seed";
/// What it does.
pub const SEED_NOTE: &str = "latencies";
/// Replicas stand in different zones first.
pub const ZONES: &str = "zone-aware";
/// How far the newest settings have come.
pub const SPREAD: &str = "Nodes that go by the newest epoch";

/// The most important of them in a line.
#[must_use]
pub fn summary(virtual_nodes: u32, (n, r, w): (u64, u64, u64), more: &[&str]) -> String {
    let virtual_nodes = plural(virtual_nodes.into(), "virtual node", "virtual nodes");
    let mut facts = vec![
        format!("{virtual_nodes} per node"),
        format!("N {n} R {r} W {w}"),
    ];
    facts.extend(more.iter().map(|&fact| fact.to_owned()));
    facts.join(" · ")
}

/// Fewer nodes than N: what is in effect.
#[must_use]
pub fn in_effect((n, r, w): (u32, u32, u32)) -> String {
    format!("N {n} R {r} W {w} in effect")
}

/// What was decided last.
#[must_use]
pub fn epoch(epoch: u64) -> String {
    match epoch {
        0 => "Epoch 0, as the cluster began".to_owned(),
        epoch => format!("Epoch {epoch}"),
    }
}

/// How far it has come.
#[must_use]
pub fn taken(taken: u32, nodes: u32) -> String {
    let nodes = plural(nodes.into(), "node goes", "nodes go");
    format!("{taken} of {nodes} by it")
}

/// The layout that has N, R and W.
#[must_use]
pub fn layout(version: u64) -> String {
    format!("Layout {version}")
}

/// Since when a setting is what it is.
#[must_use]
pub fn since(setting: Setting, since: u64) -> String {
    match (setting.is_of_the_layout(), since) {
        (_, 0) => "from the start".to_owned(),
        (true, version) => format!("since layout {version}"),
        (false, epoch) => format!("since epoch {epoch}"),
    }
}

/// The value that is still in force.
#[must_use]
pub fn still(value: &str) -> String {
    format!("still {value}")
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
