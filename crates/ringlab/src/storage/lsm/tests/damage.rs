//! Files with a bit that is not what was written, blocks that lie elsewhere, and disks that are
//! full.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::disk::{DiskError, Operation};

/// Every key is as it was or an error, never another value and never gone; how many errors.
fn errors(cells: &Lsm<MemoryDisk>, state: &Content) -> usize {
    let wrong = |(key, cell): (&Key, &Siblings)| match cells.get(key) {
        Ok(got) => {
            assert_eq!(got.as_deref(), Some(cell));
            false
        }
        Err(LsmError::Damaged(damage)) => {
            assert!(crate::storage::RangeSet::from(damage.range).contains(key.token()));
            true
        }
        Err(error) => panic!("{error}"),
    };
    state.iter().filter(|&entry| wrong(entry)).count()
}

#[test]
fn settings_that_cannot_be_open_nothing() {
    let settings = LsmSettings {
        block_bytes: 0,
        ..LsmSettings::default()
    };
    let salvaged = Lsm::salvage(MemoryDisk::default(), settings, |_, _| Ok(()));
    for opened in [Lsm::open(MemoryDisk::default(), settings), salvaged] {
        let refused = opened.unwrap_err();
        assert!(matches!(refused, LsmError::Settings(_)), "{refused}");
    }
}

#[test]
fn every_flipped_bit_of_a_table_is_told_when_opening_or_reading() {
    let (cells, state) = settled();
    let disk = cells.into_disk();
    let name = file(&disk, ".table");
    let length = disk.length(&name).unwrap() as usize;
    let mut parts = std::collections::BTreeSet::new();
    for at in 0..length {
        let mut disk = disk.clone();
        disk.file_mut(&name).unwrap()[at] ^= 1 << (at % 8);
        let damage = match Lsm::open(disk.clone(), TINY) {
            Err(LsmError::Damaged(damage)) => damage,
            Err(error) => panic!("{error}"),
            Ok(cells) => {
                let found = cells.scrub().unwrap();
                let is_read = errors(&cells, &state) > 0;
                assert!(is_read, "byte {at} is of no key: {found:?}");
                assert!(content(&cells).is_err());
                found.into_iter().next().expect("a scrub finds it")
            }
        };
        assert_eq!(damage.file, name);
        assert!(damage.offset <= at as u64);
        parts.insert(format!("{:?}", damage.part));
        let mut told = 0;
        let salvaged = Lsm::salvage(disk.clone(), TINY, |damaged, now| {
            assert_eq!(now, &disk, "it is told before anything is written");
            told = damaged.len();
            Ok(())
        });
        assert_eq!(salvaged.unwrap().recovery().damaged.len(), told);
        assert!(told <= 1);
        let forgetful = Lsm::salvage(disk, TINY, |_, _| Err(DiskError::Full));
        assert_eq!(forgetful.is_err(), told > 0);
    }
    let told: Vec<_> = parts.iter().map(String::as_str).collect();
    assert_eq!(told, ["Block", "Filter", "Footer", "Index"]);
}

#[test]
fn every_flipped_bit_of_the_manifest_is_told() {
    let (cells, _) = settled();
    let disk = cells.into_disk();
    for at in 0..disk.length("manifest").unwrap() as usize {
        let mut disk = disk.clone();
        disk.file_mut("manifest").unwrap()[at] ^= 1 << (at % 8);
        let refused = Lsm::salvage(disk, TINY, |_, _| Ok(())).unwrap_err();
        assert!(matches!(refused, LsmError::Damaged(damage) if damage.part == Part::Manifest));
    }
    let mut gone = disk;
    gone.delete("manifest").unwrap();
    assert!(
        Lsm::open(gone, TINY).is_err(),
        "no empty store in its place"
    );
}

#[test]
fn a_block_of_another_place_or_table_is_told() {
    let (cells, state) = settled();
    let disk = cells.into_disk();
    let name = file(&disk, ".table");
    let cells = Lsm::open(disk.clone(), TINY).unwrap();
    let table = cells
        .tables
        .iter()
        .max_by_key(|table| table.bytes())
        .unwrap();
    let damage: Vec<Damage> = (0..2).map(|at| table.damage(at)).collect();
    let (from, to) = (damage[0].offset as usize, damage[1].offset as usize);
    let mut elsewhere = disk.clone();
    let file = elsewhere.file_mut(&name).unwrap();
    let block = file[from..to].to_vec();
    file[to..to + block.len()].copy_from_slice(&block);
    let cells = Lsm::open(elsewhere, TINY).unwrap();
    errors(&cells, &state);
    assert_eq!(cells.scrub().unwrap()[0], damage[1]);
    let mut renamed = disk;
    renamed.rename(&name, "000000999999.table").unwrap();
    let refused = Table::open(&renamed, 999_999).unwrap_err();
    assert!(matches!(refused, LsmError::Damaged(damage) if damage.part == Part::Footer));
}

#[test]
fn a_merge_that_meets_damage_says_so_once_and_leaves_the_table() {
    let (cells, state) = settled();
    let mut disk = cells.into_disk();
    let name = file(&disk, ".table");
    disk.file_mut(&name).unwrap()[5] ^= 1;
    let mut cells = Lsm::open(disk, TINY).unwrap();
    let mut told = Vec::new();
    for number in 40..=255 {
        // Merges are begun by writes, too.
        if let Err(error) = cells.put(&key(number), &cell(number)) {
            told.push(error);
            cells.put(&key(number), &cell(number)).unwrap();
        }
        while match cells.work(u64::MAX) {
            Ok(work) => work == Work::More,
            Err(error) => {
                told.push(error);
                true
            }
        } {}
    }
    assert_eq!(told.len(), 1, "{told:?}");
    let lost = errors(&cells, &state);
    assert!(lost > 0, "it is still told to who reads");
    // As the replica does: it fetches them from others, and takes the rest out of use.
    for key in state.keys() {
        if cells.get(key).is_err() {
            cells.put(key, &state[key]).unwrap();
        }
    }
    cells.cut_out(&name).unwrap();
    settle(&mut cells);
    assert_eq!(cells.scrub().unwrap(), []);
    assert_eq!(errors(&cells, &state), 0);
    let cells = Lsm::open(
        {
            cells.sync().unwrap();
            cells.into_disk()
        },
        TINY,
    );
    assert_eq!(errors(&cells.unwrap(), &state), 0);
}

/// A disk that does what the one inside does, until it does not.
#[derive(Debug, Default)]
struct Failing {
    disk: MemoryDisk,
    error: Option<DiskError>,
}

impl Failing {
    fn may<T>(
        &mut self,
        done: impl FnOnce(&mut MemoryDisk) -> Result<T, DiskError>,
    ) -> Result<T, DiskError> {
        match &self.error {
            Some(error) => Err(error.clone()),
            None => done(&mut self.disk),
        }
    }
}

impl Disk for Failing {
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.may(|disk| disk.create(name))
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.may(|disk| disk.append(name, bytes))
    }
    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.may(|disk| disk.sync(name))
    }
    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError> {
        self.disk.read(name, offset, bytes)
    }
    fn length(&self, name: &str) -> Result<u64, DiskError> {
        self.disk.length(name)
    }
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.may(|disk| disk.rename(from, to))
    }
    fn delete(&mut self, name: &str) -> Result<(), DiskError> {
        self.may(|disk| disk.delete(name))
    }
    fn list(&self) -> Result<Vec<String>, DiskError> {
        self.disk.list()
    }
}

#[test]
fn a_full_disk_refuses_writes_in_time_and_goes_on_when_it_has_room() {
    let mut cells = Lsm::open(Failing::default(), TINY).unwrap();
    cells.put(&key(0), &cell(0)).unwrap();
    cells.sync().unwrap();
    cells.disk_mut().error = Some(DiskError::Full);
    let mut state = Content::from([(key(0), cell(0))]);
    let refused = (0..200).find_map(|number| {
        let (key, cell) = (key(number % 20), cell(number));
        let put = cells.put(&key, &cell);
        if put.is_ok() {
            state.insert(key, cell);
        }
        put.err()
    });
    assert_eq!(
        refused,
        Some(LsmError::Disk(DiskError::Full)),
        "memory has bounds"
    );
    assert_eq!(cells.sync(), Err(LsmError::Disk(DiskError::Full)));
    assert_eq!(cells.durable(), Ticket(1));
    assert_eq!(content(&cells).unwrap(), state);
    cells.disk_mut().error = None;
    assert!(cells.sync().unwrap() > Ticket(1));
    settle(&mut cells);
    let disk = cells.into_disk();
    assert_eq!(content(&Lsm::open(disk, TINY).unwrap()).unwrap(), state);
}

#[test]
fn after_a_failed_sync_nothing_more_is_acknowledged() {
    let mut cells = Lsm::open(Failing::default(), TINY).unwrap();
    cells.put(&key(0), &cell(5)).unwrap();
    let failed = DiskError::Failed {
        operation: Operation::Sync,
        name: "any".into(),
        reason: "planted".into(),
    };
    cells.disk_mut().error = Some(failed.clone());
    assert_eq!(cells.sync(), Err(LsmError::Disk(failed)));
    cells.disk_mut().error = None;
    assert_eq!(
        cells.sync(),
        Err(LsmError::Stopped),
        "a second try would tell nothing"
    );
    assert_eq!(cells.put(&key(1), &cell(1)), Err(LsmError::Stopped));
    assert_eq!(cells.work(1), Err(LsmError::Stopped));
    assert_eq!(cells.durable(), Ticket(0));
    assert_eq!(cells.get(&key(0)).unwrap().as_deref(), Some(&cell(5)));
}
