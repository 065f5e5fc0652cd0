//! Crashes at any byte of the log, with any of its unsynced bytes lost.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// A log with 10 writes that were synced, then 10 that were not, all given to the disk; its file,
/// how long the synced part is, and what there was after each write.
fn log() -> (MemoryDisk, String, usize, Vec<Content>) {
    let mut cells = Lsm::open(MemoryDisk::default(), LOG_ONLY).unwrap();
    let mut states = write(&mut cells, 0..10);
    cells.sync().unwrap();
    let synced = cells.log.synced() as usize;
    states.extend(write(&mut cells, 10..20).into_iter().skip(1));
    cells.log.write_out(&mut cells.disk).unwrap();
    let disk = cells.into_disk();
    let name = file(&disk, ".log");
    (disk, name, synced, states)
}

/// How many writes a store has, or nothing when it is no state that ever was.
fn writes(content: &Content, states: &[Content]) -> Option<usize> {
    states.iter().position(|state| state == content)
}

#[test]
fn whatever_a_crash_leaves_of_what_was_not_synced_the_rest_is_there() {
    let (disk, name, synced, states) = log();
    let mut disk = disk;
    let bytes = disk.file_mut(&name).unwrap().clone();
    let mut found = std::collections::BTreeSet::new();
    for end in synced..=bytes.len() {
        for hole in [None, Some(synced), Some((synced + end) / 2)] {
            let mut disk = disk.clone();
            let file = disk.file_mut(&name).unwrap();
            file.truncate(end);
            if let Some(hole) = hole {
                let hole = hole..end.min(hole + 50);
                file[hole].fill(0);
            }
            let cells = Lsm::open(disk, LOG_ONLY).unwrap();
            let writes = writes(&content(&cells).unwrap(), &states).expect("a state that was");
            assert!(
                writes >= 10,
                "{writes} of 10 synced: cut at {end}, hole {hole:?}"
            );
            found.insert(writes);
            let again = Lsm::open(cells.into_disk(), LOG_ONLY).unwrap();
            assert_eq!(content(&again).unwrap(), states[writes], "and again");
        }
    }
    assert_eq!(found.len(), 11, "every record was torn once");
}

#[test]
fn a_log_that_was_torn_says_where() {
    let (mut disk, name, _, _) = log();
    let file = disk.file_mut(&name).unwrap();
    let end = file.len() - 3;
    file.truncate(end);
    let cells = Lsm::open(disk, LOG_ONLY).unwrap();
    let torn = cells.recovery().torn.as_ref().unwrap();
    assert_eq!((&torn.file, cells.recovery().replayed), (&name, 19));
    assert!(torn.offset < end as u64);
}

#[test]
fn a_synced_record_that_cannot_be_read_is_never_taken_for_the_end() {
    let (disk, name, synced, states) = log();
    for at in 0..synced {
        for bit in [0, 7] {
            let mut disk = disk.clone();
            disk.file_mut(&name).unwrap()[at] ^= 1 << bit;
            let refused = Lsm::open(disk.clone(), LOG_ONLY).unwrap_err();
            let LsmError::Damaged(damage) = refused else {
                panic!("{refused} at {at}");
            };
            assert_eq!((&damage.file, damage.part), (&name, Part::Record));
            assert!(damage.offset <= at as u64 && at as u64 - damage.offset < 100);
            let salvaged = Lsm::salvage(disk, LOG_ONLY, |_, _| Ok(())).unwrap();
            assert_eq!(salvaged.recovery().damaged, [damage]);
            let lost = states[20].len() - content(&salvaged).unwrap().len();
            assert!(lost <= 1, "one record, not what follows it: {lost} keys");
        }
    }
}

#[test]
fn segments_that_are_missing_or_too_short_are_told() {
    let settings = LsmSettings {
        log_segment_bytes: 1 << 10,
        ..LOG_ONLY
    };
    let mut cells = Lsm::open(MemoryDisk::default(), settings).unwrap();
    write(&mut cells, 0..100);
    cells.sync().unwrap();
    let disk = cells.into_disk();
    let logs: Vec<String> = disk
        .list()
        .unwrap()
        .into_iter()
        .filter(|n| n.ends_with(".log"))
        .collect();
    assert!(logs.len() > 3, "{logs:?}");
    for name in &logs[..logs.len() - 1] {
        let mut gone = disk.clone();
        gone.delete(name).unwrap();
        let mut short = disk.clone();
        let file = short.file_mut(name).unwrap();
        // A whole record less is no torn one.
        let segment =
            log::segment::Segment::read(&disk, LOGS, LOGS.number_of(name).unwrap()).unwrap();
        file.truncate(segment.last_record() as usize);
        for disk in [gone, short] {
            let refused = Lsm::open(disk, settings).unwrap_err();
            assert!(matches!(&refused, LsmError::Damaged(damage) if damage.file == *name));
        }
    }
}
