//! A log-structured store on disks that lose power in the middle of anything and do everything
//! wrong.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::rc::Rc;

use proptest::prelude::*;
use ringlab::hash::Token;
use ringlab::pair::{Key, Value};
use ringlab::property::{holds, is_broken};
use ringlab::ring::TokenRange;
use ringlab::storage::conformance::{LsmGround, TINY, conforms, is_caught, key};
use ringlab::storage::{Cells, Lsm, LsmError};
use ringlab::version::Siblings;

use super::*;

type Shared = Rc<RefCell<SimulatedDisk>>;
type Content = BTreeMap<Key, Siblings>;

const WRITES: u8 = 60;

fn disk(faults: DiskFaults, seed: u64) -> SimulatedDisk {
    SimulatedDisk::new(DiskOptions::SOLID_STATE, faults, seed)
}

fn ground(seed: u64, faults: DiskFaults) -> LsmGround<SimulatedDisk> {
    LsmGround {
        disk: Some(disk(faults, seed)),
        settings: TINY,
        crash: SimulatedDisk::crash,
    }
}

#[test]
fn a_log_structured_store_conforms_on_a_disk_that_loses_what_was_not_synced() {
    let test = "disk::simulated::tests::a_log_structured_store_conforms_on_a_disk_that_loses_what_was_not_synced";
    conforms(test, 1_000, |seed| ground(seed, DiskFaults::NONE));
}

#[test]
fn a_sync_that_lies_is_caught_by_the_suite() {
    let lying = DiskFaults {
        lying_sync: MILLION / 2,
        ..DiskFaults::NONE
    };
    assert!(is_caught(500, |seed| ground(seed, lying)));
}

#[test]
fn a_promise_is_broken_when_a_crash_takes_what_was_said_to_be_synced() {
    for lies in [false, true] {
        let faults = DiskFaults {
            lying_sync: if lies { MILLION } else { 0 },
            ..DiskFaults::NONE
        };
        let broken = |seed| {
            let mut disk = disk(faults, seed);
            disk.create("log").unwrap();
            for _ in 0..9 {
                disk.append("log", &[7; 100]).unwrap();
                disk.sync("log").unwrap();
            }
            disk.append("log", &[7; 100]).unwrap();
            disk.crash();
            disk.seen().broken_promises
        };
        let broken: u64 = (0..20).map(broken).sum();
        assert_eq!(broken > 10, lies, "{broken} of 20");
    }
}

fn cell(number: u8) -> Siblings {
    Siblings::loaded(Value::new(&vec![number; usize::from(number % 50)]).unwrap())
}

fn content<D: Disk>(cells: &Lsm<D>) -> Result<Content, LsmError> {
    let mut content = Content::new();
    cells.visit(TokenRange::whole(Token(0)), &mut |key, cell| {
        content.insert(key.clone(), cell.clone());
        ControlFlow::Continue(())
    })?;
    Ok(content)
}

/// Writes with syncs and merges in between until all is done or the power goes. What there was
/// after each write, and how many of them were synced.
fn write(shared: &Shared) -> (Vec<Content>, usize) {
    let (mut states, mut synced) = (vec![Content::new()], 0);
    let mut run = || -> Result<(), LsmError> {
        let mut cells = Lsm::open(shared.clone(), TINY)?;
        for number in 0..WRITES {
            let (key, cell) = (key(number % 20), cell(number));
            cells.put(&key, &cell)?;
            let mut state = states.last().unwrap().clone();
            state.insert(key, cell);
            states.push(state);
            if number % 5 == 4 {
                synced = cells.sync()?.0 as usize;
            }
            if number % 3 == 2 {
                cells.work(300)?;
            }
        }
        Ok(())
    };
    let _ = run();
    (states, synced)
}

#[test]
fn power_may_go_in_the_middle_of_any_operation_and_again_while_opening() {
    for operations in 1.. {
        let shared = Rc::new(RefCell::new(disk(DiskFaults::NONE, operations)));
        shared.borrow_mut().cut_power_after(operations);
        let (states, synced) = write(&shared);
        if !shared.borrow().is_off() {
            assert!(operations > 100, "all was done in {operations} operations");
            assert_eq!(states.len(), usize::from(WRITES) + 1);
            return;
        }
        shared.borrow_mut().crash();
        for while_opening in 1..12 {
            shared.borrow_mut().cut_power_after(while_opening);
            let _ = Lsm::open(shared.clone(), TINY);
            shared.borrow_mut().crash();
        }
        let cells = Lsm::open(shared.clone(), TINY);
        let cells = cells.unwrap_or_else(|error| panic!("after {operations}: {error}"));
        let content = content(&cells).unwrap();
        let writes = states.iter().position(|state| *state == content);
        let writes = writes.unwrap_or_else(|| panic!("after {operations}: no state that was"));
        assert!(
            writes >= synced,
            "after {operations}: {writes} of {synced} synced"
        );
        assert_eq!(cells.scrub().unwrap(), [], "after {operations}");
    }
}

/// What a store lacks after a crash though it was synced, and does not tell, is a promise that its
/// disk knows to be broken. `trusts` plants a disk that forgets those.
fn silent_losses_are_broken_promises(
    (seed, mut faults, operations): (u64, DiskFaults, u64),
    trusts: bool,
) -> Result<(), TestCaseError> {
    (faults.read_error, faults.capacity_bytes) = (0, u64::MAX);
    let shared = Rc::new(RefCell::new(disk(faults, seed)));
    shared.borrow_mut().cut_power_after(operations);
    let (states, synced) = write(&shared);
    shared.borrow_mut().crash();
    shared.borrow_mut().set_faults(DiskFaults::NONE);
    let opened = Lsm::open(shared.clone(), TINY);
    let Some(content) = opened.ok().and_then(|cells| content(&cells).ok()) else {
        return Ok(());
    };
    let is_there = states[synced..].contains(&content);
    let is_known = !trusts && shared.borrow().seen().broken_promises > 0;
    prop_assert!(is_there || is_known, "{:?}", shared.borrow().seen());
    Ok(())
}

#[test]
fn what_is_lost_in_silence_is_a_broken_promise() {
    let test = "disk::simulated::tests::what_is_lost_in_silence_is_a_broken_promise";
    let inputs = || (any::<u64>(), faults(), 1_u64..300);
    holds(test, 3_000, inputs(), |input| {
        silent_losses_are_broken_promises(input, false)
    });
    assert!(is_broken(300, inputs(), |input| {
        silent_losses_are_broken_promises(input, true)
    }));
}

/// A record that a bit was flipped in is told by the next one, which says how much was synced; half
/// of that one does not say it, nor does one that a crash takes.
#[test]
fn only_what_is_whole_tells_of_what_is_spoiled() {
    let broken = |follow: fn(&mut SimulatedDisk)| {
        let mut disk = disk(DiskFaults::NONE, 1);
        let append = |disk: &mut SimulatedDisk, flipped_bit| {
            let faults = DiskFaults {
                flipped_bit,
                ..DiskFaults::NONE
            };
            disk.set_faults(faults);
            disk.append("1.log", &[7; 100]).unwrap();
            disk.sync("1.log").unwrap();
            disk.set_faults(DiskFaults::NONE);
        };
        disk.create("1.log").unwrap();
        for flipped_bit in [0, 0, MILLION] {
            append(&mut disk, flipped_bit);
        }
        follow(&mut disk);
        disk.crash();
        disk.seen().broken_promises
    };
    let whole: fn(&mut SimulatedDisk) = |disk| {
        disk.append("1.log", &[7; 100]).unwrap();
        disk.sync("1.log").unwrap();
    };
    let taken: fn(&mut SimulatedDisk) = |disk| {
        disk.append("1.log", &[7; 100 * SECTOR_BYTES]).unwrap();
    };
    let half: fn(&mut SimulatedDisk) = |disk| {
        let write_error = MILLION;
        disk.set_faults(DiskFaults {
            write_error,
            ..DiskFaults::NONE
        });
        disk.append("1.log", &[7; 100]).unwrap_err();
    };
    assert_eq!([whole, taken, half, |_| {}].map(broken), [0, 1, 1, 1]);
}

/// Everything at once, often.
fn faults() -> impl Strategy<Value = DiskFaults> {
    let often = || prop_oneof![2 => Just(0), 1 => Just(MILLION / 50), 1 => Just(MILLION / 5)];
    let all = (often(), often(), often(), often(), often(), often());
    (all, 1_000_u64..40_000).prop_map(|(all, capacity_bytes)| {
        let (flipped_bit, misdirected, read_error, write_error, sync_error, lying_sync) = all;
        DiskFaults {
            flipped_bit,
            misdirected,
            read_error,
            write_error,
            sync_error,
            lying_sync,
            slow: MILLION / 3,
            slow_times: 10,
            capacity_bytes,
            ..DiskFaults::NONE
        }
    })
}

/// Whatever a disk does, what is read was once written to that key, or an error tells. `trusts`
/// plants the mistake of a store that hands out what it cannot check.
fn reads_what_was_written(
    (seed, faults): (u64, DiskFaults),
    trusts: bool,
) -> Result<(), TestCaseError> {
    let shared = Rc::new(RefCell::new(disk(faults, seed)));
    let mut ever = BTreeMap::<Key, BTreeSet<Siblings>>::new();
    for number in 0..WRITES {
        ever.entry(key(number % 20))
            .or_default()
            .insert(cell(number));
    }
    let was_written =
        |key: &Key, cell: &Siblings| ever.get(key).is_some_and(|all| all.contains(cell));
    for _ in 0..3 {
        write(&shared);
        shared.borrow_mut().crash();
        // What it says while it is open may fail; what it hands out must be right.
        for salvages in [false, true] {
            let opened = if salvages {
                Lsm::salvage(shared.clone(), TINY, |_, _| Ok(()))
            } else {
                Lsm::open(shared.clone(), TINY)
            };
            let Ok(cells) = opened else {
                continue;
            };
            for number in 0..20 {
                let key = key(number);
                if let Ok(Some(cell)) = cells.get(&key) {
                    prop_assert!(was_written(&key, &cell), "{key:?} was never {cell:?}");
                }
            }
            let _ = cells.visit(TokenRange::whole(Token(0)), &mut |key, cell| {
                assert!(was_written(key, cell), "{key:?} was never {cell:?}");
                ControlFlow::Continue(())
            });
        }
    }
    let seen = shared.borrow().seen();
    prop_assert!(
        !trusts || seen.flipped_bits == 0,
        "it would have been handed out"
    );
    Ok(())
}

#[test]
fn what_a_bad_disk_gives_is_an_error_or_what_was_written() {
    let test = "disk::simulated::tests::what_a_bad_disk_gives_is_an_error_or_what_was_written";
    let inputs = || (any::<u64>(), faults());
    holds(test, 2_000, inputs(), |input| {
        reads_what_was_written(input, false)
    });
    assert!(is_broken(200, inputs(), |input| reads_what_was_written(
        input, true
    )));
}

#[test]
fn every_fault_happens_and_is_counted_and_the_same_seed_is_the_same_disk() {
    let one_in_ten = MILLION / 10;
    let bad = DiskFaults {
        lost_sector: MILLION / 2,
        flipped_bit: one_in_ten,
        misdirected: one_in_ten,
        read_error: one_in_ten,
        write_error: one_in_ten,
        sync_error: one_in_ten,
        lying_sync: MILLION / 10 * 9,
        slow: one_in_ten,
        slow_times: 1_000,
        capacity_bytes: 150_000,
    };
    let run = |seed| {
        let mut disk = disk(bad, seed);
        disk.create("a").unwrap();
        for number in 0..200_u8 {
            let _ = disk.append("a", &[number; 1_000]);
            let _ = disk.read("a", 0, &mut [0; 10]);
            if number % 3 == 0 && number < 90 {
                let _ = disk.sync("a");
            }
        }
        disk.crash();
        let busy = disk.take_busy();
        (disk.seen(), busy, disk.files["a"].bytes.clone())
    };
    let (seen, busy, bytes) = run(1);
    let DiskFaultsSeen {
        lost_sectors,
        flipped_bits,
        misdirected,
        errors,
        lying_syncs,
        broken_promises,
        slow,
        full,
    } = seen;
    for count in [
        lost_sectors,
        flipped_bits,
        misdirected,
        errors,
        lying_syncs,
        broken_promises,
        slow,
        full,
    ] {
        assert!(count > 0, "{seen:?}");
    }
    assert!(busy > Duration::from_millis(10) * slow as u32, "{busy:?}");
    assert_eq!((seen, busy, bytes), run(1));
    assert_ne!(seen, run(2).0);
}
