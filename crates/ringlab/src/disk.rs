//! A disk as a node sees it: named files that grow at their end. It knows no records.
//!
//! What a crash leaves, and all that a disk promises:
//!
//! - What was appended before a `sync` of its file that succeeded is there.
//! - What was appended since may be there, in part, with holes or not at all, and the file may be
//!   shorter. A file is never longer than what was appended to it.
//! - `create`, `rename` and `delete` are there once they return, and happen whole or not at all.
//!
//! Everything else a disk may do wrong (flip bits, write elsewhere, fail): whoever stores has to
//! notice. A disk blocks; who drives a node decides where to wait for it.

pub(crate) mod checksum;
pub(crate) mod log;
mod memory;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

pub use memory::{MemoryDisk, read_within};

/// Longest name of a file, in bytes.
pub const NAME_BYTES_MAX: usize = 64;

/// Named files of a node. A name is 1 to [`NAME_BYTES_MAX`] of `a`-`z`, `0`-`9`, `-` and `.`.
pub trait Disk {
    /// A new file without bytes.
    ///
    /// # Errors
    ///
    /// [`DiskError::Exists`] when a file has the name; [`DiskError::Full`] and
    /// [`DiskError::Failed`].
    fn create(&mut self, name: &str) -> Result<(), DiskError>;

    /// Adds bytes at the end.
    ///
    /// # Errors
    ///
    /// [`DiskError::Missing`], [`DiskError::Full`] and [`DiskError::Failed`]. After
    /// [`DiskError::Full`] the file is as it was; after any other error nobody knows what its end
    /// is like.
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError>;

    /// Makes all that was appended survive a crash.
    ///
    /// # Errors
    ///
    /// [`DiskError::Missing`], [`DiskError::Full`] and [`DiskError::Failed`]. Nobody knows then
    /// what survives, and trying again tells nothing.
    fn sync(&mut self, name: &str) -> Result<(), DiskError>;

    /// Fills `bytes` from `offset` on.
    ///
    /// # Errors
    ///
    /// [`DiskError::Missing`], [`DiskError::PastEnd`] when the file ends before, and
    /// [`DiskError::Failed`].
    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError>;

    /// How many bytes a file has.
    ///
    /// # Errors
    ///
    /// [`DiskError::Missing`] and [`DiskError::Failed`].
    fn length(&self, name: &str) -> Result<u64, DiskError>;

    /// Gives a file another name; a file that had it is gone.
    ///
    /// # Errors
    ///
    /// [`DiskError::Missing`] when no file has the first name; [`DiskError::Full`] and
    /// [`DiskError::Failed`].
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError>;

    /// Deletes a file.
    ///
    /// # Errors
    ///
    /// [`DiskError::Missing`] and [`DiskError::Failed`].
    fn delete(&mut self, name: &str) -> Result<(), DiskError>;

    /// The names of all files, sorted.
    ///
    /// # Errors
    ///
    /// When the disk cannot tell, mostly [`DiskError::Failed`].
    fn list(&self) -> Result<Vec<String>, DiskError>;

    /// A whole file.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length) and [`read`](Self::read); [`DiskError::PastEnd`], too, for a
    /// file that is longer than memory can be.
    fn read_all(&self, name: &str) -> Result<Vec<u8>, DiskError> {
        let length = self.length(name)?;
        let length =
            usize::try_from(length).map_err(|_| DiskError::PastEnd { name: name.into() })?;
        let mut bytes = vec![0; length];
        self.read(name, 0, &mut bytes)?;
        Ok(bytes)
    }
}

/// A disk that outlives who writes to it.
impl<D: Disk> Disk for Rc<RefCell<D>> {
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.borrow_mut().create(name)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.borrow_mut().append(name, bytes)
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.borrow_mut().sync(name)
    }

    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError> {
        self.borrow().read(name, offset, bytes)
    }

    fn length(&self, name: &str) -> Result<u64, DiskError> {
        self.borrow().length(name)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.borrow_mut().rename(from, to)
    }

    fn delete(&mut self, name: &str) -> Result<(), DiskError> {
        self.borrow_mut().delete(name)
    }

    fn list(&self) -> Result<Vec<String>, DiskError> {
        self.borrow().list()
    }
}

/// What a disk was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Making, naming, deleting or listing files.
    Name,
    /// Adding bytes.
    Append,
    /// Making them survive.
    Sync,
    /// Reading them.
    Read,
}

/// Why a disk did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskError {
    /// There is no such file.
    Missing {
        /// Its name.
        name: String,
    },
    /// There is such a file already.
    Exists {
        /// Its name.
        name: String,
    },
    /// The file ends before what was to be read.
    PastEnd {
        /// Its name.
        name: String,
    },
    /// There is no room.
    Full,
    /// The disk failed.
    Failed {
        /// At what.
        operation: Operation,
        /// On which file.
        name: String,
        /// The system's own words.
        reason: String,
    },
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name } => write!(f, "there is no file {name}"),
            Self::Exists { name } => write!(f, "there is a file {name} already"),
            Self::PastEnd { name } => write!(f, "the file {name} is too short"),
            Self::Full => f.write_str("the disk is full"),
            Self::Failed {
                operation,
                name,
                reason,
            } => {
                let doing = match operation {
                    Operation::Name => "change",
                    Operation::Append => "write to",
                    Operation::Sync => "sync",
                    Operation::Read => "read",
                };
                write!(f, "the disk failed to {doing} {name}: {reason}")
            }
        }
    }
}

impl std::error::Error for DiskError {}
