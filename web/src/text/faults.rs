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
/// Another one takes its part.
pub const REPLACE: &str = "Replace";
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
pub const NOTE: &str = "Nodes that are cut off hear only each other; clients and their coordinator stand on the other side. One that crashed keeps what its disk had synced. What a node missed reaches it by hints, while the quorum is sloppy, by the next read of the key, or by anti-entropy, once that is on in the settings. One that never comes back is replaced, which is a membership change. Faults change no ownership and do not travel in a link. Undo and redo start the cluster afresh: faults end with it.";

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

/// What a condition means, and what can be done about it; nothing for a node that is well.
#[must_use]
pub const fn advice(condition: Condition) -> Option<&'static str> {
    match condition {
        Condition::Well => None,
        Condition::Apart => Some("cut off: reconnect it, and it catches up"),
        Condition::Paused => Some("paused: resume it, and it catches up"),
        Condition::Crashed => Some(
            "crashed: restart it, and it goes on with what its disk had synced; or replace it, and a new node of its name takes its part",
        ),
        Condition::Wiped => Some(
            "wiped: replace it, and a new node of its name takes its part; or restart it, and it comes back blank",
        ),
        Condition::Blank => Some(
            "blank: it runs and is believed up, but its disk is empty and it answers for nothing until the next change of the layout takes it in again: add a node, enter another weight, or crash it and replace it",
        ),
    }
}

/// Name of a button: these nodes are down.
#[must_use]
pub fn replace(names: &[String]) -> String {
    format!("Replace {}", names.join(", "))
}

/// What that does.
#[must_use]
pub fn replace_note(down: usize) -> &'static str {
    match down {
        0 | 1 => "a new node takes its part; it never comes back",
        _ => {
            "new nodes take the parts of all that are down, as a change waits for each that is not replaced"
        }
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
    if troubled == 0 {
        return hints;
    }
    let nodes = plural(troubled, "node in trouble", "nodes in trouble");
    format!("{nodes} · {hints}")
}

/// Rows that are not listed.
#[must_use]
pub fn left_out(nodes: u64) -> String {
    format!("and {} more", plural(nodes, "node", "nodes"))
}
