//! How long a node's disk takes to store, and a disk that does wrong what disks do. It knows no
//! records, only their size.

mod simulated;

use std::time::Duration;

use ringlab::message::Record;
use ringlab::pair::Key;
use ringlab::version::Siblings;

pub use simulated::{DiskFaults, DiskFaultsSeen, MILLION, SimulatedDisk};

/// What a disk is like; every node's alike, no failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskOptions {
    /// To store anything so that it survives a crash.
    pub sync: Duration,
    /// To hand anything to the system without waiting for the disk.
    pub write: Duration,
    /// Bytes in a second.
    pub bytes_per_second: u64,
}

impl DiskOptions {
    /// A solid-state disk in a data centre: 100 us to sync, 10 us to write, 1 GB/s.
    pub const SOLID_STATE: Self = Self {
        sync: Duration::from_micros(100),
        write: Duration::from_micros(10),
        bytes_per_second: 1_000_000_000,
    };

    /// What a record takes on a disk, about.
    #[must_use]
    pub fn bytes_of(record: &Record) -> u64 {
        match record {
            Record::Cell(key, siblings) | Record::Hint((key, _), siblings) => {
                key.bytes().len() as u64 + siblings.bytes()
            }
            Record::HintGone((key, _)) => key.bytes().len() as u64,
            Record::Forgotten(cells) | Record::Cells(cells) => {
                let bytes = |(key, cell): &(Key, Siblings)| key.bytes().len() as u64 + cell.bytes();
                cells.iter().map(bytes).sum()
            }
            Record::Batch(batch) => batch.load.bytes,
            Record::Step(_) | Record::Released(_) => 0,
        }
    }

    /// How long bytes take to go to the disk and no more. Whole microseconds.
    fn moving(&self, bytes: u64) -> Duration {
        let moving = bytes.saturating_mul(1_000_000) / self.bytes_per_second.max(1);
        Duration::from_micros(moving)
    }
}
