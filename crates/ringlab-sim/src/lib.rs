//! A deterministic world for Ringlab's nodes: seed and commands in, history out.
//!
//! In reading order:

/// Commands in, snapshots out.
pub mod protocol;
/// What a run starts from.
pub mod situation;
