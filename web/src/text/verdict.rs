//! Words of the verdict.

use super::plural;

/// Keys whose primary changed.
pub const MOVED: &str = "moved";
/// The part by which fair shares grow.
pub const BALANCE: &str = "perfect balance";
/// The naive placement.
pub const MODULO: &str = "hash mod n";
/// Of the naive placement, when weights change.
pub const MODULO_NO_WEIGHTS: &str = "hash mod n knows no weights";
/// Of the naive placement, when zones change.
pub const MODULO_NO_ZONES: &str = "hash mod n knows no zones";
/// Of the naive placement, when a node takes the part of another.
pub const MODULO_NO_NAMES: &str = "hash mod n moves none while n stays";
/// While it is counted.
pub const MODULO_COUNTING: &str = "what hash mod n would have moved is being counted";
/// A copy was there already.
pub const REROUTED: &str = "Rerouted";
/// What that means.
pub const REROUTED_NOTE: &str = "a copy was there";
/// Copies sent to nodes that had none.
pub const COPIED: &str = "New copies";
/// No live copy left.
pub const LOST: &str = "Lost";
/// What that means.
pub const LOST_NOTE: &str = "no copy left";
/// Of the fullest node, of keys.
pub const KEYS_PEAK: &str = "Peak keys";
/// Of the fullest node, of requests.
pub const REQUESTS_PEAK: &str = "Peak requests";
/// What that means.
pub const PEAK_NOTE: &str = "× fair share";
/// Coefficient of variation.
pub const VARIATION: &str = "Spread of keys";
/// What that means.
pub const VARIATION_NOTE: &str = "std / mean";
/// Bytes of all keys.
pub const STORED: &str = "Data";
/// What that means.
pub const STORED_NOTE: &str = "before replication";
/// Settings as the subject of a sentence.
pub const CONFIGURING: &str = "Other settings";
/// Keys as the subject of a sentence.
pub const LOADING: &str = "Other keys";
/// While there is nothing to judge.
pub const WAITING: &str = "Putting keys on the ring …";
/// Name of the region.
pub const REGION: &str = "Verdict";

/// The headline of a change, under way or over.
#[must_use]
pub fn moved(
    (deed, is_over): (&str, bool),
    keys: &str,
    total: u64,
    part: &str,
    bytes: &str,
    traffic: &str,
) -> String {
    let total = plural(total, "key", "keys");
    let moves = if is_over { "moved" } else { "moves" };
    format!("{deed} {moves} {keys} of {total} ({part}), {bytes} and {traffic} of the traffic.")
}

/// The headline of a change without movement.
#[must_use]
pub fn nothing_moved(deed: &str, is_over: bool) -> String {
    let moves = if is_over { "moved" } else { "moves" };
    format!("{deed} {moves} no key.")
}

/// What the change is measured against.
#[must_use]
pub fn beside(balance: &str, modulo: &str) -> String {
    format!("For perfect balance {balance} would move; {modulo}.")
}

/// What went to nodes that had it.
#[must_use]
pub fn sent_again(copies: u64, bytes: &str) -> String {
    let copies = plural(copies, "copy", "copies");
    format!("{copies} ({bytes}) went to nodes that had them, in case they missed a write.")
}

/// More is sent than anybody lacks.
#[must_use]
pub fn sent_often(copies: u64) -> String {
    let copies = plural(copies, "copy travels", "copies travel");
    format!(
        "{copies}: several owners send the same key to a new one, in case any of them missed a write."
    )
}

/// Nothing went with the lost nodes.
pub const NOTHING_LOST: &str =
    "Nothing is lost: of no range were W owners lost, so others have every write.";

/// Every owner of some ranges was lost.
#[must_use]
pub fn gone(part: &str) -> String {
    format!("All owners of {part} of the ring were lost: what was written there is gone.")
}

/// A write quorum of some ranges was lost.
#[must_use]
pub fn in_doubt(part: &str) -> String {
    format!(
        "W owners of {part} of the ring were lost, but not all: a write that only they had acknowledged is gone."
    )
}

/// What the naive placement would have moved.
#[must_use]
pub fn modulo(moved: &str) -> String {
    format!("hash mod n would have moved {moved}")
}

/// Which node is hottest, and why as far as it is known.
#[must_use]
pub fn hottest(node: &str, part: &str, why: &str) -> String {
    format!("Hottest: {node} with {part} of requests{why}.")
}

/// One key makes it so.
#[must_use]
pub fn because_of_key(key: &str, part: &str) -> String {
    format!(", because of {key} ({part})")
}

/// Many keys make it so.
#[must_use]
pub fn because_of_keys(key: &str, part: &str) -> String {
    format!(", because it owns many keys; its hottest is {key} ({part})")
}

/// Its keys are asked for more than others.
#[must_use]
pub fn because_of_popular_keys(key: &str, part: &str) -> String {
    format!(", because its keys are popular ones, {key} first ({part})")
}

/// No single cause.
#[must_use]
pub fn hottest_key(key: &str, part: &str) -> String {
    format!("; its hottest key is {key} ({part})")
}

/// The headline before any change.
#[must_use]
pub fn evenness(keys: u64, nodes: u64, fullest: &str, above: &str) -> String {
    format!(
        "{} on {}; {fullest} is fullest, {above} more than its fair share.",
        plural(keys, "key", "keys"),
        plural(nodes, "node", "nodes"),
    )
}

/// The node with most keys and the one with fewest.
#[must_use]
pub fn spread(most: (&str, u64), least: (&str, u64)) -> String {
    let keys = |number| plural(number, "key", "keys");
    let (most, most_keys) = (most.0, keys(most.1));
    let (least, least_keys) = (least.0, keys(least.1));
    format!("Most: {most} with {most_keys}; fewest: {least} with {least_keys}.")
}

/// The headline without keys.
#[must_use]
pub fn empty(nodes: u64) -> String {
    format!("No keys on {} yet.", plural(nodes, "node", "nodes"))
}

/// A figure before and after.
#[must_use]
pub fn from_to(before: &str, after: &str) -> String {
    format!("{before} → {after}")
}

/// A node joins.
#[must_use]
pub fn adding(name: &str) -> String {
    format!("Adding {name}")
}

/// Nodes join.
#[must_use]
pub fn adding_many(nodes: u32) -> String {
    format!("Adding {}", plural(u64::from(nodes), "node", "nodes"))
}

/// A new node takes the part and the name of a lost one.
#[must_use]
pub fn replacing(lost: &str) -> String {
    format!("Replacing {lost} by a new node")
}

/// Nodes take the parts of lost ones.
#[must_use]
pub fn replacing_many(nodes: u32) -> String {
    format!("Replacing {}", plural(u64::from(nodes), "node", "nodes"))
}

/// A node leaves.
#[must_use]
pub fn removing(name: &str) -> String {
    format!("Removing {name}")
}

/// Nodes leave.
#[must_use]
pub fn removing_many(nodes: u32) -> String {
    format!("Removing {}", plural(u64::from(nodes), "node", "nodes"))
}

/// Another weight.
#[must_use]
pub fn reweighting(name: &str) -> String {
    format!("Reweighting {name}")
}

/// Another setting.
#[must_use]
pub fn setting(name: &str, value: &str) -> String {
    format!("Setting {name} to {value}")
}

/// The headline of a setting that copies travel for.
#[must_use]
pub fn copies(deed: &str, copies: u64, bytes: &str) -> String {
    let copies = plural(copies, "new copy", "new copies");
    format!("{deed} makes {copies} ({bytes}); no key changes its primary.")
}

/// The headline of a setting that no copy travels for.
#[must_use]
pub fn no_copies(deed: &str) -> String {
    format!("{deed} makes no new copy; no key changes its primary.")
}

/// Another zone.
#[must_use]
pub fn rezoning(name: &str) -> String {
    format!("Moving {name} to another zone")
}

/// A write.
#[must_use]
pub fn putting(key: &str) -> String {
    format!("Putting {key}")
}

/// A delete.
#[must_use]
pub fn deleting(key: &str) -> String {
    format!("Deleting {key}")
}
