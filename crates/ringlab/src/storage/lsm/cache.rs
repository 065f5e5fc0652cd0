//! Blocks that were read and are kept, up to a number of bytes. A block that was asked for again
//! gets a second chance before it goes.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::disk::Disk;
use crate::sorted::SortedMap;

use super::damage::LsmError;
use super::sstable::Table;

/// Blocks by table and place.
#[derive(Clone, Debug, Default)]
pub(super) struct Cache {
    tables: SortedMap<u64, Vec<Option<Kept>>>,
    /// In order of coming; those of deleted tables are passed over.
    queue: VecDeque<(u64, usize)>,
    bytes: u64,
}

#[derive(Clone, Debug)]
struct Kept {
    block: Arc<[u8]>,
    again: bool,
}

impl Cache {
    /// A block of a table: kept, or read and then kept.
    pub(super) fn block(
        &mut self,
        disk: &impl Disk,
        table: &Table,
        at: usize,
        bytes_max: u64,
    ) -> Result<Arc<[u8]>, LsmError> {
        let kept = self.tables.get_mut(&table.number());
        if let Some(Some(kept)) = kept.map(|blocks| &mut blocks[at]) {
            kept.again = true;
            return Ok(kept.block.clone());
        }
        let block = table.read_block(disk, at)?;
        self.keep(table, at, block.clone());
        self.shrink(bytes_max);
        Ok(block)
    }

    /// Lets go of a table's blocks.
    pub(super) fn forget(&mut self, table: u64) {
        let blocks = self.tables.remove(&table).unwrap_or_default();
        let bytes = blocks.iter().flatten().map(|kept| kept.block.len() as u64);
        self.bytes -= bytes.sum::<u64>();
        self.queue.retain(|place| place.0 != table);
    }

    /// Lets go of blocks until no more than so many bytes are kept.
    pub(super) fn shrink(&mut self, bytes_max: u64) {
        while self.bytes > bytes_max
            && let Some((table, at)) = self.queue.pop_front()
        {
            let place = self.tables.get_mut(&table).map(|blocks| &mut blocks[at]);
            let Some(place) = place else { continue };
            match place {
                Some(kept) if kept.again => {
                    kept.again = false;
                    self.queue.push_back((table, at));
                }
                place => {
                    let gone = place.take().map_or(0, |kept| kept.block.len() as u64);
                    self.bytes -= gone;
                }
            }
        }
    }

    fn keep(&mut self, table: &Table, at: usize, block: Arc<[u8]>) {
        let blocks = self.tables.entry(table.number()).or_default();
        if blocks.is_empty() {
            blocks.resize_with(table.blocks(), || None);
        }
        self.bytes += block.len() as u64;
        self.queue.push_back((table.number(), at));
        blocks[at] = Some(Kept {
            block,
            again: false,
        });
    }
}
