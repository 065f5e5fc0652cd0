//! A Dynamo-style key-value store as one deterministic core.
//!
//! No clock, no randomness, no input or output, no threads: messages, the time and a source of
//! random numbers come in, effects go out. So the same code runs on a server, in a browser tab
//! and under a test that replays a million failures.
//!
//! In reading order:

/// The placement hash: from a key's bytes to its token.
pub mod hash;
/// Millions of keys by token, with their load.
pub mod keyspace;
/// What changes hands between two rings.
pub mod movement;
/// Nodes, virtual nodes, preference lists.
pub mod ring;
/// Moments and spans: numbers that the caller gives.
pub mod time;

#[cfg(test)]
mod property;
#[cfg(test)]
mod vectors;
