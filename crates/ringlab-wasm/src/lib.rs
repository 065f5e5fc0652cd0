//! Ringlab for JavaScript: converts and delegates, nothing else.
//!
//! The package in `npm/` wraps these classes: it keeps the names of nodes, checks arguments and
//! throws errors with codes. Here nodes are numbers, and a key that is asked for lies in the
//! [`scratch`] memory. In reading order:

/// Where a key comes in and a list of nodes goes out, without a copy.
pub mod scratch;
/// Many keys in one piece.
mod packed;
/// Errors as JavaScript gets them: a code and a sentence.
mod errors;
/// Nodes on a ring.
pub mod ring;
/// What changes hands between two rings.
pub mod movement;
/// Keys with their load, and how they come in.
pub mod keyspace;
/// Files of keys.
#[cfg(feature = "cluster")]
pub mod keyfile;
/// A simulated store.
#[cfg(feature = "cluster")]
pub mod cluster;
/// Ways to place keys.
#[cfg(feature = "placement")]
pub mod placement;
/// Their texts.
#[cfg(feature = "import")]
pub mod import;
