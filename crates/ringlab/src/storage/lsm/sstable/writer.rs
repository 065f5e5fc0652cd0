//! Writes a table, entry by entry in order. It knows not where they come from.

use crate::codec::write_bytes;
use crate::disk::Disk;
use crate::hash::Token;

use super::super::bloom::Bloom;
use super::super::checksum::{Address, seal};
use super::super::damage::LsmError;
use super::super::settings::LsmSettings;
use super::{Block, Footer, Table, encode_index, file_name, file_number};

/// Bytes that the disk is given at a time.
const APPEND_BYTES: usize = 1 << 18;

/// A table that is not whole yet.
#[derive(Clone, Debug)]
pub(crate) struct TableWriter {
    number: u64,
    name: String,
    block_bytes: usize,
    filter: Bloom,
    blocks: Vec<Block>,
    entries: u64,
    erased: u64,
    stored_bytes: u64,
    /// What the disk was not given: sealed blocks, then the one that grows.
    out: Vec<u8>,
    /// Bytes that the disk was given.
    written: u64,
    /// Where in `out` the block begins that grows, and its tokens.
    block: usize,
    tokens: Option<(Token, Token)>,
}

impl TableWriter {
    /// A new table, for at most so many entries.
    pub(crate) fn create(
        disk: &mut impl Disk,
        number: u64,
        entries_max: u64,
        settings: &LsmSettings,
    ) -> Result<Self, LsmError> {
        let name = file_name(number);
        disk.create(&name)?;
        Ok(Self {
            number,
            name,
            block_bytes: usize::try_from(settings.block_bytes).unwrap_or(usize::MAX),
            filter: Bloom::new(entries_max, settings.filter_one_in),
            blocks: Vec::new(),
            entries: 0,
            erased: 0,
            stored_bytes: 0,
            out: Vec::new(),
            written: 0,
            block: 0,
            tokens: None,
        })
    }

    /// Adds an entry after all others.
    pub(crate) fn add(
        &mut self,
        disk: &mut impl Disk,
        token: Token,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), LsmError> {
        write_bytes(&mut self.out, key);
        write_bytes(&mut self.out, value);
        self.filter.insert(token);
        self.entries += 1;
        self.erased += u64::from(value.is_empty());
        self.stored_bytes += (key.len() + value.len()) as u64;
        let first = self.tokens.map_or(token, |tokens| tokens.0);
        self.tokens = Some((first, token));
        if self.out.len() - self.block >= self.block_bytes {
            self.end_block();
        }
        if self.block >= APPEND_BYTES {
            self.write_out(disk)?;
        }
        Ok(())
    }

    /// Writes what finds the entries, and syncs all of it.
    pub(crate) fn finish(mut self, disk: &mut impl Disk) -> Result<Table, LsmError> {
        self.end_block();
        let index_bytes = self.add_part(|writer, out| encode_index(&writer.blocks, out));
        let filter_bytes = self.add_part(|writer, out| writer.filter.encode(out));
        self.add_part(|writer, out| {
            let footer = Footer {
                index_bytes,
                filter_bytes,
                entries: writer.entries,
                erased: writer.erased,
                stored_bytes: writer.stored_bytes,
            };
            footer.encode(out);
        });
        self.write_out(disk)?;
        disk.sync(&self.name)?;
        Ok(Table {
            number: self.number,
            name: self.name,
            bytes: self.written,
            entries: self.entries,
            erased: self.erased,
            stored_bytes: self.stored_bytes,
            blocks: self.blocks,
            filter: self.filter,
        })
    }

    /// The name of its file.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn end_block(&mut self) {
        let Some((first, last)) = self.tokens.take() else {
            return;
        };
        let bytes = self.seal_from(self.block);
        self.blocks.push(Block {
            first,
            last,
            offset: self.written + self.block as u64,
            bytes,
        });
        self.block = self.out.len();
    }

    /// Adds a sealed part; how long it is.
    fn add_part(&mut self, encode: impl FnOnce(&Self, &mut Vec<u8>)) -> u64 {
        let mut out = std::mem::take(&mut self.out);
        let from = out.len();
        encode(self, &mut out);
        self.out = out;
        let bytes = self.seal_from(from);
        self.block = self.out.len();
        bytes.into()
    }

    fn seal_from(&mut self, from: usize) -> u32 {
        let address = Address {
            file: file_number(self.number),
            offset: self.written + from as u64,
        };
        seal(address, &mut self.out, from);
        (self.out.len() - from) as u32
    }

    /// Gives the disk the sealed blocks.
    fn write_out(&mut self, disk: &mut impl Disk) -> Result<(), LsmError> {
        disk.append(&self.name, &self.out[..self.block])?;
        self.written += self.block as u64;
        self.out.drain(..self.block);
        self.block = 0;
        Ok(())
    }
}
