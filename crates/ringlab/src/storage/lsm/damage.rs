//! What may be wrong with a store on a disk, told with its place. It repairs nothing.

use std::fmt;

use crate::disk::DiskError;
use crate::hash::Token;
use crate::ring::TokenRange;

use super::settings::OutOfBounds;

/// Something on the disk is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// In which file.
    pub file: String,
    /// At which byte.
    pub offset: u64,
    /// What it should be.
    pub part: Part,
    /// The keys that may be concerned: what to fetch from other replicas.
    pub range: TokenRange,
}

/// The parts of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A record of the log that had been synced.
    Record,
    /// The list of the tables.
    Manifest,
    /// The end of a table, which tells where the rest is.
    Footer,
    /// The places of a table's blocks.
    Index,
    /// A table's Bloom filter.
    Filter,
    /// Cells.
    Block,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Record => "record",
            Part::Manifest => "manifest",
            Part::Footer => "footer",
            Part::Index => "index",
            Part::Filter => "Bloom filter",
            Part::Block => "block",
        };
        write!(
            f,
            "{part} at byte {} of {} is damaged",
            self.offset, self.file
        )
    }
}

/// Why a log-structured store could not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LsmError {
    /// The disk could not.
    Disk(DiskError),
    /// What the disk gave is not what was written.
    Damaged(Damage),
    /// The cell of a key of this token has a right checksum and no meaning: it was never written
    /// by this version of the program.
    Malformed(Token),
    /// The disk failed earlier in a way that leaves open what it holds: open the store again.
    Stopped,
    /// A setting of the store is out of its bounds.
    Settings(OutOfBounds),
}

impl From<DiskError> for LsmError {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}

impl From<Damage> for LsmError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

impl From<OutOfBounds> for LsmError {
    fn from(error: OutOfBounds) -> Self {
        Self::Settings(error)
    }
}

impl fmt::Display for LsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(error) => error.fmt(f),
            Self::Damaged(damage) => damage.fmt(f),
            Self::Malformed(token) => write!(f, "a cell at token {} is no cell", token.0),
            Self::Stopped => f.write_str("the disk failed earlier: open the store again"),
            Self::Settings(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LsmError {}
