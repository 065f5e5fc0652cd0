//! Cells in a log-structured store on a disk: the log, a table in memory, sorted tables on the
//! disk, merged in small steps. It has no threads: its caller drives it.
//!
//! O'Neil, Cheng, Gawlick, O'Neil: "The Log-Structured Merge-Tree" (1996). What is written goes to
//! the log and into memory. Full memory becomes a table; tables of about one size become one
//! (size-tiered: each byte is rewritten once a tier). A key is looked for in the newest first.
//!
//! In reading order:

mod settings;
mod damage;
mod bloom;
mod memtable;
mod sstable;
mod cache;
mod merge;
mod manifest;
mod compaction;
mod work;
mod recovery;
mod scrub;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::codec::write_bytes;
use crate::disk::log::{self, Log};
use crate::disk::{Disk, DiskError, checksum};
use crate::hash::Token;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::sorted::SortedSet;
use crate::version::Siblings;

use super::cells::{Cells, Stats, Ticket, Work, spans};
use super::memory::keys_of;
use cache::Cache;
use compaction::Job;
use memtable::{Entry, Memtable};
use merge::{Merge, Source, Stored};
use sstable::Table;
use sstable::cursor::Cursor;

pub use damage::{Damage, LsmError, Part};
pub use recovery::{Recovery, Torn};
pub use settings::{
    BLOCK_BYTES, CACHE_BYTES, FILTER_ONE_IN, LOG_SEGMENT_BYTES, LsmSettings, MEMTABLE_BYTES,
    MERGE_WIDTH, OutOfBounds,
};

/// Logs of stores. Tables count separately, and have odd numbers in their checksums.
const LOGS: log::Family = log::Family {
    suffix: ".log",
    mark: 0,
};
/// The first byte of a record of the log.
const KIND_CELL: u8 = 1;

/// Tables that there may be before writes wait for merges.
pub const TABLES_MAX: usize = 64;
/// Bytes of work at a time while a write waits.
const WAITING_BUDGET: u64 = 1 << 20;

/// A store on a disk of its own.
///
/// ```
/// use ringlab::disk::MemoryDisk;
/// use ringlab::pair::{Key, Value};
/// use ringlab::storage::{Cells, Lsm, LsmSettings};
/// use ringlab::version::Siblings;
///
/// let mut cells = Lsm::open(MemoryDisk::default(), LsmSettings::DEFAULT)?;
/// let (key, cell) = (Key::new(b"left-pad")?, Siblings::loaded(Value::new(b"42")?));
/// let ticket = cells.put(&key, &cell)?;
/// assert!(cells.durable() < ticket, "a crash may take it");
/// assert_eq!(cells.sync()?, ticket, "from now on none can");
///
/// let cells = Lsm::open(cells.into_disk(), LsmSettings::DEFAULT)?;
/// assert_eq!(cells.get(&key)?.as_deref(), Some(&cell));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Lsm<D> {
    disk: D,
    settings: LsmSettings,
    memtable: Memtable,
    /// One that is full and becomes a table.
    frozen: Option<Memtable>,
    log: Log,
    /// The first segment that has something which is in no table.
    first_log: u64,
    /// The first segment of what is in `memtable`.
    memtable_log: u64,
    /// The oldest first.
    tables: Vec<Arc<Table>>,
    next_table: u64,
    /// Tables with a damaged block: merging them would fail again.
    damaged: SortedSet<u64>,
    job: Option<Job>,
    cache: RefCell<Cache>,
    written: u64,
    durable: u64,
    stopped: bool,
    recovery: Recovery,
    /// The cell that is being written, as bytes.
    encoded: Vec<u8>,
}

impl<D: Disk> Lsm<D> {
    /// What its settings are.
    #[must_use]
    pub const fn settings(&self) -> LsmSettings {
        self.settings
    }

    /// Changes its settings: new tables and segments take them, the cache does at once, and a
    /// memtable that is full by them has become work.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`]: the first that is. Nothing has changed then.
    pub fn set_settings(&mut self, settings: LsmSettings) -> Result<(), OutOfBounds> {
        settings.check()?;
        self.settings = settings;
        self.cache.get_mut().shrink(settings.cache_bytes);
        Ok(())
    }

    /// What it found when it was opened.
    #[must_use]
    pub const fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Whether [`work`](Cells::work) has something to do that was put off.
    #[must_use]
    pub const fn puts_off(&self) -> bool {
        self.job.is_some() || self.frozen.is_some() || self.is_full()
    }

    /// Whether its memory is to become a table.
    const fn is_full(&self) -> bool {
        self.memtable.bytes() >= self.settings.memtable_bytes
    }

    /// Whether its disk failed in a way that leaves open what it holds.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// How many tables a key may have to be looked for in.
    #[must_use]
    pub const fn tables(&self) -> usize {
        self.tables.len()
    }

    /// Bits of each table's filter for one of its entries, the oldest table first.
    #[cfg(test)]
    pub(crate) fn filter_bits(&self) -> Vec<u64> {
        self.tables.iter().map(|it| it.filter_bits()).collect()
    }

    /// Its disk.
    pub const fn disk_mut(&mut self) -> &mut D {
        &mut self.disk
    }

    /// Gives its disk back. What was not synced is as after a crash.
    #[must_use]
    pub fn into_disk(self) -> D {
        self.disk
    }

    fn find(&self, key: &Key) -> Result<Option<Cow<'_, Siblings>>, LsmError> {
        let memory = self.memtable.get(key);
        let memory = memory.or_else(|| self.frozen.as_ref()?.get(key));
        if let Some(cell) = memory {
            return Ok((!cell.is_empty()).then_some(Cow::Borrowed(cell)));
        }
        for table in self.tables.iter().rev() {
            let block = |at| {
                let bytes_max = self.settings.cache_bytes;
                let mut cache = self.cache.borrow_mut();
                cache.block(&self.disk, table, at, bytes_max)
            };
            if let Some(found) = table.find(key, block)? {
                return match found.bytes() {
                    [] => Ok(None),
                    bytes => Ok(Some(Cow::Owned(decode(key.token(), bytes)?))),
                };
            }
        }
        Ok(None)
    }

    /// Shows what is stored in a range, and not erased.
    fn entries(&self, range: TokenRange, each: &mut Each<'_>) -> Result<(), LsmError> {
        for (from, to) in spans(range) {
            let memory = [Some(&self.memtable), self.frozen.as_ref()];
            let memory = memory.into_iter().flatten();
            let memory = memory.map(|table| table.range(keys_of(from, to)).peekable());
            let tables = self.tables.iter().rev();
            let tables = tables.map(|table| Cursor::new(table.clone(), from));
            let sources = memory.map(Source::Memory).chain(tables.map(Source::Table));
            let mut merge = Merge::new(&self.disk, sources.collect(), from)?;
            while let Some((newest, (token, key, stored))) = merge.first() {
                if token > to {
                    break;
                }
                if !stored.is_erased() && each(token, key, stored)?.is_break() {
                    return Ok(());
                }
                merge.advance(&self.disk, newest)?;
            }
        }
        Ok(())
    }

    /// Makes room for one more write, in memory and in the log.
    fn make_room(&mut self) -> Result<(), LsmError> {
        if self.is_full() {
            while self.frozen.is_some() || self.tables.len() >= TABLES_MAX {
                if self.work(WAITING_BUDGET)? == Work::Idle {
                    break;
                }
            }
            self.freeze()?;
        } else if self.log.bytes() >= self.settings.log_segment_bytes {
            self.begin_segment()?;
        }
        if self.log.is_crowded() {
            let written = self.log.write_out(&mut self.disk);
            self.unless_failed(written.map_err(LsmError::from))?;
        }
        Ok(())
    }

    /// What is in memory becomes a table from now on.
    fn freeze(&mut self) -> Result<(), LsmError> {
        self.begin_segment()?;
        self.frozen = Some(std::mem::take(&mut self.memtable));
        self.memtable_log = self.log.number();
        Ok(())
    }

    fn begin_segment(&mut self) -> Result<(), LsmError> {
        self.sync()?;
        let (next, previous) = (self.log.number() + 1, self.log.bytes());
        let log = Log::create(&mut self.disk, LOGS, next, previous);
        self.log = self.unless_failed(log.map_err(LsmError::from))?;
        Ok(())
    }

    /// After a failure nobody knows what the disk holds: nothing more may be built on it. A full
    /// disk is as it was.
    fn unless_failed<T>(&mut self, done: Result<T, LsmError>) -> Result<T, LsmError> {
        let full = matches!(done, Err(LsmError::Disk(DiskError::Full)));
        self.stopped |= done.is_err() && !full;
        done
    }

    const fn running(&self) -> Result<(), LsmError> {
        if self.stopped {
            Err(LsmError::Stopped)
        } else {
            Ok(())
        }
    }
}

/// What it is, and not how it came about.
impl<D> fmt::Debug for Lsm<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lsm")
            .field("frozen", &self.frozen)
            .field("memtable", &self.memtable)
            .field("tables", &self.tables)
            .field("stopped", &self.stopped)
            .finish_non_exhaustive()
    }
}

/// Takes a token, a key and what is stored of it; whether it wants more.
type Each<'a> = dyn FnMut(Token, &[u8], Stored<'_>) -> Result<ControlFlow<()>, LsmError> + 'a;

impl<D: Disk> Cells for Lsm<D> {
    type Error = LsmError;

    fn get(&self, key: &Key) -> Result<Option<Cow<'_, Siblings>>, LsmError> {
        self.find(key)
    }

    fn put(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, LsmError> {
        self.running()?;
        self.make_room()?;
        encode(siblings, &mut self.encoded);
        let encoded = &self.encoded;
        self.log.append(|out| {
            out.push(KIND_CELL);
            write_bytes(out, key.bytes());
            out.extend_from_slice(encoded);
        });
        let entry = Entry {
            cell: siblings.clone(),
            bytes: self.encoded.len() as u64,
        };
        self.memtable.insert(key, entry);
        self.written += 1;
        Ok(Ticket(self.written))
    }

    fn visit(
        &self,
        range: TokenRange,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<(), LsmError> {
        self.entries(range, &mut |token, key, stored| match stored {
            Stored::Memory(key, cell) => Ok(each(key, cell)),
            Stored::Table(bytes) => {
                let key = Key::new(key).map_err(|_| LsmError::Malformed(token))?;
                Ok(each(&key, &decode(token, bytes)?))
            }
        })
    }

    fn sync(&mut self) -> Result<Ticket, LsmError> {
        self.running()?;
        let synced = self.log.sync(&mut self.disk);
        self.unless_failed(synced.map_err(LsmError::from))?;
        self.durable = self.written;
        Ok(self.durable())
    }

    fn durable(&self) -> Ticket {
        Ticket(self.durable)
    }

    fn stats(&self) -> Stats {
        let memory = [Some(&self.memtable), self.frozen.as_ref()];
        let memory = memory.into_iter().flatten();
        let memory = memory.map(|table| (table.len(), table.stored_bytes()));
        let tables = self.tables.iter();
        let tables = tables.map(|table| (table.entries() - table.erased(), table.stored_bytes()));
        let mut stats = Stats::default();
        for (cells, bytes) in memory.chain(tables) {
            stats.cells += cells;
            stats.bytes += bytes;
        }
        stats
    }

    fn work(&mut self, budget: u64) -> Result<Work, LsmError> {
        self.running()?;
        self.work_step(budget)
    }
}

/// A cell as it is stored: without bytes when the key is gone.
fn encode(cell: &Siblings, bytes: &mut Vec<u8>) {
    bytes.clear();
    if !cell.is_empty() {
        cell.encode(bytes);
    }
}

fn decode(token: Token, bytes: &[u8]) -> Result<Siblings, LsmError> {
    Siblings::decode(bytes).map_err(|_| LsmError::Malformed(token))
}

#[cfg(test)]
mod tests;
