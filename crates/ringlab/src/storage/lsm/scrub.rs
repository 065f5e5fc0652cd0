//! Looking for damage before a reader meets it: everything that was synced is read from the disk
//! and checked.

use crate::disk::Disk;
use crate::disk::log::segment::Segment;

use super::damage::{Damage, LsmError, Part};
use super::manifest::Manifest;
use super::recovery::anywhere;
use super::sstable::Table;
use super::{LOGS, Lsm};

impl<D: Disk> Lsm<D> {
    /// Everything on the disk that is not what was written. O(bytes).
    ///
    /// # Errors
    ///
    /// [`LsmError::Disk`] when the disk does not give a file. Damage is no error.
    pub fn scrub(&self) -> Result<Vec<Damage>, LsmError> {
        let mut found = Vec::new();
        note(&mut found, Manifest::read(&self.disk))?;
        for number in self.first_log..=self.log.number() {
            let segment = Segment::read(&self.disk, LOGS, number)?;
            let last = number == self.log.number();
            let synced = if last {
                self.log.synced()
            } else {
                segment.len()
            };
            let damaged = segment.reading(synced).damaged.into_iter();
            found.extend(damaged.map(|offset| anywhere(segment.file(), offset, Part::Record)));
        }
        for table in &self.tables {
            note(&mut found, Table::open(&self.disk, table.number()))?;
            for at in 0..table.blocks() {
                note(&mut found, table.read_block(&self.disk, at))?;
            }
        }
        Ok(found)
    }
}

fn note<T>(found: &mut Vec<Damage>, read: Result<T, LsmError>) -> Result<(), LsmError> {
    match read {
        Ok(_) => Ok(()),
        Err(LsmError::Damaged(damage)) => {
            found.push(damage);
            Ok(())
        }
        Err(error) => Err(error),
    }
}
