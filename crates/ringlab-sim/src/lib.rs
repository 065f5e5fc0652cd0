//! A deterministic world for Ringlab's nodes: seed and commands in, history out.
//!
//! In reading order:

/// What a run starts from.
pub mod situation;
/// Commands in, snapshots out.
pub mod protocol;
/// From a file or a seed to keys, step by step.
pub mod loading;
/// Keys from a file.
pub mod keyfile;
/// Keys made from a seed.
pub mod population;
/// Seeded randomness.
pub mod random;
/// What happens next.
pub mod schedule;
/// How long messages take, and which get lost.
pub mod network;
/// Clocks that do not agree.
pub mod clock;
/// How long storing takes.
pub mod disk;
/// The digest of all that happened.
pub mod history;
/// Nodes in a world of their own.
pub mod cluster;
/// A cluster that takes commands and shows itself.
pub mod engine;
/// What can go wrong, as data.
pub mod fault;
/// What end users do.
pub mod workload;
/// What end users did, as lines of JSON.
pub mod chronicle;
/// Whether that is what was promised.
pub mod judge;
/// What is to be expected of a store.
pub mod oracle;
/// All that is done to a world in one run.
pub mod script;
/// What must always hold.
pub mod checker;
pub mod chosen;
/// Mistakes that checkers must catch.
pub mod sabotage;
/// One run, from a script to a verdict.
pub mod run;
/// The fewest steps that still fail.
pub mod shrink;
/// What is seen, as a sequence diagram.
pub mod diagram;
/// Texts of steps and what is seen after each.
pub mod scenario;
