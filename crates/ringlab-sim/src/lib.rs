//! A deterministic world for Ringlab's nodes: seed and commands in, history out.
//!
//! In reading order:

/// Nodes in a world of their own.
pub mod cluster;
/// How long storing takes.
pub mod disk;
/// A cluster that takes commands and shows itself.
pub mod engine;
/// The digest of all that happened.
pub mod history;
/// A person's file of keys, read as it comes.
pub mod keyfile;
/// From a file or a seed to keys, in steps.
pub mod loading;
/// How long messages take.
pub mod network;
/// Keys made from a seed.
pub mod population;
/// Commands in, snapshots out.
pub mod protocol;
/// Seeded randomness.
pub mod random;
/// What happens next.
pub mod schedule;
/// What a run starts from.
pub mod situation;
