//! Opening a store after anything: what the log has goes into memory and from there into a table,
//! so that each opening begins with a log of its own.

use std::cell::RefCell;
use std::sync::Arc;

use crate::codec::{Malformed, Reader};
use crate::disk::log::Log;
use crate::disk::log::segment::Segment;
use crate::disk::{Disk, DiskError};
use crate::hash::Token;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::sorted::SortedSet;
use crate::version::Siblings;

use super::compaction::Job;
use super::damage::{Damage, LsmError, Part};
use super::manifest::{MANIFEST, Manifest, damage};
use super::memtable::{Entry, Memtable};
use super::settings::LsmSettings;
use super::sstable::{self, Table};
use super::{Cache, KIND_CELL, LOGS, Lsm};

/// What a store found when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Writes that were in the log alone.
    pub replayed: u64,
    /// Where a crash tore the log. All that was known to be synced lies before it; but when the
    /// crash came right after a sync, before one more write, a record of that sync which the disk
    /// damaged looks the same.
    pub torn: Option<Torn>,
    /// What was synced and cannot be read. Only a salvaged store has any.
    pub damaged: Vec<Damage>,
}

/// A place in the log after which nothing counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// In which file.
    pub file: String,
    /// At which byte.
    pub offset: u64,
}

impl<D: Disk> Lsm<D> {
    /// Opens the store that a disk has, or begins one on an empty disk.
    ///
    /// # Errors
    ///
    /// [`LsmError::Settings`] when a setting is out of its bounds, before the disk is touched;
    /// [`LsmError::Damaged`] when something that was synced cannot be read: then
    /// [`salvage`](Self::salvage) may open it; [`LsmError::Disk`] when the disk fails.
    pub fn open(disk: D, settings: LsmSettings) -> Result<Self, LsmError> {
        open(disk, settings, |damaged, _| match damaged.first() {
            Some(damage) => Err(damage.clone().into()),
            None => Ok(()),
        })
    }

    /// Opens a store with all that can be read of it, and tells what cannot in
    /// [`recovery`](Self::recovery). Keys may be back at an earlier state: what uses it fetches
    /// them from other replicas, and gives dots as a new actor.
    ///
    /// The store goes on without what cannot be read, and at its next opening nothing tells that it
    /// was there. So `remember` is told first, before anything is written; where it cannot, nothing
    /// is. It is not called when all is well.
    ///
    /// # Errors
    ///
    /// [`LsmError::Settings`] when a setting is out of its bounds, before the disk is touched;
    /// [`LsmError::Damaged`] when the list of the tables is; [`LsmError::Disk`] when the disk fails,
    /// or what `remember` fails with.
    pub fn salvage(
        disk: D,
        settings: LsmSettings,
        remember: impl FnOnce(&[Damage], &mut D) -> Result<(), DiskError>,
    ) -> Result<Self, LsmError> {
        open(disk, settings, |damaged, disk| Ok(remember(damaged, disk)?))
    }
}

fn open<D: Disk>(
    mut disk: D,
    settings: LsmSettings,
    damaged: impl FnOnce(&[Damage], &mut D) -> Result<(), LsmError>,
) -> Result<Lsm<D>, LsmError> {
    settings.check()?;
    let names = disk.list()?;
    let manifest = read_manifest(&disk, &names)?;
    let mut recovery = Recovery::default();
    let mut tables = open_tables(&disk, &manifest, &mut recovery)?;
    let logs = logs(&names, &manifest, &mut recovery);
    let memtable = replay(&disk, &logs, &mut recovery)?;
    if !recovery.damaged.is_empty() {
        damaged(&recovery.damaged, &mut disk)?;
    }
    let there = names
        .iter()
        .filter_map(|name| sstable::number_of(name))
        .max();
    let mut next_table = manifest.next_table.max(there.map_or(0, |there| there + 1));
    if memtable.len() > 0 {
        let mut job = Job::flush(&mut disk, next_table, &memtable, &settings)?;
        job.step(&mut disk, Some(&memtable), u64::MAX)?;
        tables.push(Arc::new(job.writer.finish(&mut disk)?));
        next_table += 1;
    }
    let first_log = logs.last().map_or(manifest.first_log, |last| last + 1);
    let manifest = Manifest {
        first_log,
        next_table,
        tables: tables.iter().map(|table| table.number()).collect(),
    };
    // Before there is a segment after the torn one: else that would count as whole.
    manifest.write(&mut disk)?;
    delete_others(&mut disk, &names, &manifest)?;
    Ok(Lsm {
        log: Log::create(&mut disk, LOGS, first_log, 0)?,
        disk,
        settings,
        memtable: Memtable::default(),
        frozen: None,
        first_log,
        memtable_log: first_log,
        tables,
        next_table,
        damaged: SortedSet::new(),
        job: None,
        cache: RefCell::new(Cache::default()),
        written: 0,
        durable: 0,
        stopped: false,
        recovery,
        encoded: Vec::new(),
    })
}

fn read_manifest(disk: &impl Disk, names: &[String]) -> Result<Manifest, LsmError> {
    if names.iter().any(|name| name == MANIFEST) {
        return Manifest::read(disk);
    }
    let ours = |name: &String| LOGS.number_of(name).or(sstable::number_of(name));
    if names.iter().any(|name| ours(name).is_some()) {
        return Err(damage().into());
    }
    Ok(Manifest {
        first_log: 1,
        next_table: 1,
        tables: Vec::new(),
    })
}

fn open_tables(
    disk: &impl Disk,
    manifest: &Manifest,
    recovery: &mut Recovery,
) -> Result<Vec<Arc<Table>>, LsmError> {
    let mut tables = Vec::new();
    for &number in &manifest.tables {
        match Table::open(disk, number) {
            Ok(table) => tables.push(Arc::new(table)),
            Err(LsmError::Damaged(damage)) => recovery.damaged.push(damage),
            Err(LsmError::Disk(DiskError::Missing { name })) => {
                recovery.damaged.push(anywhere(name, 0, Part::Footer));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(tables)
}

/// The segments that are there and count. None may be missing between the first and the last.
fn logs(names: &[String], manifest: &Manifest, recovery: &mut Recovery) -> Vec<u64> {
    let numbers = names.iter().filter_map(|name| LOGS.number_of(name));
    let logs: SortedSet<u64> = numbers.filter(|&log| log >= manifest.first_log).collect();
    for log in manifest.first_log..logs.last().copied().unwrap_or(0) {
        if !logs.contains(&log) {
            let missing = anywhere(LOGS.file_name(log), 0, Part::Record);
            recovery.damaged.push(missing);
        }
    }
    logs.into_iter().collect()
}

fn replay(disk: &impl Disk, logs: &[u64], recovery: &mut Recovery) -> Result<Memtable, LsmError> {
    let mut memtable = Memtable::default();
    let mut next = logs
        .first()
        .map(|&log| Segment::read(disk, LOGS, log))
        .transpose()?;
    let mut rest = logs.iter().skip(1);
    while let Some(segment) = next {
        let follower = rest
            .next()
            .map(|&log| Segment::read(disk, LOGS, log))
            .transpose()?;
        let synced = follower.as_ref().map_or_else(
            || segment.synced(),
            // It was whole when the next began, though that may have lost what tells how long.
            |next| next.previous().unwrap_or(segment.len()),
        );
        let reading = segment.reading(synced);
        for offset in reading.damaged {
            let damage = anywhere(segment.file(), offset, Part::Record);
            recovery.damaged.push(damage);
        }
        recovery.torn = reading.torn.map(|offset| Torn {
            file: segment.file(),
            offset,
        });
        for cell in segment.told(reading.records).map(read_cell) {
            match cell {
                Ok((key, entry)) => memtable.insert(&key, entry),
                Err(Malformed) => recovery
                    .damaged
                    .push(anywhere(segment.file(), 0, Part::Record)),
            }
            recovery.replayed += 1;
        }
        next = follower;
    }
    Ok(memtable)
}

fn read_cell(told: &[u8]) -> Result<(Key, Entry), Malformed> {
    let [KIND_CELL, cell @ ..] = told else {
        return Err(Malformed);
    };
    let mut reader = Reader::new(cell);
    let key = Key::new(reader.bytes()?).map_err(|_| Malformed)?;
    let cell = match reader.rest() {
        [] => Siblings::default(),
        bytes => Siblings::decode(bytes)?,
    };
    let bytes = reader.rest().len() as u64;
    Ok((key, Entry { cell, bytes }))
}

/// Damage that tells nothing of the keys concerned.
pub(super) fn anywhere(file: String, offset: u64, part: Part) -> Damage {
    Damage {
        file,
        offset,
        part,
        range: TokenRange::whole(Token(0)),
    }
}

/// Deletes files of the store that do not count: what an interrupted step left.
fn delete_others(
    disk: &mut impl Disk,
    names: &[String],
    manifest: &Manifest,
) -> Result<(), LsmError> {
    for name in names {
        let log = LOGS
            .number_of(name)
            .is_some_and(|log| log < manifest.first_log);
        let table = sstable::number_of(name);
        if log || table.is_some_and(|table| !manifest.tables.contains(&table)) {
            disk.delete(name)?;
        }
    }
    Ok(())
}
