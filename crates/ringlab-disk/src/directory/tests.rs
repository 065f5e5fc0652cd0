//! A directory as a disk, and a store on it.

use ringlab::storage::conformance::{Ground, TINY, conforms, key};
use ringlab::storage::{Cells, Lsm, LsmError};
use ringlab::version::Siblings;
use tempfile::TempDir;

use super::*;

/// A store in a directory of its own. A crash is one of the program: what it held in memory goes.
struct DirectoryGround(TempDir);

impl Ground for DirectoryGround {
    type Cells = Lsm<Directory>;

    fn open(&mut self) -> Result<Lsm<Directory>, String> {
        let disk = Directory::open(self.0.path()).map_err(|error| error.to_string())?;
        Lsm::open(disk, TINY).map_err(|error| error.to_string())
    }

    fn close(&mut self, cells: Lsm<Directory>) {
        drop(cells);
    }
}

#[test]
fn a_log_structured_store_conforms_in_a_directory() {
    let test = "directory::tests::a_log_structured_store_conforms_in_a_directory";
    conforms(test, 30, |_| DirectoryGround(TempDir::new().unwrap()));
}

#[test]
fn a_directory_is_a_disk() {
    let folder = TempDir::new().unwrap();
    let mut disk = Directory::open(folder.path().join("made")).unwrap();
    let missing = DiskError::Missing { name: "a".into() };
    assert_eq!(disk.append("a", b"x"), Err(missing.clone()));
    disk.create("a").unwrap();
    assert_eq!(
        disk.create("a"),
        Err(DiskError::Exists { name: "a".into() })
    );
    disk.append("a", b"left-pad").unwrap();
    disk.sync("a").unwrap();
    let mut bytes = [0; 3];
    disk.read("a", 5, &mut bytes).unwrap();
    assert_eq!((&bytes, disk.length("a")), (b"pad", Ok(8)));
    assert_eq!(
        disk.read("a", 6, &mut bytes),
        Err(DiskError::PastEnd { name: "a".into() })
    );
    disk.create("b").unwrap();
    disk.rename("a", "b").unwrap();
    assert_eq!(
        (disk.list(), disk.read_all("b")),
        (Ok(vec!["b".into()]), Ok(b"left-pad".into()))
    );
    assert_eq!(disk.length("a"), Err(missing));
    disk.delete("b").unwrap();
    assert_eq!(disk.list(), Ok(Vec::new()));
    assert!(disk.delete("b").is_err());
}

#[test]
fn a_directory_has_one_owner_at_a_time() {
    let folder = TempDir::new().unwrap();
    let first = Directory::open(folder.path()).unwrap();
    assert!(matches!(
        Directory::open(folder.path()),
        Err(DiskError::Failed { .. })
    ));
    drop(first);
    assert!(Directory::open(folder.path()).is_ok());
}

#[test]
fn a_file_that_somebody_damaged_is_told_with_its_name() {
    let folder = TempDir::new().unwrap();
    let mut cells = Lsm::open(Directory::open(folder.path()).unwrap(), TINY).unwrap();
    let cell = Siblings::loaded(ringlab::pair::Value::new(b"1").unwrap());
    for number in 0..10 {
        cells.put(&key(number), &cell).unwrap();
        cells.sync().unwrap();
    }
    drop(cells);
    let log = folder.path().join("000000000001.log");
    let mut bytes = fs::read(&log).unwrap();
    bytes[60] ^= 4;
    fs::write(&log, bytes).unwrap();
    let refused = Lsm::open(Directory::open(folder.path()).unwrap(), TINY).unwrap_err();
    assert!(matches!(&refused, LsmError::Damaged(damage) if damage.file == "000000000001.log"));
    assert!(refused.to_string().contains("is damaged"), "{refused}");
}
