//! Real disks for Ringlab's nodes: a directory, and redb as another engine.
//!
//! In reading order:

/// Named files in a directory.
#[cfg(not(target_arch = "wasm32"))]
pub mod directory;
/// Cells in redb.
pub mod redb_cells;
