//! A Dynamo-style key-value store as one deterministic core.
//!
//! No clock, no randomness, no input or output, no threads: messages, the time and a source of
//! random numbers come in, effects go out. So the same code runs natively, in a browser tab and
//! under tests that replay whatever goes wrong from a seed.
//!
//! Whoever wants a ring and no store takes [`HashRing`]; [`placement`] has other ways to place keys,
//! and [`keyspace`] counts millions of them on a ring.
//!
//! In reading order:

/// Text in quotation marks.
mod quoted;
/// Moments and spans: numbers that the caller gives.
pub mod time;
/// The placement hash: from a key's bytes to its token.
pub mod hash;
/// Numbers and strings as bytes that are the same everywhere.
pub mod codec;
/// Maps and sets of few entries.
pub mod sorted;
/// Named files, as a node sees a disk.
pub mod disk;
/// Nodes, virtual nodes, preference lists.
pub mod ring;
/// What changes hands between two rings.
pub mod movement;
/// A ring by names, for whoever runs no store.
mod hash_ring;
/// Other ways to place keys on nodes, the field's and real systems'.
pub mod placement;
/// Millions of keys by token, with their load.
pub mod keyspace;
/// A key and its value as clients give them.
pub mod pair;

/// Dots, version vectors, siblings.
pub mod version;

/// N, R and W: whether enough replied.
pub mod quorum;

/// What an operator chooses for a cluster.
pub mod settings;

/// What one replica stores.
pub mod storage;

/// Where two replicas differ.
pub mod merkle;

/// Membership: which ring a node reads by, writes by and serves.
pub mod layout;

/// Up, suspect, down: which word about a node is the later one.
pub mod health;

/// What a node lets be seen.
pub mod event;

/// Every message, and all that goes into a node and comes out of it.
pub mod message;

/// What a node must remember beside its cells.
pub mod journal;

/// The effects of one input, as they are made.
mod outbox;

/// The role of a node for writes of replicas that could not be reached.
pub mod handoff;

/// The role of a node for the requests it was asked.
pub mod coordinator;

/// The role of a node for the keys it owns.
pub mod replica;

/// The role of a node whose data moves to another.
pub mod transfer;

/// The role of a node that compares itself with other replicas.
mod repair;

/// The role of a node that forgets tombstones.
pub mod collection;

/// The role of the node that leads a membership change.
mod leader;

/// The role of the node that decided on settings.
mod spreader;

/// The role of a node that watches the others: who is up.
pub mod gossip;

/// The entry point of an end user.
pub mod client;

/// A node: all of it put together.
pub mod node;

pub use hash_ring::{HashRing, HashRingBuilder, NamedMove, NamedMovement, Node};

/// What the README of the crate shows, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Random tests that tell how to replay them.
#[cfg(any(test, feature = "testing"))]
pub mod property;
#[cfg(test)]
mod vectors;
