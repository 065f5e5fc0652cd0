//! One part of the page a file. Data comes down as properties; what a person wants goes to the
//! engine or to the view through the two handles of [`crate::hooks`].

/// The form for a node.
pub mod add_node;
/// What another system does with the keys.
pub mod comparison;
/// What goes wrong.
pub mod faults;
/// A text field that tells what it was changed to.
pub mod field;
/// A made population.
pub mod generator;
/// Name, clock, pace, undo, link, theme.
pub mod header;
/// What stands at a place of the ring.
pub mod inspect;
/// Where keys come from.
pub mod keys;
/// One row of the node table.
pub mod node_row;
/// The node table.
pub mod nodes;
/// New nodes for those that are down.
pub mod replace;
/// Put, get, delete.
pub mod request;
/// The drawing.
pub mod ring;
/// The settings of the cluster.
pub mod settings;
/// Every setting of the store.
pub mod settings_table;
/// The list of shortcuts.
pub mod shortcuts;
/// Values that stand beside each other.
pub mod siblings;
/// What is shown when nothing works any more.
pub mod stopped;
/// A node's colour and tag.
pub mod swatch;
/// A text field and what is wrong with it.
pub mod text_field;
/// Nodes from the texts of other systems.
pub mod topology;
/// The way of a request, step by step.
pub mod trace;
/// The data transfer under way.
pub mod transfer;
/// What is said above everything.
pub mod verdict;
