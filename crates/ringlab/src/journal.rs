//! What a node must remember beside its cells: its lives, its layout, what it holds of the loaded
//! population, what it keeps for others. A file with all of it, and a log of what came since. It
//! knows no messages and asks nothing.
//!
//! The file is written anew and renamed when the log is long, so it is the old one or the new one,
//! never between; it names the log that counts. After a crash the log is read as far as it was
//! surely synced and on to where it was torn; what was synced and cannot be read is an error.

mod entry;
mod memory;

use std::fmt;

use crate::codec::{Malformed, Reader, write_bytes, write_number};
use crate::disk::checksum::{Address, seal, unseal};
use crate::disk::log::segment::Segment;
use crate::disk::log::{Family, Log};
use crate::disk::{Disk, DiskError};
use crate::settings::{DecodeError, SettingError};

pub(crate) use self::entry::{Announced, Entry, KeptHint};
pub(crate) use self::memory::Memory;

/// Bytes of the log that make it worth to write everything anew.
pub const JOURNAL_BYTES_MAX: u64 = 1 << 20;

/// The file that has everything up to the log.
const BASE: &str = "node";
/// The same until it is whole.
const BASE_NEW: &str = "node.new";
/// The first format.
const FORMAT: u64 = 1;
/// The number of a node's first log.
const FIRST: u64 = 1;
/// Lives that a node may begin from one opening of its disk to the next. Each opening goes on after
/// all of them: a disk that forgets what it said it had synced may have forgotten that they began.
const LIVES_PER_OPENING: u64 = 1 << 10;
/// No log and no table has this number; the manifest of a store has another.
const ADDRESS: Address = Address {
    file: u64::MAX - 1,
    offset: 0,
};
/// Its logs; their numbers stay far below the mark.
const LOGS: Family = Family {
    suffix: ".journal",
    mark: 1 << 62,
};

/// The journal of a node, open for what is yet to come. The disk is lent for each operation.
#[derive(Clone)]
pub(crate) struct Journal {
    number: u64,
    log: Log,
}

/// Why a journal cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalError {
    /// The disk could not.
    Disk(DiskError),
    /// What was synced is not what was written.
    Damaged {
        /// In which file.
        file: String,
        /// At which byte.
        offset: u64,
    },
    /// The settings that it remembers cannot be.
    Settings(SettingError),
}

impl Journal {
    /// Reads what a disk remembers and begins another life of the node; nothing when it remembers
    /// none. O(bytes).
    pub(crate) fn open(disk: &mut impl Disk) -> Result<Option<(Self, Memory)>, JournalError> {
        let names = disk.list()?;
        let logs: Vec<&String> = names
            .iter()
            .filter(|name| LOGS.number_of(name).is_some())
            .collect();
        if !names.iter().any(|name| name == BASE) {
            return logs.first().map_or(Ok(None), |_| Err(damaged(BASE, 0)));
        }
        let (number, entries) = read_base(disk)?;
        let mut memory = Memory::default();
        entries.into_iter().for_each(|entry| memory.take(entry));
        // Without its log the crash came right after the base was renamed.
        if logs.contains(&&LOGS.file_name(number)) {
            replay(disk, number, &mut memory)?;
        }
        memory.life = (memory.life / LIVES_PER_OPENING + 1) * LIVES_PER_OPENING;
        // A log that may end in the middle of a record is not written on.
        format(disk, number + 1, &memory.entries())?;
        for log in logs {
            disk.delete(log)?;
        }
        let journal = Self::begin(disk, number + 1)?;
        Ok(Some((journal, memory)))
    }

    /// Prepares an empty disk for a node that remembers this.
    pub(crate) fn format(disk: &mut impl Disk, entries: &[Entry]) -> Result<(), JournalError> {
        format(disk, FIRST, entries)
    }

    /// The first life of a node, on a disk that was prepared for it.
    pub(crate) fn first(disk: &mut impl Disk) -> Result<Self, JournalError> {
        Self::begin(disk, FIRST)
    }

    /// Adds an entry, in memory.
    pub(crate) fn write(&mut self, entry: &Entry) {
        self.log.append(|out| entry.encode(out));
    }

    /// Makes all of it survive a crash.
    pub(crate) fn sync(&mut self, disk: &mut impl Disk) -> Result<(), DiskError> {
        self.log.sync(disk)
    }

    /// Whether it is time to write everything anew.
    pub(crate) const fn is_long(&self) -> bool {
        self.log.bytes() > JOURNAL_BYTES_MAX
    }

    /// Writes everything anew: from now on these entries count, and none before. Where the disk
    /// cannot, what was written before goes on to count; only where all that fails is to delete the
    /// log before, the new one does.
    pub(crate) fn renew(
        &mut self,
        disk: &mut impl Disk,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        let before = LOGS.file_name(self.number);
        let number = self.number + 1;
        let name = LOGS.file_name(number);
        // An earlier try may have come no further.
        delete_if_there(disk, &name)?;
        let begun = Self::begin(disk, number)?;
        format(disk, number, entries)?;
        *self = begun;
        Ok(disk.delete(&before)?)
    }

    fn begin(disk: &mut impl Disk, number: u64) -> Result<Self, JournalError> {
        let log = Log::create(disk, LOGS, number, 0)?;
        Ok(Self { number, log })
    }
}

/// From now on the log of this number counts, after these entries.
fn format(disk: &mut impl Disk, number: u64, entries: &[Entry]) -> Result<(), JournalError> {
    let mut bytes = Vec::new();
    write_number(&mut bytes, FORMAT);
    write_number(&mut bytes, number);
    for entry in entries {
        let mut told = Vec::new();
        entry.encode(&mut told);
        write_bytes(&mut bytes, &told);
    }
    seal(ADDRESS, &mut bytes, 0);
    delete_if_there(disk, BASE_NEW)?;
    disk.create(BASE_NEW)?;
    disk.append(BASE_NEW, &bytes)?;
    disk.sync(BASE_NEW)?;
    Ok(disk.rename(BASE_NEW, BASE)?)
}

fn delete_if_there(disk: &mut impl Disk, name: &str) -> Result<(), DiskError> {
    match disk.length(name) {
        Ok(_) => disk.delete(name),
        Err(_) => Ok(()),
    }
}

/// The number of the log that counts, and everything before it.
fn read_base(disk: &impl Disk) -> Result<(u64, Vec<Entry>), JournalError> {
    let bytes = disk.read_all(BASE)?;
    let read = || {
        let bytes = unseal(ADDRESS, &bytes).ok_or(Malformed)?;
        let mut reader = Reader::new(bytes);
        if reader.number()? != FORMAT {
            return Err(DecodeError::Malformed);
        }
        let number = reader.number()?;
        let mut entries = Vec::new();
        while !reader.rest().is_empty() {
            entries.push(Entry::decode(reader.bytes()?)?);
        }
        Ok((number, entries))
    };
    read().map_err(|error| unreadable(error, BASE))
}

/// Takes in what a log tells.
fn replay(disk: &impl Disk, number: u64, memory: &mut Memory) -> Result<(), JournalError> {
    let segment = Segment::read(disk, LOGS, number)?;
    let reading = segment.reading(segment.synced());
    if let Some(&offset) = reading.damaged.first() {
        return Err(damaged(&segment.file(), offset));
    }
    for told in segment.told(reading.records) {
        let entry = Entry::decode(told).map_err(|error| unreadable(error, &segment.file()))?;
        memory.take(entry);
    }
    Ok(())
}

fn unreadable(error: DecodeError, file: &str) -> JournalError {
    match error {
        DecodeError::Malformed => damaged(file, 0),
        DecodeError::Setting(error) => JournalError::Settings(error),
    }
}

fn damaged(file: &str, offset: u64) -> JournalError {
    JournalError::Damaged {
        file: file.into(),
        offset,
    }
}

/// What a journal tells is the node's own state, and how it came about does not matter.
impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Journal")
    }
}

impl From<DiskError> for JournalError {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(error) => error.fmt(f),
            Self::Damaged { file, offset } => {
                write!(f, "the node's journal is damaged: {file} at byte {offset}")
            }
            Self::Settings(error) => write!(f, "the node's journal: {error}"),
        }
    }
}

impl std::error::Error for JournalError {}

#[cfg(test)]
mod tests;
