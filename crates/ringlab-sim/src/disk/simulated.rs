//! A node's disk with everything that disks do wrong, from a seed. It knows no records.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use ringlab::disk::{Disk, DiskError, Operation, read_within};
use ringlab::sorted::SortedMap;

use super::DiskOptions;
use crate::random::Chance;

/// Files that are read as far as they were not torn: what was never synced may be missing at their
/// end. All others are synced once and checked as a whole.
const LOGS: [&str; 2] = [".log", ".journal"];
/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;
/// The whole of what probabilities are parts of.
pub const MILLION: u32 = 1_000_000;

/// What goes wrong, and how often in a million times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskFaults {
    /// At a crash, per sector that was not synced: it is not there, though what follows it may be.
    pub lost_sector: u32,
    /// Per append: a bit of it is stored as its opposite.
    pub flipped_bit: u32,
    /// Per append: it lands somewhere else in the file, and where it should be are zeros.
    pub misdirected: u32,
    /// Per read: an error.
    pub read_error: u32,
    /// Per append: an error, after some of it.
    pub write_error: u32,
    /// Per sync: an error.
    pub sync_error: u32,
    /// Per sync: it says that it did, and did nothing.
    pub lying_sync: u32,
    /// Per append or sync: it takes [`slow_times`](Self::slow_times) as long.
    pub slow: u32,
    /// How many times as long.
    pub slow_times: u32,
    /// Bytes that all files may have.
    pub capacity_bytes: u64,
}

impl DiskFaults {
    /// Only what every disk does at a crash: half of the sectors that were not synced are lost.
    pub const NONE: Self = Self {
        lost_sector: MILLION / 2,
        flipped_bit: 0,
        misdirected: 0,
        read_error: 0,
        write_error: 0,
        sync_error: 0,
        lying_sync: 0,
        slow: 0,
        slow_times: 1,
        capacity_bytes: u64::MAX,
    };
}

/// What has gone wrong so far, in times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskFaultsSeen {
    /// Sectors lost at a crash.
    pub lost_sectors: u64,
    /// Bits flipped.
    pub flipped_bits: u64,
    /// Appends misdirected.
    pub misdirected: u64,
    /// Errors of reads, appends and syncs.
    pub errors: u64,
    /// Syncs that did nothing.
    pub lying_syncs: u64,
    /// Files that lost at a crash what they were said to have synced, or in which that is not what
    /// was given and nothing behind it tells, so that it looks like what was never synced.
    pub broken_promises: u64,
    /// Appends and syncs that took long.
    pub slow: u64,
    /// Appends refused for want of room.
    pub full: u64,
}

/// A disk in memory that is as bad as it is told to be.
#[derive(Clone, Debug)]
pub struct SimulatedDisk {
    files: SortedMap<String, File>,
    options: DiskOptions,
    faults: DiskFaults,
    /// A read changes what comes next, too.
    chance: RefCell<Chance>,
    seen: RefCell<DiskFaultsSeen>,
    busy: Duration,
    /// Operations until the power goes, if it will.
    power: Option<u64>,
}

#[derive(Clone, Debug, Default)]
struct File {
    /// Shared with copies of the disk until one of them changes it.
    bytes: Rc<Vec<u8>>,
    /// So many of them survive a crash.
    synced: usize,
    /// So many of them are said to.
    promised: usize,
    /// So many were said to when the last append came that is stored whole and as it was given.
    vouched: usize,
    /// What is not.
    spoiled: Vec<Spoiled>,
}

/// Where something begins that is not stored as it was given, or that an append landed on.
#[derive(Clone, Copy, Debug)]
struct Spoiled {
    at: usize,
    /// Where the first append ends that came when this was said to be synced: as long as that is there
    /// whole, it tells that there was more before it.
    voucher: Option<usize>,
}

impl SimulatedDisk {
    /// An empty disk.
    #[must_use]
    pub fn new(options: DiskOptions, faults: DiskFaults, seed: u64) -> Self {
        Self {
            files: SortedMap::new(),
            options,
            faults,
            chance: RefCell::new(Chance::new(seed)),
            seen: RefCell::default(),
            busy: Duration::ZERO,
            power: None,
        }
    }

    /// Another disk with the same files, which goes wrong in its own way. O(files).
    #[must_use]
    pub fn copy(&self, seed: u64) -> Self {
        Self {
            files: self.files.clone(),
            ..Self::new(self.options, self.faults, seed)
        }
    }

    /// All files are gone.
    pub fn wipe(&mut self) {
        self.files.clear();
        self.power = None;
    }

    /// How long it takes to make so many bytes survive a crash.
    #[must_use]
    pub fn time_to_sync(&self, bytes: u64) -> Duration {
        let time = self.options.sync + self.options.moving(bytes);
        let slow = self.happens(self.faults.slow);
        time * if slow { self.faults.slow_times } else { 1 }
    }

    /// What goes wrong now.
    #[must_use]
    pub const fn faults(&self) -> DiskFaults {
        self.faults
    }

    /// Other faults from now on.
    pub const fn set_faults(&mut self, faults: DiskFaults) {
        self.faults = faults;
    }

    /// The power goes after so many operations that change something: in the middle of the last
    /// when that is an append.
    pub const fn cut_power_after(&mut self, operations: u64) {
        self.power = Some(operations);
    }

    /// The power stays, or is back.
    pub const fn restore_power(&mut self) {
        self.power = None;
    }

    /// Whether the power is off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.power == Some(0)
    }

    /// What a power cut leaves; the power is back.
    pub fn crash(&mut self) {
        self.power = None;
        let chance = self.chance.get_mut();
        let seen = self.seen.get_mut();
        for (name, file) in self.files.iter_mut() {
            let is_log = LOGS.iter().any(|end| name.ends_with(end));
            let unsynced = file.bytes.len() - file.synced;
            if unsynced == 0 {
                seen.broken_promises += u64::from(is_log && file.is_spoiled(file.synced));
                file.spoiled.clear();
                continue;
            }
            let kept = chance.up_to(u32::try_from(unsynced).unwrap_or(u32::MAX)) as usize;
            let bytes = Rc::make_mut(&mut file.bytes);
            bytes.truncate(file.synced + kept);
            let (mut at, mut whole) = (file.synced, bytes.len());
            while at < bytes.len() {
                let end = ((at / SECTOR_BYTES + 1) * SECTOR_BYTES).min(bytes.len());
                if happens(chance, self.faults.lost_sector) {
                    bytes[at..end].fill(0);
                    seen.lost_sectors += 1;
                    whole = whole.min(at);
                }
                at = end;
            }
            let left = bytes.len();
            let is_broken = whole < file.promised || is_log && file.is_spoiled(whole);
            seen.broken_promises += u64::from(is_broken);
            file.spoiled.clear();
            (file.synced, file.promised) = (left, left);
        }
    }

    /// How long its operations took since the last call.
    pub fn take_busy(&mut self) -> Duration {
        std::mem::take(&mut self.busy)
    }

    /// What has gone wrong so far.
    #[must_use]
    pub fn seen(&self) -> DiskFaultsSeen {
        *self.seen.borrow()
    }

    fn happens(&self, of_a_million: u32) -> bool {
        happens(&mut self.chance.borrow_mut(), of_a_million)
    }

    fn fails(&self, name: &str, operation: Operation, of_a_million: u32) -> Result<(), DiskError> {
        if !self.happens(of_a_million) {
            return Ok(());
        }
        self.seen.borrow_mut().errors += 1;
        Err(failed(operation, name, "a fault of the simulated disk"))
    }

    /// Counts an operation that changes something; an error when there is no power for it.
    fn spend_power(&mut self, operation: Operation, name: &str) -> Result<(), DiskError> {
        if self.is_off() {
            return Err(failed(operation, name, "the power is off"));
        }
        self.power = self.power.map(|left| left - 1);
        Ok(())
    }

    fn spend_time(&mut self, base: Duration, bytes: u64) {
        let mut spent = base + self.options.moving(bytes);
        if self.happens(self.faults.slow) {
            self.seen.get_mut().slow += 1;
            spent *= self.faults.slow_times;
        }
        self.busy += spent;
    }

    fn file(&self, name: &str) -> Result<&File, DiskError> {
        self.files.get(name).ok_or_else(|| missing(name))
    }

    fn up_to(&mut self, most: usize) -> usize {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        self.chance.get_mut().up_to(most) as usize
    }

    /// Adds what gets stored of an append, which is not always what was given, and not always all.
    fn store(&mut self, name: &str, bytes: &[u8], is_whole: bool) -> Result<(), DiskError> {
        let mut bytes = Cow::Borrowed(bytes);
        let flips = !bytes.is_empty() && self.happens(self.faults.flipped_bit);
        if flips {
            let at = self.up_to(bytes.len() - 1);
            bytes.to_mut()[at] ^= 1 << self.up_to(7);
            self.seen.get_mut().flipped_bits += 1;
        }
        let before = self.file(name)?.bytes.len();
        let elsewhere = before > 0 && self.happens(self.faults.misdirected);
        let place = elsewhere.then(|| self.up_to(before - 1));
        let file = self.files.get_mut(name).ok_or_else(|| missing(name))?;
        let stored = Rc::make_mut(&mut file.bytes);
        let landed = place.map(|place| place..(place + bytes.len()).min(before));
        if let Some(landed) = &landed {
            stored[landed.clone()].copy_from_slice(&bytes[..landed.len()]);
            bytes.to_mut().fill(0);
            self.seen.get_mut().misdirected += 1;
        }
        stored.extend_from_slice(&bytes);
        if flips || elsewhere {
            let given = before..before + bytes.len();
            landed.into_iter().for_each(|landed| file.spoil(landed));
            file.spoil(given);
        } else if is_whole {
            file.vouch();
        }
        Ok(())
    }
}

impl File {
    /// What is stored there is not what was given.
    fn spoil(&mut self, bytes: Range<usize>) {
        if bytes.end > self.vouched {
            let at = bytes.start.max(self.vouched);
            self.spoiled.push(Spoiled { at, voucher: None });
        }
    }

    /// An append is stored whole and as it was given: it tells how much was said to be synced.
    fn vouch(&mut self) {
        self.vouched = self.promised;
        let end = self.bytes.len();
        for spoiled in &mut self.spoiled {
            if spoiled.at < self.promised && spoiled.voucher.is_none() {
                spoiled.voucher = Some(end);
            }
        }
    }

    /// Whether it lacks what it was said to have synced, and nothing behind that tells, when a crash
    /// has left so much of it whole.
    fn is_spoiled(&self, whole: usize) -> bool {
        let is_silent = |spoiled: &Spoiled| {
            spoiled.at < self.promised && spoiled.voucher.is_none_or(|end| end > whole)
        };
        self.spoiled.iter().any(is_silent)
    }
}

impl Disk for SimulatedDisk {
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.spend_power(Operation::Name, name)?;
        if self.files.contains_key(name) {
            return Err(DiskError::Exists { name: name.into() });
        }
        self.files.insert(name.into(), File::default());
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.spend_power(Operation::Append, name)?;
        let taken = || {
            self.files
                .values()
                .map(|file| file.bytes.len())
                .sum::<usize>()
        };
        if self.faults.capacity_bytes < u64::MAX
            && (taken() + bytes.len()) as u64 > self.faults.capacity_bytes
        {
            self.seen.get_mut().full += 1;
            return Err(DiskError::Full);
        }
        self.spend_time(self.options.write, bytes.len() as u64);
        let mut done = self.fails(name, Operation::Append, self.faults.write_error);
        if done.is_ok() && self.is_off() {
            done = Err(failed(Operation::Append, name, "the power went"));
        }
        let stored = match &done {
            Ok(()) => bytes.len(),
            Err(_) => self.up_to(bytes.len()),
        };
        self.store(name, &bytes[..stored], done.is_ok())?;
        done
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.spend_power(Operation::Sync, name)?;
        self.spend_time(self.options.sync, 0);
        self.fails(name, Operation::Sync, self.faults.sync_error)?;
        let lies = self.happens(self.faults.lying_sync);
        self.seen.get_mut().lying_syncs += u64::from(lies);
        let file = self.files.get_mut(name).ok_or_else(|| missing(name))?;
        file.promised = file.bytes.len();
        if !lies {
            file.synced = file.bytes.len();
            let synced = file.synced;
            let is_told = |spoiled: &Spoiled| spoiled.voucher.is_some_and(|end| end <= synced);
            file.spoiled.retain(|spoiled| !is_told(spoiled));
        }
        Ok(())
    }

    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError> {
        self.fails(name, Operation::Read, self.faults.read_error)?;
        read_within(name, &self.file(name)?.bytes, offset, bytes)
    }

    fn length(&self, name: &str) -> Result<u64, DiskError> {
        Ok(self.file(name)?.bytes.len() as u64)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.spend_power(Operation::Name, from)?;
        let file = self.files.remove(from).ok_or_else(|| missing(from))?;
        self.files.insert(to.into(), file);
        Ok(())
    }

    fn delete(&mut self, name: &str) -> Result<(), DiskError> {
        self.spend_power(Operation::Name, name)?;
        self.files
            .remove(name)
            .map(|_| ())
            .ok_or_else(|| missing(name))
    }

    fn list(&self) -> Result<Vec<String>, DiskError> {
        Ok(self.files.keys().cloned().collect())
    }
}

fn happens(chance: &mut Chance, of_a_million: u32) -> bool {
    of_a_million > 0 && chance.up_to(MILLION - 1) < of_a_million
}

fn missing(name: &str) -> DiskError {
    DiskError::Missing { name: name.into() }
}

fn failed(operation: Operation, name: &str, reason: &str) -> DiskError {
    DiskError::Failed {
        operation,
        name: name.into(),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
