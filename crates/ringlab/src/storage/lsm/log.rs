//! The log: what was written and is in no table yet, in segments. It knows nothing of tables.
//!
//! A segment is records one after the other: checksum, length, how much of the segment was known
//! to be synced, then what is told. Every segment but the last was synced whole before the next
//! began, and that one tells how long it was. So a reader can tell what a crash may have torn from
//! what was safe and is damaged.

pub(super) mod segment;

use crate::codec::write_bytes;
use crate::disk::Disk;
use crate::pair::Key;

use super::checksum::{CHECKSUM_BYTES, Place, checksum};
use super::damage::LsmError;

/// Checksum, length, synced bytes.
pub(super) const HEADER_BYTES: usize = CHECKSUM_BYTES + 8;
/// Bytes that wait in memory before they are handed to the disk without a sync.
pub(super) const PENDING_BYTES_MAX: usize = 1 << 18;

/// The first byte of what a record tells.
pub(super) const KIND_BEGIN: u8 = 0;
pub(super) const KIND_CELL: u8 = 1;

/// The segment that is written to.
#[derive(Debug)]
pub(super) struct Log {
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
    pub(super) fn create(
        disk: &mut impl Disk,
        number: u64,
        previous: u64,
    ) -> Result<Self, LsmError> {
        let name = file_name(number);
        disk.create(&name)?;
        let mut log = Self {
            number,
            name,
            written: 0,
            synced: 0,
            pending: Vec::new(),
        };
        log.record(|out| {
            out.push(KIND_BEGIN);
            out.extend_from_slice(&previous.to_le_bytes());
        });
        Ok(log)
    }

    /// Adds a key and its bytes, in memory.
    pub(super) fn append(&mut self, key: &Key, value: &[u8]) {
        self.record(|out| {
            out.push(KIND_CELL);
            write_bytes(out, key.bytes());
            out.extend_from_slice(value);
        });
    }

    /// Whether so many bytes wait in memory that the disk should have them.
    pub(super) const fn is_crowded(&self) -> bool {
        self.pending.len() >= PENDING_BYTES_MAX
    }

    /// Gives the disk what waits.
    pub(super) fn write_out(&mut self, disk: &mut impl Disk) -> Result<(), LsmError> {
        if !self.pending.is_empty() {
            disk.append(&self.name, &self.pending)?;
            self.written += self.pending.len() as u64;
            self.pending.clear();
        }
        Ok(())
    }

    /// Makes all of it survive a crash.
    pub(super) fn sync(&mut self, disk: &mut impl Disk) -> Result<(), LsmError> {
        self.write_out(disk)?;
        if self.synced < self.written {
            disk.sync(&self.name)?;
            self.synced = self.written;
        }
        Ok(())
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// How much of it survives a crash.
    pub(super) const fn synced(&self) -> u64 {
        self.synced
    }

    /// How long it is, with what waits.
    pub(super) const fn bytes(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    fn record(&mut self, tell: impl FnOnce(&mut Vec<u8>)) {
        let place = Place {
            file: file_number(self.number),
            offset: self.bytes(),
        };
        let from = self.pending.len();
        self.pending.extend_from_slice(&[0; HEADER_BYTES]);
        tell(&mut self.pending);
        let record = &mut self.pending[from..];
        let told = (record.len() - HEADER_BYTES) as u32;
        record[8..12].copy_from_slice(&told.to_le_bytes());
        record[12..16].copy_from_slice(&(self.synced as u32).to_le_bytes());
        let sum = checksum(place, &record[CHECKSUM_BYTES..]);
        record[..CHECKSUM_BYTES].copy_from_slice(&sum.to_le_bytes());
    }
}

/// The name of a segment's file.
pub(super) fn file_name(number: u64) -> String {
    format!("{number:012}.log")
}

/// The segment that a file is, if it is one.
pub(super) fn number_of(name: &str) -> Option<u64> {
    name.strip_suffix(".log")?.parse().ok()
}

/// Logs and tables count separately; their checksums must not agree.
pub(super) const fn file_number(segment: u64) -> u64 {
    segment << 1
}
