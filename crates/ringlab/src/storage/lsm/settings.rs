//! What an operator chooses for a log-structured store, with bounds. All of it may change while
//! the store is open: what is made next takes the new value.

use std::fmt;
use std::ops::RangeInclusive;

/// Settings of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LsmSettings {
    /// Bytes in memory that become a table. A second one as large may wait to be written.
    pub memtable_bytes: u64,
    /// Bytes of a segment of the log before the next begins.
    pub log_segment_bytes: u64,
    /// Bytes of a block: what is read, checked and kept in memory at a time.
    pub block_bytes: u64,
    /// A Bloom filter takes one absent key of so many for present.
    pub filter_one_in: u32,
    /// Tables of about one size that become one, so many times as large.
    pub merge_width: u32,
    /// Bytes of blocks that were read and are kept in memory.
    pub cache_bytes: u64,
}

/// Bounds of [`LsmSettings::memtable_bytes`].
pub const MEMTABLE_BYTES: RangeInclusive<u64> = 1 << 10..=1 << 30;
/// Bounds of [`LsmSettings::log_segment_bytes`].
pub const LOG_SEGMENT_BYTES: RangeInclusive<u64> = 1 << 10..=1 << 30;
/// Bounds of [`LsmSettings::block_bytes`].
pub const BLOCK_BYTES: RangeInclusive<u64> = 1 << 7..=1 << 20;
/// Bounds of [`LsmSettings::filter_one_in`].
pub const FILTER_ONE_IN: RangeInclusive<u32> = 2..=1_000_000;
/// Bounds of [`LsmSettings::merge_width`].
pub const MERGE_WIDTH: RangeInclusive<u32> = 2..=16;
/// Bounds of [`LsmSettings::cache_bytes`].
pub const CACHE_BYTES: RangeInclusive<u64> = 0..=1 << 40;

impl LsmSettings {
    /// For a node with some memory: 16 MiB of memtable, 64 MiB of cache, blocks of 4 KiB.
    pub const DEFAULT: Self = Self {
        memtable_bytes: 16 << 20,
        log_segment_bytes: 16 << 20,
        block_bytes: 4 << 10,
        filter_one_in: 100,
        merge_width: 4,
        cache_bytes: 64 << 20,
    };

    /// For one of a thousand nodes in one program: 256 KiB of memtable and of cache.
    pub const SMALL: Self = Self {
        memtable_bytes: 256 << 10,
        log_segment_bytes: 256 << 10,
        cache_bytes: 256 << 10,
        ..Self::DEFAULT
    };

    /// Makes sure that every value is within its bounds.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`]: the first that is not.
    pub fn check(&self) -> Result<(), OutOfBounds> {
        let one_in = u64::from(self.filter_one_in);
        let width = u64::from(self.merge_width);
        let wide = |bounds: RangeInclusive<u32>| (*bounds.start()).into()..=(*bounds.end()).into();
        for (setting, value, bounds) in [
            ("memtable_bytes", self.memtable_bytes, MEMTABLE_BYTES),
            (
                "log_segment_bytes",
                self.log_segment_bytes,
                LOG_SEGMENT_BYTES,
            ),
            ("block_bytes", self.block_bytes, BLOCK_BYTES),
            ("filter_one_in", one_in, wide(FILTER_ONE_IN)),
            ("merge_width", width, wide(MERGE_WIDTH)),
            ("cache_bytes", self.cache_bytes, CACHE_BYTES),
        ] {
            if !bounds.contains(&value) {
                let (least, most) = bounds.into_inner();
                return Err(OutOfBounds {
                    setting,
                    value,
                    least,
                    most,
                });
            }
        }
        Ok(())
    }
}

impl Default for LsmSettings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A setting is not within its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBounds {
    /// Which one.
    pub setting: &'static str,
    /// What was asked for.
    pub value: u64,
    /// The least there may be.
    pub least: u64,
    /// The most there may be.
    pub most: u64,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setting,
            value,
            least,
            most,
        } = self;
        write!(f, "{setting} is {value}; it goes from {least} to {most}")
    }
}

impl std::error::Error for OutOfBounds {}
