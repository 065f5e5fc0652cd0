//! What components show, made from snapshots: pure, so that it is tested without a browser.

/// Numbers as a reader sees them.
pub mod numbers;
/// The rows of the node table.
pub mod rows;
/// What the page says of the last change.
pub mod verdict;
