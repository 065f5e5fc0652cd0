//! Cells in redb, a store of others that runs natively and as wasm32: the same trait, so that
//! either engine can be held against the other. It knows no node.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Bound, ControlFlow};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use ringlab::codec::Malformed;
use ringlab::pair::Key;
use ringlab::ring::TokenRange;
use ringlab::storage::{Cells, RangeSet, Stats, Ticket, Work};
use ringlab::version::Siblings;

/// Keys with their tokens before them, so that they are in order of the ring.
const CELLS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("cells");
/// What a token takes.
const TOKEN_BYTES: usize = 8;

/// Cells in a database of redb. A sync is a commit of all that was written since the last.
pub struct RedbCells {
    database: Database,
    transaction: Option<WriteTransaction>,
    written: u64,
    durable: u64,
}

/// Why redb could not.
#[derive(Debug)]
pub enum RedbError {
    /// In its own words.
    Redb(Box<redb::Error>),
    /// What it has was not written by this version of the program.
    Malformed(Malformed),
}

impl RedbCells {
    /// The cells that a database has.
    ///
    /// # Errors
    ///
    /// [`RedbError::Redb`] when the database cannot be written, or its table is another program's.
    pub fn new(database: Database) -> Result<Self, RedbError> {
        let transaction = database.begin_write().map_err(told)?;
        transaction.open_table(CELLS).map_err(told)?;
        transaction.commit().map_err(told)?;
        Ok(Self {
            database,
            transaction: None,
            written: 0,
            durable: 0,
        })
    }

    /// Gives the database back, without what was not synced.
    #[must_use]
    pub fn into_database(self) -> Database {
        self.database
    }

    /// Does something with what is there, synced or not.
    fn read<T>(
        &self,
        work: impl FnOnce(&dyn Rows) -> Result<T, RedbError>,
    ) -> Result<T, RedbError> {
        if let Some(transaction) = &self.transaction {
            return work(&transaction.open_table(CELLS).map_err(told)?);
        }
        let transaction = self.database.begin_read().map_err(told)?;
        work(&transaction.open_table(CELLS).map_err(told)?)
    }
}

/// A table of a transaction, whichever kind.
trait Rows {
    fn get(&self, key: &[u8]) -> Result<Option<Siblings>, RedbError>;

    fn visit(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, RedbError>;

    fn stats(&self) -> Result<Stats, RedbError>;
}

impl<T: ReadableTable<&'static [u8], &'static [u8]>> Rows for T {
    fn get(&self, key: &[u8]) -> Result<Option<Siblings>, RedbError> {
        let row = ReadableTable::get(self, key).map_err(told)?;
        let cell = row.map(|row| Siblings::decode(row.value()));
        cell.transpose().map_err(RedbError::Malformed)
    }

    fn visit(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, RedbError> {
        let to = to.map_or(Bound::Unbounded, Bound::Excluded);
        let range = (Bound::Included(from), to);
        for row in self.range::<&[u8]>(range).map_err(told)? {
            let (key, cell) = row.map_err(told)?;
            let key = key.value().get(TOKEN_BYTES..).map(Key::new);
            let key = key
                .and_then(Result::ok)
                .ok_or(RedbError::Malformed(Malformed))?;
            let cell = Siblings::decode(cell.value()).map_err(RedbError::Malformed)?;
            if each(&key, &cell).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn stats(&self) -> Result<Stats, RedbError> {
        Ok(Stats {
            cells: self.len().map_err(told)?,
            bytes: self.stats().map_err(told)?.stored_bytes(),
        })
    }
}

impl Cells for RedbCells {
    type Error = RedbError;

    fn get(&self, key: &Key) -> Result<Option<Cow<'_, Siblings>>, RedbError> {
        let cell = self.read(|rows| rows.get(&row_key(key)))?;
        Ok(cell.map(Cow::Owned))
    }

    fn put(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, RedbError> {
        let transaction = match self.transaction.take() {
            Some(transaction) => transaction,
            None => self.database.begin_write().map_err(told)?,
        };
        {
            let mut table = transaction.open_table(CELLS).map_err(told)?;
            let key = row_key(key);
            if siblings.is_empty() {
                table.remove(key.as_slice()).map_err(told)?;
            } else {
                let mut cell = Vec::new();
                siblings.encode(&mut cell);
                table
                    .insert(key.as_slice(), cell.as_slice())
                    .map_err(told)?;
            }
        }
        self.transaction = Some(transaction);
        self.written += 1;
        Ok(Ticket(self.written))
    }

    fn visit(
        &self,
        range: TokenRange,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<(), RedbError> {
        self.read(|rows| {
            for range in RangeSet::from(range).ranges() {
                let from = range.after.0.wrapping_add(1).to_be_bytes();
                let to = range.to.0.checked_add(1).map(u64::to_be_bytes);
                if rows
                    .visit(&from, to.as_ref().map(|to| to.as_slice()), each)?
                    .is_break()
                {
                    break;
                }
            }
            Ok(())
        })
    }

    fn sync(&mut self) -> Result<Ticket, RedbError> {
        if let Some(transaction) = self.transaction.take() {
            transaction.commit().map_err(told)?;
        }
        self.durable = self.written;
        Ok(self.durable())
    }

    fn durable(&self) -> Ticket {
        Ticket(self.durable)
    }

    fn stats(&self) -> Stats {
        self.read(|rows| rows.stats()).unwrap_or_default()
    }

    fn work(&mut self, _budget: u64) -> Result<Work, RedbError> {
        Ok(Work::Idle)
    }
}

impl fmt::Debug for RedbCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RedbCells({} written, {} durable)",
            self.written, self.durable
        )
    }
}

impl fmt::Display for RedbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redb(error) => error.fmt(f),
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RedbError {}

fn told(error: impl Into<redb::Error>) -> RedbError {
    RedbError::Redb(Box::new(error.into()))
}

fn row_key(key: &Key) -> Vec<u8> {
    [key.token().0.to_be_bytes().as_slice(), key.bytes()].concat()
}

#[cfg(test)]
mod tests;
