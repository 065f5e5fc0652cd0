//! Words of the node table.

use ringlab_sim::protocol::{Condition, NodeState, Phase};

use super::plural;
use crate::view::numbers::count;
use crate::view::rows::Column;

/// Name of the panel.
pub const TITLE: &str = "Nodes";
/// Adds one node.
pub const ADD: &str = "Add node";
/// Field beside the button for many.
pub const HOW_MANY: &str = "Number of nodes";
/// Field of the form.
pub const NAME: &str = "Name";
/// What happens without a name.
pub const NAME_HINT: &str = "next free";
/// Field of the form.
pub const WEIGHT: &str = "Weight";
/// Field of the form.
pub const ZONE: &str = "Zone";
/// What happens without a zone.
pub const ZONE_HINT: &str = "least used";
/// Of a weight or zone that was entered while another change is under way.
pub const WAITS: &str = "waits for the change under way";
/// Column of the buttons.
pub const REMOVE: &str = "Remove";
/// Marks in the bars.
pub const LEGEND: &str = "bar: now · outline: before · tick: fair share";

/// Adds many at once.
#[must_use]
pub fn add_many(nodes: u32) -> String {
    format!("Add {}", count(nodes.into()))
}

/// Heading of a column.
#[must_use]
pub const fn column(column: Column) -> &'static str {
    match column {
        Column::Node => "Node",
        Column::Weight => "Weight",
        Column::VirtualNodes => "Virtual",
        Column::Zone => "Zone",
        Column::Keys => "Keys",
        Column::Delta => "Change",
        Column::Bytes => "Bytes",
        Column::Requests => "Requests",
        Column::Share => "Ring",
        Column::Held => "Copies held",
    }
}

/// What a column tells.
#[must_use]
pub const fn column_note(column: Column) -> &'static str {
    match column {
        Column::Node => "Name, and how the node is",
        Column::Weight => {
            "Its part beside the others': 2 takes twice as much as 1, 0 stores nothing"
        }
        Column::VirtualNodes => "Its virtual nodes: places where its ranges end on the ring",
        Column::Zone => "Where it stands: a rack, a data centre; what may fail together",
        Column::Keys => "Keys of which it is the primary, each counted once in the table",
        Column::Delta => "The same against before the last membership change",
        Column::Bytes => "Bytes of the keys of which it is the primary",
        Column::Requests => "Its part of all requests, by the keys of which it is the primary",
        Column::Share => "Its part of the ring",
        Column::Held => "Keys of which it holds a copy, as primary or not",
    }
}

/// A state, or what is wrong, and its glyph.
#[must_use]
pub const fn state(state: NodeState, condition: Condition) -> (&'static str, &'static str) {
    match condition {
        Condition::Apart => return ("⊘", "cut off"),
        Condition::Paused => return ("‖", "paused"),
        Condition::Crashed => return ("✕", "crashed"),
        Condition::Wiped => return ("∅", "wiped"),
        Condition::Blank => return ("◌", "blank"),
        Condition::Well => {}
    }
    match state {
        NodeState::Joining => ("◐", "joining"),
        NodeState::Live => ("●", "live"),
        NodeState::Leaving => ("◑", "leaving"),
        NodeState::Removed => ("○", "removed"),
    }
}

/// A step of a change.
#[must_use]
pub const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Announce => "Announcing",
        Phase::Transfer => "Copying keys",
        Phase::Commit => "Turning reads over",
        Phase::Retire => "Deleting old copies",
    }
}

/// How far a change is; what is left is simulated time.
#[must_use]
pub fn progress(copied: u64, planned: u64, remaining: Option<&str>) -> String {
    let copies = format!("{} of {} copies", count(copied), count(planned));
    match remaining {
        Some(remaining) => format!("{copies} · {remaining} left"),
        None => format!("{copies} · no answer"),
    }
}

/// A change cannot go on without these.
#[must_use]
pub fn waits_for(first: &str, others: u64) -> String {
    match others {
        0 => format!("waits for {first}"),
        others => format!(
            "waits for {first} and {}",
            plural(others, "other", "others")
        ),
    }
}

/// How many there are.
#[must_use]
pub fn summary(nodes: u64, virtual_nodes: u64) -> String {
    let nodes = plural(nodes, "node", "nodes");
    format!(
        "{nodes} · {}",
        plural(virtual_nodes, "virtual node", "virtual nodes")
    )
}

/// Name of a button.
#[must_use]
pub fn remove(name: &str) -> String {
    format!("Remove {name}")
}

/// Name of a field.
#[must_use]
pub fn weight_of(name: &str) -> String {
    format!("Weight of {name}")
}

/// Name of a field.
#[must_use]
pub fn zone_of(name: &str) -> String {
    format!("Zone of {name}")
}

/// What a bar shows.
#[must_use]
pub fn bar(now: u64, before: Option<&str>, fair: &str) -> String {
    let now = plural(now, "key", "keys");
    match before {
        Some(before) => format!("{now}; {before} before the last change; fair share {fair}"),
        None => format!("{now}; fair share {fair}"),
    }
}
