//! What components show, made from snapshots: pure, so that it is tested without a browser.

/// The keys of each node by another system and by the ring.
pub mod comparison;
/// What is wrong.
pub mod faults;
/// Numbers as a reader sees them.
pub mod numbers;
/// The rows of the node table.
pub mod rows;
/// Settings in groups, and their values.
pub mod settings;
/// The ring with the nodes of a text.
pub mod topology;
/// Whether a request still shows the ring as it is.
pub mod trace;
/// What the page says of the last change.
pub mod verdict;
