//! What is rewritten next, and rewriting it in steps. It changes nothing of what counts.

use std::ops::Range;
use std::sync::Arc;

use crate::disk::Disk;
use crate::hash::Token;
use crate::pair::Key;

use super::damage::LsmError;
use super::encode;
use super::memtable::Memtable;
use super::merge::{Merge, Source};
use super::settings::LsmSettings;
use super::sstable::Table;
use super::sstable::cursor::Cursor;
use super::sstable::writer::TableWriter;

/// A table that is being written.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) writer: TableWriter,
    pub(super) from: Origin,
}

/// What it is written from.
#[derive(Clone)]
pub(super) enum Origin {
    /// The frozen memtable, up to a key.
    Memtable(Option<Key>),
    /// Tables that follow each other in age.
    Tables {
        merge: Merge<'static>,
        inputs: Vec<u64>,
        /// None is older, so what says that a key is gone has nothing left to hide.
        oldest: bool,
    },
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Job({})", self.writer.name())
    }
}

impl Job {
    /// Begins a table of what is frozen.
    pub(super) fn flush(
        disk: &mut impl Disk,
        number: u64,
        frozen: &Memtable,
        settings: &LsmSettings,
    ) -> Result<Self, LsmError> {
        Ok(Self {
            writer: TableWriter::create(disk, number, frozen.len(), settings)?,
            from: Origin::Memtable(None),
        })
    }

    /// Begins one table of several, given the oldest first.
    pub(super) fn merge(
        disk: &mut impl Disk,
        number: u64,
        cursors: Vec<(u64, Cursor)>,
        (entries_max, oldest): (u64, bool),
        settings: &LsmSettings,
    ) -> Result<Self, LsmError> {
        let inputs = cursors.iter().map(|(number, _)| *number).collect();
        let sources = cursors.into_iter().rev();
        let sources = sources.map(|(_, cursor)| Source::Table(cursor)).collect();
        let merge = Merge::new(disk, sources, Token(0))?;
        Ok(Self {
            writer: TableWriter::create(disk, number, entries_max, settings)?,
            from: Origin::Tables {
                merge,
                inputs,
                oldest,
            },
        })
    }

    /// Rewrites about so many bytes; whether nothing is left.
    pub(super) fn step(
        &mut self,
        disk: &mut impl Disk,
        frozen: Option<&Memtable>,
        budget: u64,
    ) -> Result<bool, LsmError> {
        let mut left = budget.max(1);
        match &mut self.from {
            Origin::Memtable(after) => {
                let Some(frozen) = frozen else {
                    return Ok(true);
                };
                let mut last: Option<&Key> = None;
                let mut value = Vec::new();
                for (key, entry) in frozen.after(after.as_ref()) {
                    if left == 0 {
                        *after = last.cloned();
                        return Ok(false);
                    }
                    encode(&entry.cell, &mut value);
                    self.writer.add(disk, key.token(), key.bytes(), &value)?;
                    left = left.saturating_sub((key.bytes().len() + value.len()) as u64);
                    last = Some(key);
                }
            }
            Origin::Tables { merge, oldest, .. } => {
                while let Some((newest, (token, key, stored))) = merge.first() {
                    if left == 0 {
                        return Ok(false);
                    }
                    let value = stored.bytes();
                    left = left.saturating_sub((key.len() + value.len()) as u64);
                    if !(*oldest && value.is_empty()) {
                        self.writer.add(disk, token, key, &value)?;
                    }
                    merge.advance(disk, newest)?;
                }
            }
        }
        Ok(true)
    }
}

/// The tables that become one next, by their place: at least `merge_width` of about one size that
/// follow each other in age, the smallest first. `None` stands for one that cannot be read.
pub(super) fn choose(bytes: &[Option<u64>], settings: &LsmSettings) -> Option<Range<usize>> {
    let width = settings.merge_width as usize;
    let mut best: Option<(u32, Range<usize>)> = None;
    let mut end = bytes.len();
    while end > 0 {
        let Some(newest) = bytes[end - 1] else {
            end -= 1;
            continue;
        };
        // Going back in age; a small one behind a large one counts as large.
        let tier = tier_of(newest, settings);
        let same = |bytes: &&Option<u64>| bytes.is_some_and(|b| tier_of(b, settings) <= tier);
        let begin = end - bytes[..end].iter().rev().take_while(same).count();
        if end - begin >= width && best.as_ref().is_none_or(|(least, _)| tier < *least) {
            best = Some((tier, begin..end));
        }
        end = begin;
    }
    best.map(|(_, range)| range)
}

/// How many times a table of this size has been merged, about.
fn tier_of(bytes: u64, settings: &LsmSettings) -> u32 {
    // Half a memtable is still one: an estimate of memory became bytes of a file.
    let unit = (settings.memtable_bytes / 2).max(1);
    (bytes / unit).max(1).ilog(u64::from(settings.merge_width))
}

/// Cursors over tables, from their beginning.
pub(super) fn cursors(tables: &[Arc<Table>]) -> Vec<(u64, Cursor)> {
    let cursor = |table: &Arc<Table>| (table.number(), Cursor::new(table.clone(), Token(0)));
    tables.iter().map(cursor).collect()
}
