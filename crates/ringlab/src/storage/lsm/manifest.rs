//! The manifest: which files are the store. It is written anew and renamed, so it is the old one
//! or the new one, never between. It knows not what the files say.

use crate::codec::{Malformed, Reader, write_number};
use crate::disk::Disk;
use crate::hash::Token;
use crate::ring::TokenRange;

use super::checksum::{Address, seal, unseal};
use super::damage::{Damage, LsmError, Part};

/// Its file.
pub(super) const MANIFEST: &str = "manifest";
/// Its file until it is whole.
pub(super) const MANIFEST_NEW: &str = "manifest.new";
/// The first format.
const FORMAT: u64 = 1;
/// No log and no table has this number.
const ADDRESS: Address = Address {
    file: u64::MAX,
    offset: 0,
};

/// The files of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The first segment of the log that counts; all later ones do.
    pub(super) first_log: u64,
    /// Above the number of every table that ever counted.
    pub(super) next_table: u64,
    /// The tables that count, the oldest first.
    pub(super) tables: Vec<u64>,
}

impl Manifest {
    /// Reads it; nothing when there is none.
    pub(super) fn read(disk: &impl Disk) -> Result<Self, LsmError> {
        let bytes = disk.read_all(MANIFEST)?;
        let manifest = unseal(ADDRESS, &bytes).and_then(|bytes| Self::decode(bytes).ok());
        manifest.ok_or_else(|| damage().into())
    }

    /// Makes it the store's.
    pub(super) fn write(&self, disk: &mut impl Disk) -> Result<(), LsmError> {
        let mut bytes = Vec::new();
        self.encode(&mut bytes);
        seal(ADDRESS, &mut bytes, 0);
        if disk.length(MANIFEST_NEW).is_ok() {
            disk.delete(MANIFEST_NEW)?;
        }
        disk.create(MANIFEST_NEW)?;
        disk.append(MANIFEST_NEW, &bytes)?;
        disk.sync(MANIFEST_NEW)?;
        Ok(disk.rename(MANIFEST_NEW, MANIFEST)?)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let head = [
            FORMAT,
            self.first_log,
            self.next_table,
            self.tables.len() as u64,
        ];
        for &number in head.iter().chain(&self.tables) {
            write_number(out, number);
        }
    }

    fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        if reader.number()? != FORMAT {
            return Err(Malformed);
        }
        let (first_log, next_table) = (reader.number()?, reader.number()?);
        let count = reader.number()?;
        let tables = (0..count)
            .map(|_| reader.number())
            .collect::<Result<_, _>>()?;
        reader.end()?;
        Ok(Self {
            first_log,
            next_table,
            tables,
        })
    }
}

/// The manifest cannot be read.
pub(super) fn damage() -> Damage {
    Damage {
        file: MANIFEST.into(),
        offset: 0,
        part: Part::Manifest,
        range: TokenRange::whole(Token(0)),
    }
}
