//! A segment of the log as it is read again after a crash: which records are whole, and where it
//! was torn or damaged. It decides nothing about the rest of the log.

use std::ops::Range;

use super::super::checksum::{CHECKSUM_BYTES, checksum};
use super::super::{Disk, DiskError};
use super::{Family, HEADER_BYTES, KIND_BEGIN};

/// What is left of a segment.
#[derive(Debug)]
pub(crate) struct Segment {
    family: Family,
    number: u64,
    bytes: Vec<u8>,
    /// The whole records, and where something else lies, in order.
    records: Vec<Record>,
    gaps: Vec<u64>,
}

#[derive(Debug)]
struct Record {
    offset: u64,
    /// So much of the segment was synced when it was written.
    synced: u64,
    told: Range<usize>,
}

/// What a segment says, up to where a crash tore it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// How many of its records count.
    pub(crate) records: usize,
    /// Where something lies that was synced and cannot be read.
    pub(crate) damaged: Vec<u64>,
    /// Where it was torn: nothing after it counts.
    pub(crate) torn: Option<u64>,
}

impl Segment {
    /// Reads the file of a segment.
    pub(crate) fn read(disk: &impl Disk, family: Family, number: u64) -> Result<Self, DiskError> {
        let bytes = disk.read_all(&family.file_name(number))?;
        let (mut records, mut gaps) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < bytes.len() {
            if let Some(record) = record_at(&bytes, (family, number), at) {
                at = record.told.end;
                records.push(record);
                continue;
            }
            gaps.push(at as u64);
            // Whatever follows is found by its checksum, which knows its address.
            let next =
                (at + 1..bytes.len()).find(|&at| record_at(&bytes, (family, number), at).is_some());
            at = next.unwrap_or(bytes.len());
        }
        Ok(Self {
            family,
            number,
            bytes,
            records,
            gaps,
        })
    }

    /// How long the segment before it was, unless that cannot be read.
    pub(crate) fn previous(&self) -> Option<u64> {
        let first = self.records.first().filter(|record| record.offset == 0)?;
        match &self.bytes[first.told.clone()] {
            [KIND_BEGIN, length @ ..] => Some(u64::from_le_bytes(length.try_into().ok()?)),
            _ => None,
        }
    }

    /// How much of it was certainly synced, from what it says itself: the end of the log.
    pub(crate) fn synced(&self) -> u64 {
        let synced = self.records.iter().map(|record| record.synced);
        synced.max().unwrap_or(0)
    }

    /// How long its file is.
    pub(crate) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What counts when `synced` bytes of it were synced.
    pub(crate) fn reading(&self, synced: u64) -> Reading {
        let torn = self.gaps.iter().copied().find(|&gap| gap >= synced);
        let mut damaged: Vec<u64> = self
            .gaps
            .iter()
            .copied()
            .filter(|&gap| gap < synced)
            .collect();
        if self.len() < synced {
            damaged.push(self.len());
        }
        let before = |record: &Record| torn.is_none_or(|torn| record.offset < torn);
        Reading {
            records: self.records.iter().filter(|record| before(record)).count(),
            damaged,
            torn,
        }
    }

    /// What the first `records` tell, but for what the segment begins with.
    pub(crate) fn told(&self, records: usize) -> impl Iterator<Item = &[u8]> {
        let told = self.records[..records].iter();
        let told = told.map(|record| &self.bytes[record.told.clone()]);
        told.filter(|told| !matches!(told, [KIND_BEGIN, ..]))
    }

    /// Where its last whole record begins.
    #[cfg(test)]
    pub(crate) fn last_record(&self) -> u64 {
        self.records.last().map_or(0, |record| record.offset)
    }

    /// The name of its file.
    pub(crate) fn file(&self) -> String {
        self.family.file_name(self.number)
    }
}

fn record_at(bytes: &[u8], (family, number): (Family, u64), at: usize) -> Option<Record> {
    let (header, rest) = bytes[at..].split_at_checked(HEADER_BYTES)?;
    let word = |from: usize| u32::from_le_bytes(header[from..from + 4].try_into().expect("four"));
    let (length, synced) = (word(8) as usize, word(12));
    let offset = at as u64;
    if length == 0 || length > rest.len() || u64::from(synced) > offset {
        return None;
    }
    let told = at + HEADER_BYTES..at + HEADER_BYTES + length;
    let address = family.address(number, offset);
    let sum = checksum(address, &bytes[at + CHECKSUM_BYTES..told.end]);
    (header[..CHECKSUM_BYTES] == sum.to_le_bytes()).then_some(Record {
        offset,
        synced: synced.into(),
        told,
    })
}
