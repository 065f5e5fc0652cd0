//! Words around nodes that come from the text of another system.

use super::comparison::system;
use super::plural;
use crate::wire::{SYSTEM_TEXT_BYTES_MAX, SystemText};

/// Opens the part.
pub const TITLE: &str = "Nodes from a configuration";
/// What is read.
pub const FORMATS: &str = "nginx (upstream with hash … consistent), HAProxy (backend with hash-type consistent), twemproxy (YAML), Redis Cluster (CLUSTER NODES, CLUSTER SHARDS) or Cassandra (nodetool ring). Read in this tab, never uploaded.";
/// Name of the field.
pub const TEXT: &str = "Text of the configuration";
/// Opens the file dialog.
pub const PICK: &str = "Open a file";
/// Which of several.
pub const WHICH: &str = "Which one";
/// Makes the ring.
pub const REPLACE: &str = "Replace the ring's nodes";
/// What stands after that, and what does not.
pub const NOTE: &str = "They take the place of the nodes that stand; keys and settings stay. Keys are then placed by Ringlab's ring, not as that system places them.";
/// After it is done.
pub const REPLACED: &str = "These nodes are the ring's.";

/// What a system with several formats, or none in its configuration, tells the text by.
const fn told_by(whose: SystemText) -> &'static str {
    match whose {
        SystemText::Twemproxy | SystemText::Nginx | SystemText::Haproxy => "",
        SystemText::RedisNodes => ", CLUSTER NODES",
        SystemText::RedisGroups => ", CLUSTER SHARDS",
        SystemText::Cassandra => ", nodetool ring",
    }
}

/// What was read.
#[must_use]
pub fn found(whose: SystemText, name: &str, nodes: usize) -> String {
    let nodes = plural(nodes as u64, "node", "nodes");
    let weighs = match whose {
        SystemText::Twemproxy | SystemText::Nginx | SystemText::Haproxy => "",
        SystemText::RedisNodes | SystemText::RedisGroups => ", the masters, weighed by their slots",
        SystemText::Cassandra => ", weighed by their tokens, with racks as zones",
    };
    let name = if name.is_empty() {
        String::new()
    } else {
        format!(" {name}")
    };
    let (system, told_by) = (system(whose), told_by(whose));
    format!("{system}{told_by}{name}: {nodes}{weighs}.")
}

/// What is wrong with it, and where.
#[must_use]
pub fn wrong(line: usize, column: usize, what: &str) -> String {
    format!("Line {line}, column {column}: {what}.")
}

/// What was pasted.
pub const THE_TEXT: &str = "The text";

/// In the field, when what was read is too long for it.
#[must_use]
pub fn unseen(lines: usize) -> String {
    let lines = plural(lines as u64, "line", "lines");
    format!("Read: {lines}, too long to show. What you type or paste here takes its place.")
}

/// A file or a text that no configuration is as large as.
#[must_use]
pub fn too_large(what: &str) -> String {
    let most = SYSTEM_TEXT_BYTES_MAX >> 20;
    format!("{what} has more than {most} MiB, the most that is read: is it a configuration?")
}

/// A file that the browser does not give.
#[must_use]
pub fn unreadable(file: &str) -> String {
    format!("{file} cannot be read: it may have been moved or changed.")
}
