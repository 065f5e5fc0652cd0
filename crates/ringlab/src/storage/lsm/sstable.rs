//! A sorted table: written once, never changed. Blocks of entries in order of the ring, then where
//! they are, a Bloom filter, and a footer that tells where those are. It knows no memtable and no
//! other table.

pub(super) mod cursor;
pub(super) mod writer;

use std::ops::Range;
use std::sync::Arc;

use crate::codec::{Malformed, Reader, write_number};
use crate::disk::Disk;
use crate::hash::Token;
use crate::pair::Key;
use crate::ring::TokenRange;

use super::bloom::Bloom;
use super::checksum::{Address, CHECKSUM_BYTES, unseal};
use super::damage::{Damage, LsmError, Part};

/// Lengths of index and filter, entries, the erased among them, their bytes, the mark; all sealed.
const FOOTER_BYTES: usize = 6 * 8 + CHECKSUM_BYTES;
/// The mark of this format, the first.
const MARK: u64 = u64::from_le_bytes(*b"ringlab1");

/// A table, with all of it in memory that finds an entry.
#[derive(Debug)]
pub(super) struct Table {
    number: u64,
    name: String,
    /// Of its file.
    bytes: u64,
    entries: u64,
    /// Entries that say that a key is gone.
    erased: u64,
    stored_bytes: u64,
    blocks: Vec<Block>,
    filter: Bloom,
}

/// Where a block is, and from which token to which its keys go.
#[derive(Clone, Copy, Debug)]
struct Block {
    first: Token,
    last: Token,
    offset: u64,
    /// With its checksum.
    bytes: u32,
}

/// A value in a block.
#[derive(Debug)]
pub(super) struct Found {
    block: Arc<[u8]>,
    value: Range<usize>,
}

impl Found {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.block[self.value.clone()]
    }
}

impl Table {
    /// Reads what finds its entries.
    pub(super) fn open(disk: &impl Disk, number: u64) -> Result<Self, LsmError> {
        let name = file_name(number);
        let length = disk.length(&name)?;
        let part = |part, offset| Damage {
            file: name.clone(),
            offset,
            part,
            range: TokenRange::whole(Token(0)),
        };
        let at = length.checked_sub(FOOTER_BYTES as u64);
        let at = at.ok_or_else(|| part(Part::Footer, 0))?;
        let footer = read_part(disk, &name, number, at..length)?;
        let footer = footer
            .as_deref()
            .and_then(|bytes| Footer::decode(bytes).ok());
        let footer = footer.ok_or_else(|| part(Part::Footer, at))?;
        let filter_at = at.checked_sub(footer.filter_bytes);
        let index_at = filter_at.and_then(|at| at.checked_sub(footer.index_bytes));
        let (Some(filter_at), Some(index_at)) = (filter_at, index_at) else {
            return Err(part(Part::Footer, at).into());
        };
        let index = read_part(disk, &name, number, index_at..filter_at)?;
        let blocks = index.and_then(|bytes| decode_index(&bytes, index_at).ok());
        let blocks = blocks.ok_or_else(|| part(Part::Index, index_at))?;
        let filter = read_part(disk, &name, number, filter_at..at)?;
        let filter = filter.and_then(|bytes| Bloom::decode(&bytes).ok());
        let filter = filter.ok_or_else(|| part(Part::Filter, filter_at))?;
        Ok(Self {
            number,
            name,
            bytes: length,
            entries: footer.entries,
            erased: footer.erased,
            stored_bytes: footer.stored_bytes,
            blocks,
            filter,
        })
    }

    /// The bytes of a key's entry; `block` gives a block by its place in the table.
    pub(super) fn find(
        &self,
        key: &Key,
        mut block: impl FnMut(usize) -> Result<Arc<[u8]>, LsmError>,
    ) -> Result<Option<Found>, LsmError> {
        let token = key.token();
        let mut at = self.block_of(token);
        // Keys of one token may lie in more than one block.
        while self
            .blocks
            .get(at)
            .is_some_and(|block| block.first <= token)
        {
            if !self.filter.may_contain(token) {
                return Ok(None);
            }
            let block = block(at)?;
            let value = find_in(&block, key.bytes()).map_err(|_| self.damage(at))?;
            if let Some(value) = value {
                return Ok(Some(Found { block, value }));
            }
            at += 1;
        }
        Ok(None)
    }

    /// A block from the disk, checked.
    pub(super) fn read_block(&self, disk: &impl Disk, at: usize) -> Result<Arc<[u8]>, LsmError> {
        let block = &self.blocks[at];
        let range = block.offset..block.offset + u64::from(block.bytes);
        let read = read_part(disk, &self.name, self.number, range)?;
        read.map(Arc::from).ok_or_else(|| self.damage(at).into())
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The bytes of its file.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) const fn entries(&self) -> u64 {
        self.entries
    }

    /// Entries that say that a key is gone.
    pub(super) const fn erased(&self) -> u64 {
        self.erased
    }

    /// The bytes of keys and values alone.
    pub(super) const fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }

    /// How many blocks it has.
    pub(super) const fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Bits of its filter for one of its entries.
    #[cfg(test)]
    pub(super) fn filter_bits(&self) -> u64 {
        self.filter.bits() / self.entries
    }

    /// The first block that has `token` or a later one.
    fn block_of(&self, token: Token) -> usize {
        self.blocks.partition_point(|block| block.last < token)
    }

    pub(super) fn damage(&self, at: usize) -> Damage {
        let block = &self.blocks[at];
        let range = TokenRange {
            after: Token(block.first.0.wrapping_sub(1)),
            to: block.last,
        };
        Damage {
            file: self.name.clone(),
            offset: block.offset,
            part: Part::Block,
            range,
        }
    }
}

/// An entry of a block: where its key is and where its value.
type Entry = (Range<usize>, Range<usize>);

/// The entry at `at`, which ends where its value does.
#[inline]
fn entry_at(block: &[u8], at: usize) -> Result<Entry, Malformed> {
    let mut reader = Reader::new(&block[at..]);
    let key = reader.bytes()?.len();
    let key_end = block.len() - reader.rest().len();
    let value = reader.bytes()?.len();
    let end = block.len() - reader.rest().len();
    Ok((key_end - key..key_end, end - value..end))
}

fn find_in(block: &[u8], wanted: &[u8]) -> Result<Option<Range<usize>>, Malformed> {
    let mut at = 0;
    while at < block.len() {
        let (key, value) = entry_at(block, at)?;
        if block[key] == *wanted {
            return Ok(Some(value));
        }
        at = value.end;
    }
    Ok(None)
}

/// Some sealed bytes of a table; nothing when they are not what was sealed there.
fn read_part(
    disk: &impl Disk,
    name: &str,
    number: u64,
    range: Range<u64>,
) -> Result<Option<Vec<u8>>, LsmError> {
    let Ok(length) = usize::try_from(range.end - range.start) else {
        return Ok(None);
    };
    let mut bytes = vec![0; length];
    disk.read(name, range.start, &mut bytes)?;
    let address = Address {
        file: file_number(number),
        offset: range.start,
    };
    let whole = unseal(address, &bytes).map(<[u8]>::len);
    Ok(whole.map(|length| {
        bytes.truncate(length);
        bytes
    }))
}

struct Footer {
    index_bytes: u64,
    filter_bytes: u64,
    entries: u64,
    erased: u64,
    stored_bytes: u64,
}

impl Footer {
    fn encode(&self, out: &mut Vec<u8>) {
        let words = [
            self.index_bytes,
            self.filter_bytes,
            self.entries,
            self.erased,
            self.stored_bytes,
            MARK,
        ];
        out.extend(words.into_iter().flat_map(u64::to_le_bytes));
    }

    fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let footer = Self {
            index_bytes: reader.word()?,
            filter_bytes: reader.word()?,
            entries: reader.word()?,
            erased: reader.word()?,
            stored_bytes: reader.word()?,
        };
        let mark = reader.word()?;
        (mark == MARK).then_some(footer).ok_or(Malformed)
    }
}

fn encode_index(blocks: &[Block], out: &mut Vec<u8>) {
    write_number(out, blocks.len() as u64);
    for block in blocks {
        out.extend_from_slice(&block.first.0.to_le_bytes());
        out.extend_from_slice(&block.last.0.to_le_bytes());
        write_number(out, block.bytes.into());
    }
}

/// Blocks follow each other from the beginning of the file up to `end`.
fn decode_index(bytes: &[u8], end: u64) -> Result<Vec<Block>, Malformed> {
    let mut reader = Reader::new(bytes);
    let count = reader.number()?;
    let (mut blocks, mut offset) = (Vec::new(), 0);
    for _ in 0..count {
        let (first, last) = (Token(reader.word()?), Token(reader.word()?));
        let bytes = u32::try_from(reader.number()?).map_err(|_| Malformed)?;
        blocks.push(Block {
            first,
            last,
            offset,
            bytes,
        });
        offset += u64::from(bytes);
    }
    reader.end()?;
    (offset == end).then_some(blocks).ok_or(Malformed)
}

/// The name of a table's file.
pub(super) fn file_name(number: u64) -> String {
    format!("{number:012}.table")
}

/// The table that a file is, if it is one.
pub(super) fn number_of(name: &str) -> Option<u64> {
    name.strip_suffix(".table")?.parse().ok()
}

/// Logs and tables count separately; their checksums must not agree.
const fn file_number(table: u64) -> u64 {
    table << 1 | 1
}
