//! A log in segments: what must survive a crash, one record after the other. It knows not what
//! they tell.
//!
//! A segment is records one after the other: checksum, length, how much of the segment was known
//! to be synced, then what is told. Every segment but the last was synced whole before the next
//! began, and that one tells how long it was. So a reader can tell what a crash may have torn from
//! what was safe and is damaged.

pub(crate) mod segment;

use super::checksum::{Address, CHECKSUM_BYTES, checksum};
use super::{Disk, DiskError};

/// Checksum, length, synced bytes.
pub(crate) const HEADER_BYTES: usize = CHECKSUM_BYTES + 8;
/// Bytes that wait in memory before they are handed to the disk without a sync.
pub(crate) const PENDING_BYTES_MAX: usize = 1 << 18;

/// The first byte of what a segment's first record tells; no other record begins with it.
const KIND_BEGIN: u8 = 0;

/// Logs of one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Family {
    /// What the names of their files end with.
    pub(crate) suffix: &'static str,
    /// Sets the checksums of one family's files apart from those of all others.
    pub(crate) mark: u64,
}

/// The segment that is written to.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    family: Family,
    number: u64,
    name: String,
    /// Bytes that the disk was given.
    written: u64,
    /// Bytes that survive a crash.
    synced: u64,
    /// Records that the disk was not given.
    pending: Vec<u8>,
}

impl Log {
    /// A new segment; the one before it, if it counts, has `previous` bytes.
    pub(crate) fn create(
        disk: &mut impl Disk,
        family: Family,
        number: u64,
        previous: u64,
    ) -> Result<Self, DiskError> {
        let name = family.file_name(number);
        disk.create(&name)?;
        let mut log = Self {
            family,
            number,
            name,
            written: 0,
            synced: 0,
            pending: Vec::new(),
        };
        log.append(|out| {
            out.push(KIND_BEGIN);
            out.extend_from_slice(&previous.to_le_bytes());
        });
        Ok(log)
    }

    /// Whether so many bytes wait in memory that the disk should have them.
    pub(crate) const fn is_crowded(&self) -> bool {
        self.pending.len() >= PENDING_BYTES_MAX
    }

    /// Gives the disk what waits.
    pub(crate) fn write_out(&mut self, disk: &mut impl Disk) -> Result<(), DiskError> {
        if !self.pending.is_empty() {
            disk.append(&self.name, &self.pending)?;
            self.written += self.pending.len() as u64;
            self.pending.clear();
        }
        Ok(())
    }

    /// Makes all of it survive a crash.
    pub(crate) fn sync(&mut self, disk: &mut impl Disk) -> Result<(), DiskError> {
        self.write_out(disk)?;
        if self.synced < self.written {
            disk.sync(&self.name)?;
            self.synced = self.written;
        }
        Ok(())
    }

    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    /// How much of it survives a crash.
    pub(crate) const fn synced(&self) -> u64 {
        self.synced
    }

    /// How long it is, with what waits.
    pub(crate) const fn bytes(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    /// Adds a record in memory. What it tells is never empty and does not begin with 0.
    pub(crate) fn append(&mut self, tell: impl FnOnce(&mut Vec<u8>)) {
        let address = self.family.address(self.number, self.bytes());
        let from = self.pending.len();
        self.pending.extend_from_slice(&[0; HEADER_BYTES]);
        tell(&mut self.pending);
        let record = &mut self.pending[from..];
        let told = (record.len() - HEADER_BYTES) as u32;
        record[8..12].copy_from_slice(&told.to_le_bytes());
        record[12..16].copy_from_slice(&(self.synced as u32).to_le_bytes());
        let sum = checksum(address, &record[CHECKSUM_BYTES..]);
        record[..CHECKSUM_BYTES].copy_from_slice(&sum.to_le_bytes());
    }
}

impl Family {
    /// The name of a segment's file.
    pub(crate) fn file_name(self, number: u64) -> String {
        format!("{number:012}{}", self.suffix)
    }

    /// The segment that a file is, if it is one.
    pub(crate) fn number_of(self, name: &str) -> Option<u64> {
        name.strip_suffix(self.suffix)?.parse().ok()
    }

    const fn address(self, number: u64, offset: u64) -> Address {
        Address {
            file: number << 1 | self.mark,
            offset,
        }
    }
}
