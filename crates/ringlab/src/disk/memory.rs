//! A disk in memory that does everything right. It ends with its program.

use super::{Disk, DiskError};
use crate::sorted::SortedMap;

/// Files in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryDisk {
    files: SortedMap<String, Vec<u8>>,
}

impl MemoryDisk {
    /// The bytes of a file, to look at or to damage.
    ///
    /// # Errors
    ///
    /// [`DiskError::Missing`].
    pub fn file_mut(&mut self, name: &str) -> Result<&mut Vec<u8>, DiskError> {
        self.files.get_mut(name).ok_or_else(|| missing(name))
    }

    fn file(&self, name: &str) -> Result<&Vec<u8>, DiskError> {
        self.files.get(name).ok_or_else(|| missing(name))
    }
}

impl Disk for MemoryDisk {
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        if self.files.contains_key(name) {
            return Err(DiskError::Exists { name: name.into() });
        }
        self.files.insert(name.into(), Vec::new());
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.file_mut(name)?.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.file(name).map(|_| ())
    }

    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError> {
        read_within(name, self.file(name)?, offset, bytes)
    }

    fn length(&self, name: &str) -> Result<u64, DiskError> {
        Ok(self.file(name)?.len() as u64)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        let file = self.files.remove(from).ok_or_else(|| missing(from))?;
        self.files.insert(to.into(), file);
        Ok(())
    }

    fn delete(&mut self, name: &str) -> Result<(), DiskError> {
        self.files
            .remove(name)
            .map(|_| ())
            .ok_or_else(|| missing(name))
    }

    fn list(&self) -> Result<Vec<String>, DiskError> {
        Ok(self.files.keys().cloned().collect())
    }
}

/// Reads from a file that lies in memory: for disks that keep their files there. O(bytes).
///
/// # Errors
///
/// [`DiskError::PastEnd`].
pub fn read_within(
    name: &str,
    file: &[u8],
    offset: u64,
    bytes: &mut [u8],
) -> Result<(), DiskError> {
    let from = usize::try_from(offset).unwrap_or(usize::MAX);
    let to = from.checked_add(bytes.len());
    let found = to.and_then(|to| file.get(from..to));
    let found = found.ok_or_else(|| DiskError::PastEnd { name: name.into() })?;
    bytes.copy_from_slice(found);
    Ok(())
}

fn missing(name: &str) -> DiskError {
    DiskError::Missing { name: name.into() }
}
