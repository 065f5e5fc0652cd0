//! What the store does when its caller gives it time: tables from memory, tables from tables. What
//! counts changes only when a table is whole and synced, and then in one step of the manifest.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::disk::Disk;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::version::Siblings;

use super::super::cells::{Cells, Work};
use super::compaction::{Job, Origin, choose, cursors};
use super::damage::{LsmError, Part};
use super::manifest::Manifest;
use super::merge::Stored;
use super::sstable::cursor::Cursor;
use super::{LOGS, Lsm, TABLES_MAX, Table, sstable};
use crate::hash::Token;

/// Erased entries for which all is merged: one in so many.
const ERASED_ONE_IN: u64 = 4;

impl<D: Disk> Lsm<D> {
    /// Takes a table with damaged blocks out of use and puts what can be read of it in its place.
    /// Older versions of what is lost may show until the other replicas have sent theirs.
    ///
    /// # Errors
    ///
    /// [`LsmError::Stopped`] when the disk failed earlier, [`LsmError::Disk`] when it does now.
    pub fn cut_out(&mut self, file: &str) -> Result<(), LsmError> {
        self.running()?;
        let number = sstable::number_of(file);
        let Some(at) = self.tables.iter().position(|t| Some(t.number()) == number) else {
            return Ok(());
        };
        self.abandon();
        let table = self.tables[at].clone();
        let (number, entries) = (table.number(), table.entries());
        let cursor = Cursor::new(table, Token(0)).skipping_damaged();
        let output = self.table_number();
        let cursors = vec![(number, cursor)];
        let sizes = (entries, false);
        let job = Job::merge(&mut self.disk, output, cursors, sizes, &self.settings)?;
        self.job = Some(job);
        while self.job.is_some() {
            self.work_step(u64::MAX)?;
        }
        Ok(())
    }

    /// Erases what keys of a token have that is no cell: nothing reads it, and nothing could be joined
    /// with it. Whoever calls it has remembered before that the token's cells are lost.
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`] and [`Cells::put`].
    pub fn erase_malformed(&mut self, token: Token) -> Result<(), LsmError> {
        let after = Token(token.0.wrapping_sub(1));
        let mut malformed = Vec::new();
        self.entries(TokenRange { after, to: token }, &mut |_, key, stored| {
            if let Stored::Table(bytes) = stored
                && Siblings::decode(bytes).is_err()
            {
                malformed.push(Key::new(key).map_err(|_| LsmError::Malformed(token))?);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        for key in malformed {
            self.put(&key, &Siblings::default())?;
        }
        Ok(())
    }

    /// Does about so many bytes of what is to do.
    pub(super) fn work_step(&mut self, budget: u64) -> Result<Work, LsmError> {
        if self.job.is_none() {
            self.job = self.next_job()?;
        }
        let Some(job) = &mut self.job else {
            return Ok(Work::Idle);
        };
        let stepped = job.step(&mut self.disk, self.frozen.as_ref(), budget);
        match stepped {
            Ok(false) => Ok(Work::More),
            Ok(true) => self.finish().map(|()| Work::More),
            Err(error) => Err(self.give_up(error)),
        }
    }

    fn next_job(&mut self) -> Result<Option<Job>, LsmError> {
        if self.frozen.is_none() && self.is_full() && self.tables.len() < TABLES_MAX {
            self.freeze()?;
        }
        if self.frozen.is_some() {
            let number = self.table_number();
            let frozen = self.frozen.as_ref();
            let job = frozen.map(|it| Job::flush(&mut self.disk, number, it, &self.settings));
            return job.transpose();
        }
        let bytes = |table: &Arc<Table>| {
            let whole = !self.damaged.contains(&table.number());
            whole.then(|| table.bytes())
        };
        let bytes: Vec<_> = self.tables.iter().map(bytes).collect();
        let chosen = choose(&bytes, &self.settings);
        let Some(chosen) = chosen.or_else(|| self.much_is_erased()) else {
            return Ok(None);
        };
        let number = self.table_number();
        let inputs = &self.tables[chosen.clone()];
        let entries = inputs.iter().map(|table| table.entries()).sum();
        let sizes = (entries, chosen.start == 0);
        let job = Job::merge(
            &mut self.disk,
            number,
            cursors(inputs),
            sizes,
            &self.settings,
        );
        job.map(Some).map_err(|error| self.give_up(error))
    }

    /// All tables, when so many entries only say that a key is gone that the room is worth it. For
    /// what is removed in bulk, as when ranges move away.
    fn much_is_erased(&self) -> Option<std::ops::Range<usize>> {
        let sum = |of: fn(&Table) -> u64| self.tables.iter().map(|table| of(table)).sum::<u64>();
        let (erased, entries) = (sum(Table::erased), sum(Table::entries));
        let much = erased > 0 && erased.saturating_mul(ERASED_ONE_IN) >= entries;
        (much && self.damaged.is_empty()).then_some(0..self.tables.len())
    }

    /// The table is whole: from now on it counts, and what it was made of does not.
    fn finish(&mut self) -> Result<(), LsmError> {
        let Some(Job { writer, from }) = self.job.take() else {
            return Ok(());
        };
        let name = writer.name().to_owned();
        let table = match writer.finish(&mut self.disk) {
            Ok(table) => Arc::new(table),
            Err(error) => {
                // Nothing counts on it yet; what cannot be deleted now is when the store opens.
                let _ = self.disk.delete(&name);
                return Err(error);
            }
        };
        let name = (table.entries() == 0).then_some(name);
        let (tables, inputs) = self.tables_with(table, &from);
        let flushed = matches!(from, Origin::Memtable(_));
        let first_log = if flushed {
            self.memtable_log
        } else {
            self.first_log
        };
        let manifest = Manifest {
            first_log,
            next_table: self.next_table,
            tables: tables.iter().map(|table| table.number()).collect(),
        };
        let written = manifest.write(&mut self.disk);
        self.unless_failed(written)?;
        self.tables = tables;
        let logs = std::mem::replace(&mut self.first_log, first_log)..first_log;
        if flushed {
            self.frozen = None;
        }
        for number in &inputs {
            self.damaged.remove(number);
            self.cache.get_mut().forget(*number);
        }
        let inputs = inputs.into_iter().map(sstable::file_name);
        for name in logs
            .map(|log| LOGS.file_name(log))
            .chain(inputs)
            .chain(name)
        {
            self.disk.delete(&name)?;
        }
        Ok(())
    }

    /// The tables that count when `new` stands for what it was made of, and that.
    fn tables_with(&self, new: Arc<Table>, from: &Origin) -> (Vec<Arc<Table>>, Vec<u64>) {
        let mut tables = self.tables.clone();
        let inputs = match from {
            Origin::Memtable(_) => Vec::new(),
            Origin::Tables { inputs, .. } => inputs.clone(),
        };
        let is_input = |table: &Arc<Table>| inputs.contains(&table.number());
        let place = tables.iter().position(is_input).unwrap_or(tables.len());
        tables.retain(|table| !is_input(table));
        if new.entries() > 0 {
            tables.insert(place, new);
        }
        (tables, inputs)
    }

    /// Ends a job that cannot go on; tables that cannot be read are left alone from now on.
    fn give_up(&mut self, error: LsmError) -> LsmError {
        self.abandon();
        if let LsmError::Damaged(damage) = &error
            && damage.part == Part::Block
        {
            self.damaged.extend(sstable::number_of(&damage.file));
        }
        error
    }

    fn abandon(&mut self) {
        if let Some(job) = self.job.take() {
            // Nothing counts on it yet; what cannot be deleted now is when the store opens.
            let _ = self.disk.delete(job.writer.name());
        }
    }

    pub(super) const fn table_number(&mut self) -> u64 {
        self.next_table += 1;
        self.next_table - 1
    }
}
