//! Words around what another system does with the keys, beside Ringlab's ring.

use super::plural;
use crate::view::numbers::{count, factor, percent_of};
use crate::wire::{Moved, SystemText};

/// Ringlab's ring as a column.
pub const OURS: &str = "Ringlab's ring";
/// Column of nodes.
pub const NODE: &str = "Node";
/// Columns of each side: keys with their part of all, and over the fair share.
pub const COLUMNS: [&str; 2] = ["Keys", "× fair"];
/// Chooses the node whose removal is counted.
pub const LEAVING: &str = "Node that goes";
/// Choice of the fullest one.
pub const FULLEST: &str = "the fullest";
/// Name of how far it is.
pub const PLACED: &str = "Keys placed";
/// Stops counting.
pub const STOP: &str = "Stop";
/// Counts after a stop.
pub const COUNT: &str = "Count again";
/// A person stopped it.
pub const STOPPED: &str = "Stopped before all keys were placed.";
/// Where a share is of nothing.
pub const NONE: &str = "–";

/// Name of a system.
#[must_use]
pub const fn system(whose: SystemText) -> &'static str {
    match whose {
        SystemText::Twemproxy => "twemproxy",
        SystemText::Nginx => "nginx",
        SystemText::Haproxy => "HAProxy",
        SystemText::RedisNodes | SystemText::RedisGroups => "Redis Cluster",
        SystemText::Cassandra => "Cassandra",
    }
}

/// Name of the part.
#[must_use]
pub fn title(whose: SystemText) -> String {
    format!("How {} itself places these keys", system(whose))
}

/// What is counted, and what a key stands for.
#[must_use]
pub const fn note(whose: SystemText) -> &'static str {
    match whose {
        SystemText::Nginx => {
            "Right to the bit as hash … consistent does it; a key stands for the value that is hashed. Primaries only: what is tried when a node does not answer is not counted. Fair is by weight."
        }
        SystemText::Haproxy => {
            "Right to the bit by hash-type consistent and the hash function of this backend; a key stands for the value that balance takes. Ids are hashed, not names: where the text states none, those after a node that goes become smaller by one. Primaries only. Fair is by weight."
        }
        SystemText::Twemproxy => {
            "Right to the bit by ketama and the hash of this pool. Primaries only: nodes that are ejected are not counted. Fair is by weight."
        }
        SystemText::RedisNodes | SystemText::RedisGroups => {
            "By CRC16 and the slots as they are told; of a key with braces what stands in the first pair counts. Primaries only. Fair is by slots."
        }
        SystemText::Cassandra => {
            "By Murmur3 and the tokens as they are told, of all datacenters together; a key stands for the key of a row, one column of text. Primaries only: further copies go by a keyspace's strategy. Fair is by the number of tokens."
        }
    }
}

/// How far it is.
#[must_use]
pub fn counting(done: u64, total: u64) -> String {
    format!("Placing keys: {}", percent_of(done, total))
}

/// The fullest node of each.
#[must_use]
pub fn fullest(whose: SystemText, theirs: (&str, f64), ours: (&str, f64)) -> String {
    format!(
        "{}: {} is fullest with {} × its fair share. {OURS}: {}, {} ×.",
        system(whose),
        theirs.0,
        factor(theirs.1),
        ours.0,
        factor(ours.1),
    )
}

/// What moves when a node goes; of the system nothing where operators decide.
#[must_use]
pub fn removal(
    (whose, leaving): (SystemText, &str),
    keys: u64,
    (held, theirs): (u64, Option<Moved>),
    ours: Moved,
) -> String {
    let system = system(whose);
    let theirs = match theirs {
        Some(moved) => format!("{system} moves {}", moves(moved, keys)),
        None => format!(
            "{system} moves its {} ({}) at least: operators say to which nodes, and what else",
            plural(held, "key", "keys"),
            percent_of(held, keys),
        ),
    };
    format!(
        "Without {leaving}, {theirs}. {OURS} moves {}.",
        moves(ours, keys)
    )
}

fn moves(moved: Moved, of: u64) -> String {
    let needless = match moved.needless {
        0 => "none needlessly".to_owned(),
        needless => format!(
            "{} of them needlessly, between nodes that stay",
            count(needless)
        ),
    };
    let keys = plural(moved.keys, "key", "keys");
    format!("{keys} ({}), {needless}", percent_of(moved.keys, of))
}

/// Keys in slots that nobody has.
#[must_use]
pub fn homeless(keys: u64) -> String {
    let lie = if keys == 1 { "lies" } else { "lie" };
    format!(
        "{} {lie} in slots that no node has.",
        plural(keys, "key", "keys")
    )
}

/// The table for who does not see it.
#[must_use]
pub fn caption(whose: SystemText) -> String {
    format!("Keys of each node, by {} and by {OURS}", system(whose))
}

/// More nodes than are shown.
#[must_use]
pub fn cut(shown: usize, nodes: usize) -> String {
    format!(
        "The {} fullest of {} nodes.",
        count(shown as u64),
        count(nodes as u64)
    )
}

/// Shows more of them.
#[must_use]
pub fn more(nodes: usize) -> String {
    format!("Show {}", count(nodes as u64))
}

/// Nodes that it cannot have.
#[must_use]
pub fn refused(why: &str) -> String {
    format!("It cannot be placed: {why}.")
}
