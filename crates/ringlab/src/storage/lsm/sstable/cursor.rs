//! Walks over a table, entry by entry. Reads past the cache: who walks reads once.

use std::ops::Range;
use std::sync::Arc;

use crate::disk::Disk;
use crate::hash::{Token, token};

use super::super::damage::LsmError;
use super::{Table, entry_at};

/// A place in a table.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    table: Arc<Table>,
    /// The next block to read.
    next_block: usize,
    block: Arc<[u8]>,
    /// The next entry of the block.
    at: usize,
    entry: Option<(Token, Range<usize>, Range<usize>)>,
    skip_damaged: bool,
}

impl Cursor {
    /// Before the first entry at `from` or later; [`advance`](Self::advance) goes there.
    pub(crate) fn new(table: Arc<Table>, from: Token) -> Self {
        Self {
            next_block: table.block_of(from),
            table,
            block: Arc::default(),
            at: 0,
            entry: None,
            skip_damaged: false,
        }
    }

    /// Goes over blocks that cannot be read as if they were not there.
    pub(crate) fn skipping_damaged(self) -> Self {
        Self {
            skip_damaged: true,
            ..self
        }
    }

    /// Token, key and value of the entry it is at.
    pub(crate) fn entry(&self) -> Option<(Token, &[u8], &[u8])> {
        let (token, key, value) = self.entry.as_ref()?;
        Some((*token, &self.block[key.clone()], &self.block[value.clone()]))
    }

    /// Goes to the next entry.
    pub(crate) fn advance(&mut self, disk: &impl Disk) -> Result<(), LsmError> {
        self.entry = None;
        while self.at == self.block.len() {
            if self.next_block == self.table.blocks() {
                return Ok(());
            }
            let read = self.table.read_block(disk, self.next_block);
            self.next_block += 1;
            self.at = 0;
            self.block = match read {
                Err(LsmError::Damaged(_)) if self.skip_damaged => Arc::default(),
                read => read?,
            };
        }
        let entry = entry_at(&self.block, self.at);
        let (key, value) = entry.map_err(|_| self.table.damage(self.next_block - 1))?;
        self.at = value.end;
        self.entry = Some((token(&self.block[key.clone()]), key, value));
        Ok(())
    }
}
