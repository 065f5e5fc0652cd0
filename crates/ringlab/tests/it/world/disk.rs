//! A node's disk, which outlives it: a crash takes what was not synced, or some of it. It knows no
//! node.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ringlab::disk::{Disk, DiskError, MemoryDisk, Operation};

/// A disk with a node's hand on it.
pub(crate) type WorldDisk = Rc<RefCell<CrashingDisk>>;

/// A disk in memory that knows what would survive.
#[derive(Clone, Debug, Default)]
pub(crate) struct CrashingDisk {
    files: MemoryDisk,
    synced: BTreeMap<String, usize>,
    /// It says that it synced, and does nothing.
    pub(crate) lies: bool,
    /// It says that it could not sync.
    pub(crate) fails: bool,
    /// It has no room for more.
    pub(crate) is_full: bool,
    /// How often it was asked to sync.
    pub(crate) syncs: u64,
}

impl CrashingDisk {
    /// What a crash leaves: of what was not synced, as much of each file as `kept` says.
    pub(crate) fn crash(&mut self, mut kept: impl FnMut(usize) -> usize) {
        for name in self.files.list().unwrap() {
            let synced = self.synced.get(&name).copied().unwrap_or(0);
            let file = self.files.file_mut(&name).unwrap();
            let left = synced + kept(file.len() - synced);
            file.truncate(left);
            self.synced.insert(name, left);
        }
    }

    /// Flips a bit in one of the files that end so, if there are any; whether there are.
    pub(crate) fn flip(&mut self, suffix: &str, at: impl FnOnce(usize) -> usize) -> bool {
        let names = self.files.list().unwrap();
        let Some(name) = names.iter().find(|name| name.ends_with(suffix)) else {
            return false;
        };
        let file = self.files.file_mut(name).unwrap();
        let bits = file.len() * 8;
        if bits == 0 {
            return false;
        }
        let bit = at(bits);
        file[bit / 8] ^= 1 << (bit % 8);
        true
    }

    /// Flips the first bit of each file that ends so, but of the oldest one.
    pub(crate) fn flip_all_but_oldest(&mut self, suffix: &str) {
        let names = self.files.list().unwrap();
        let such = names.iter().filter(|name| name.ends_with(suffix));
        for name in such.skip(1) {
            self.files.file_mut(name).unwrap()[0] ^= 1;
        }
    }
}

impl Disk for CrashingDisk {
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.files.create(name)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        if self.is_full {
            return Err(DiskError::Full);
        }
        self.files.append(name, bytes)
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.syncs += 1;
        if self.fails {
            return Err(DiskError::Failed {
                operation: Operation::Sync,
                name: name.into(),
                reason: "it is told to".into(),
            });
        }
        let length = self.files.length(name)? as usize;
        if !self.lies {
            self.synced.insert(name.into(), length);
        }
        Ok(())
    }

    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError> {
        self.files.read(name, offset, bytes)
    }

    fn length(&self, name: &str) -> Result<u64, DiskError> {
        self.files.length(name)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        let synced = self.synced.remove(from).unwrap_or(0);
        self.synced.insert(to.into(), synced);
        self.files.rename(from, to)
    }

    fn delete(&mut self, name: &str) -> Result<(), DiskError> {
        self.synced.remove(name);
        self.files.delete(name)
    }

    fn list(&self) -> Result<Vec<String>, DiskError> {
        self.files.list()
    }
}
