//! Words of what goes wrong.

use ringlab_sim::protocol::Condition;
use ringlab_sim::protocol::Health;

use super::plural;

/// Name of the panel.
pub const TITLE: &str = "Faults";
/// Which node.
pub const NODE: &str = "Node";
/// It does nothing for a while.
pub const PAUSE: &str = "Pause";
/// It goes on.
pub const RESUME: &str = "Resume";
/// To the other side of a partition.
pub const CUT_OFF: &str = "Cut off";
/// Back to the side of the clients.
pub const RECONNECT: &str = "Reconnect";
/// It stops.
pub const CRASH: &str = "Crash";
/// It begins again from its disk.
pub const RESTART: &str = "Restart";
/// It stops, and its disk is emptied.
pub const WIPE: &str = "Wipe disk";
/// All is well again.
pub const HEAL: &str = "Heal all";
/// Of the list.
pub const TROUBLED: &str = "Nodes in trouble";
/// How things are.
pub const CONDITION: &str = "Condition";
/// What the coordinator believes.
pub const BELIEVED: &str = "Believed";
/// Writes kept for others.
pub const HINTS: &str = "Hints";
/// Of the last comparison.
pub const DIFFERING: &str = "Buckets differing";
/// What faults are to the rest of the page.
pub const NOTE: &str = "Nodes that are cut off hear only each other; clients and their coordinator stand on the other side. One that crashed keeps what its disk had synced; one whose disk was wiped knows no cluster when it restarts, and the cluster still counts on it. Faults change no ownership, are not undone, and do not travel in a link.";

/// How a node is.
#[must_use]
pub const fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Well => "well",
        Condition::Apart => "cut off",
        Condition::Paused => "paused",
        Condition::Crashed => "crashed",
        Condition::Wiped => "wiped",
        Condition::Blank => "blank",
    }
}

/// What is believed of a node.
#[must_use]
pub const fn health(health: Health) -> &'static str {
    match health {
        Health::Up => "up",
        Health::Suspect => "suspect",
        Health::Down => "down",
    }
}

/// All of it in a line.
#[must_use]
pub fn summary(troubled: u64, hints: u64) -> String {
    if troubled == 0 && hints == 0 {
        return "none".to_owned();
    }
    let hints = plural(hints, "hint kept", "hints kept");
    let nodes = plural(troubled, "node in trouble", "nodes in trouble");
    format!("{nodes} · {hints}")
}

/// Rows that are not listed.
#[must_use]
pub fn left_out(nodes: u64) -> String {
    format!("and {} more", plural(nodes, "node", "nodes"))
}
