//! The engines, each as its authors say it is to be used. It knows nothing of time.

use std::fmt::Display;
use std::path::Path;

use fjall::{Keyspace, KeyspaceCreateOptions, PersistMode};
use redb::{Database, ReadOnlyTable, ReadableDatabase, TableDefinition};
use ringlab::pair::Key;
use ringlab::storage::{Cells, Lsm, LsmSettings, Work};
use ringlab::version::Siblings;
use ringlab_disk::directory::Directory;

/// Memory that each may keep what it read in.
const CACHE_BYTES: u64 = 256 << 20;
/// Memory that becomes a table: what fjall takes by default.
const MEMTABLE_BYTES: u64 = 64 << 20;
/// Bytes of merging that our store does beside each group of writes: what keeps it even.
const WORK_BYTES: u64 = 512 << 10;
const CELLS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("cells");

/// One that keeps cells.
pub(crate) trait Engine {
    /// Writes cells that survive a power cut when it returns.
    fn write(&mut self, group: &[(Key, Siblings)]) -> Result<(), String>;
    /// Does what was put off, as far as it can be told to.
    fn settle(&mut self) -> Result<(), String>;
    fn read(&mut self, key: &Key) -> Result<Option<Siblings>, String>;
}

/// Seconds, round by round.
#[derive(Clone, Default)]
pub(crate) struct Figures {
    pub(crate) write: Vec<f64>,
    pub(crate) settle: Vec<f64>,
    pub(crate) first_read: Vec<f64>,
    pub(crate) read: Vec<f64>,
}

impl Figures {
    pub(crate) fn all(&self) -> [&[f64]; 4] {
        [&self.write, &self.settle, &self.first_read, &self.read]
    }
}

type Open = fn(&Path) -> Result<Box<dyn Engine>, String>;

/// Ours first.
pub(crate) fn engines() -> [(&'static str, Open); 3] {
    [
        ("ringlab", |folder| Ok(Box::new(Ours::open(folder)?))),
        ("redb", |folder| Ok(Box::new(Redb::open(folder)?))),
        ("fjall", |folder| Ok(Box::new(Fjall::open(folder)?))),
    ]
}

struct Ours(Lsm<Directory>);

impl Ours {
    fn open(folder: &Path) -> Result<Self, String> {
        let settings = LsmSettings {
            memtable_bytes: MEMTABLE_BYTES,
            log_segment_bytes: MEMTABLE_BYTES,
            cache_bytes: CACHE_BYTES,
            ..LsmSettings::DEFAULT
        };
        let disk = Directory::open(folder.join("ringlab")).map_err(told)?;
        Lsm::open(disk, settings).map(Self).map_err(told)
    }
}

impl Engine for Ours {
    fn write(&mut self, group: &[(Key, Siblings)]) -> Result<(), String> {
        for (key, cell) in group {
            self.0.put(key, cell).map_err(told)?;
        }
        self.0.sync().map_err(told)?;
        self.0.work(WORK_BYTES).map(|_| ()).map_err(told)
    }

    fn settle(&mut self) -> Result<(), String> {
        while self.0.work(u64::MAX).map_err(told)? == Work::More {}
        Ok(())
    }

    fn read(&mut self, key: &Key) -> Result<Option<Siblings>, String> {
        let cell = self.0.get(key).map_err(told)?;
        Ok(cell.map(std::borrow::Cow::into_owned))
    }
}

struct Redb {
    database: Database,
    table: Option<ReadOnlyTable<&'static [u8], &'static [u8]>>,
    encoded: Vec<u8>,
}

impl Redb {
    fn open(folder: &Path) -> Result<Self, String> {
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE_BYTES as usize);
        let database = builder.create(folder.join("redb")).map_err(told)?;
        Ok(Self {
            database,
            table: None,
            encoded: Vec::new(),
        })
    }
}

impl Engine for Redb {
    fn write(&mut self, group: &[(Key, Siblings)]) -> Result<(), String> {
        let transaction = self.database.begin_write().map_err(told)?;
        let mut table = transaction.open_table(CELLS).map_err(told)?;
        for (key, cell) in group {
            self.encoded.clear();
            cell.encode(&mut self.encoded);
            table
                .insert(key.bytes(), self.encoded.as_slice())
                .map_err(told)?;
        }
        drop(table);
        transaction.commit().map_err(told)
    }

    fn settle(&mut self) -> Result<(), String> {
        let transaction = self.database.begin_read().map_err(told)?;
        self.table = Some(transaction.open_table(CELLS).map_err(told)?);
        Ok(())
    }

    fn read(&mut self, key: &Key) -> Result<Option<Siblings>, String> {
        let table = self.table.as_ref().ok_or("reads come after writes")?;
        let row = table.get(key.bytes()).map_err(told)?;
        row.map(|row| Siblings::decode(row.value()))
            .transpose()
            .map_err(told)
    }
}

struct Fjall {
    database: fjall::Database,
    cells: Keyspace,
    encoded: Vec<u8>,
}

impl Fjall {
    fn open(folder: &Path) -> Result<Self, String> {
        let builder = fjall::Database::builder(folder.join("fjall")).cache_size(CACHE_BYTES);
        let database = builder.open().map_err(told)?;
        let cells = database
            .keyspace("cells", KeyspaceCreateOptions::default)
            .map_err(told)?;
        Ok(Self {
            database,
            cells,
            encoded: Vec::new(),
        })
    }
}

impl Engine for Fjall {
    fn write(&mut self, group: &[(Key, Siblings)]) -> Result<(), String> {
        let mut batch = self
            .database
            .batch()
            .durability(Some(PersistMode::SyncData));
        for (key, cell) in group {
            self.encoded.clear();
            cell.encode(&mut self.encoded);
            batch.insert(&self.cells, key.bytes(), &self.encoded[..]);
        }
        batch.commit().map_err(told)
    }

    /// Its own threads do.
    fn settle(&mut self) -> Result<(), String> {
        while self.database.outstanding_flushes() > 0 || self.database.active_compactions() > 0 {
            std::thread::yield_now();
        }
        Ok(())
    }

    fn read(&mut self, key: &Key) -> Result<Option<Siblings>, String> {
        let bytes = self.cells.get(key.bytes()).map_err(told)?;
        bytes
            .map(|bytes| Siblings::decode(&bytes))
            .transpose()
            .map_err(told)
    }
}

fn told(error: impl Display) -> String {
    error.to_string()
}
