//! What is remembered after anything, and that damage is told.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::disk::MemoryDisk;
use crate::layout::{Lead, MembershipChange, Placement, Step};
use crate::pair::{Key, Value};
use crate::quorum::Sizes;
use crate::ring::{NodeId, NodeSpec, Ring, TokenRange, Weight};
use crate::settings::{Adopted, Epoch, Settings};
use crate::version::Siblings;

fn spec(id: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::ONE,
        zone: Default::default(),
    }
}

/// One entry of each kind, in an order that can be.
fn entries() -> Vec<Entry> {
    let ring = Arc::new(Ring::with_nodes(8, (0..4).map(spec)).unwrap());
    let sizes = Settings::DEFAULT.sizes();
    let placement = Placement { ring, sizes };
    let number = 4;
    let by = NodeId(0);
    let adopted = Adopted {
        epoch: Epoch {
            number,
            by,
            life: 2,
        },
        settings: Settings::DEFAULT,
    };
    let wanted = MembershipChange {
        sizes: Some(Sizes { w: 1, ..sizes }),
        add: vec![spec(4)],
        remove: vec![NodeId(1)],
        lost: vec![NodeId(3)],
        reweight: vec![(NodeId(0), Weight::from_thousandths(2_500).unwrap())],
        rezone: vec![(NodeId(2), "east".parse().unwrap())],
    };
    let lead = Lead {
        term: 3,
        leader: NodeId(2),
        lost: [NodeId(0), NodeId(1)].into(),
    };
    let place = |node| (Key::new(b"left-pad").unwrap(), NodeId(node));
    let kept = KeptHint {
        age: Duration::from_micros(77),
        siblings: Siblings::loaded(Value::new(b"42").unwrap()),
    };
    let some = TokenRange {
        after: crate::hash::Token(5),
        to: crate::hash::Token(9),
    };
    vec![
        Entry::Layout(6, placement),
        Entry::Settings(adopted),
        Entry::Hint(place(1), kept.clone()),
        Entry::Hint(place(2), kept),
        Entry::Announced(Announced {
            version: 7,
            leader: NodeId(0),
            wanted,
            before: None,
        }),
        Entry::Lead(lead),
        Entry::Received(some.into()),
        Entry::Step(Step::Committed),
        Entry::HintGone(place(1)),
        Entry::Damaged(some.into()),
        Entry::Strays(8),
    ]
}

fn remembered(entries: &[Entry]) -> Memory {
    let mut memory = Memory::default();
    entries.iter().cloned().for_each(|entry| memory.take(entry));
    memory
}

fn opened(disk: &mut MemoryDisk) -> Memory {
    Journal::open(disk).unwrap().unwrap().1
}

#[test]
fn whatever_was_synced_is_remembered_in_every_later_life() {
    let mut disk = MemoryDisk::default();
    assert!(
        Journal::open(&mut disk).unwrap().is_none(),
        "nothing is known"
    );
    Journal::format(&mut disk, &[Entry::Life(0)]).unwrap();
    let mut journal = Journal::first(&mut disk).unwrap();
    for entry in entries() {
        journal.write(&entry);
    }
    journal.sync(&mut disk).unwrap();
    for opening in 1..4 {
        let memory = opened(&mut disk);
        let mut expected = remembered(&entries());
        expected.life = opening * LIVES_PER_OPENING;
        assert_eq!(memory, expected);
    }
}

#[test]
fn a_life_that_the_disk_forgot_does_not_come_again() {
    let mut disk = MemoryDisk::default();
    Journal::format(&mut disk, &[Entry::Life(0)]).unwrap();
    let (mut journal, memory) = Journal::open(&mut disk).unwrap().unwrap();
    // Damage begins a life in the middle of another one, and the disk only says that it keeps that.
    let begun = memory.life + 1;
    journal.write(&Entry::Life(begun));
    let forgetful = disk.clone();
    journal.sync(&mut disk).unwrap();
    for mut disk in [disk, forgetful] {
        let next = opened(&mut disk).life;
        assert!(next > begun, "{next} was before or is {begun}");
    }
}

#[test]
fn a_change_that_was_settled_leaves_its_ring() {
    let mut all = entries();
    all.push(Entry::Step(Step::Retired));
    all.push(Entry::Step(Step::Released));
    let memory = remembered(&all);
    let layout = memory.layout().unwrap().unwrap();
    assert_eq!(layout.stage().version, 7);
    assert!(layout.change().is_none());
    let ids: Vec<u32> = layout.reads().nodes().map(|node| node.id.0).collect();
    assert_eq!(ids, [0, 2, 4]);
    assert_eq!(layout.placement().sizes.w, 1);
    assert!(memory.received.is_empty());
}

#[test]
fn who_goes_by_another_layout_received_nothing_of_the_change_that_is_over() {
    let mut all = entries();
    assert!(!remembered(&all).received.is_empty());
    let placement = remembered(&all)
        .layout()
        .unwrap()
        .unwrap()
        .placement()
        .clone();
    all.push(Entry::Layout(8, placement));
    assert!(remembered(&all).received.is_empty());
}

#[test]
fn a_change_that_was_withdrawn_leaves_the_ring_before_and_its_ids_given() {
    let mut all = entries();
    all.retain(|entry| !matches!(entry, Entry::Step(_)));
    all.push(Entry::Step(Step::Withdrawn));
    let layout = remembered(&all).layout().unwrap().unwrap();
    assert_eq!(layout.stage().step, Step::Withdrawn);
    assert!(layout.writes().1.is_none());
    all.push(Entry::Step(Step::Released));
    let layout = remembered(&all).layout().unwrap().unwrap();
    assert_eq!(layout.stage().version, 7);
    let ids: Vec<u32> = layout.reads().nodes().map(|node| node.id.0).collect();
    assert_eq!(ids, [0, 1, 2, 3]);
    let again = MembershipChange {
        add: vec![spec(4)],
        ..MembershipChange::default()
    };
    assert!(again.applied_to(layout.reads()).is_err());
}

#[test]
fn a_layout_that_is_told_ends_a_change() {
    let mut all = entries();
    let ring = Arc::new(Ring::with_nodes(8, [spec(2)]).unwrap());
    let sizes = Settings::DEFAULT.sizes();
    all.push(Entry::Layout(9, Placement { ring, sizes }));
    let layout = remembered(&all).layout().unwrap().unwrap();
    assert!(layout.change().is_none());
    assert_eq!(layout.stage().version, 9);
}

#[test]
fn a_torn_log_leaves_what_was_synced_and_then_a_beginning_of_the_rest() {
    let mut disk = MemoryDisk::default();
    Journal::format(&mut disk, &[Entry::Life(0)]).unwrap();
    let mut journal = Journal::first(&mut disk).unwrap();
    let all = entries();
    for entry in &all[..4] {
        journal.write(entry);
    }
    journal.sync(&mut disk).unwrap();
    let name = LOGS.file_name(FIRST);
    let synced = disk.file_mut(&name).unwrap().len();
    for entry in &all[4..] {
        journal.write(entry);
    }
    journal.sync(&mut disk).unwrap();
    let end = disk.file_mut(&name).unwrap().len();
    let states: Vec<Memory> = (4..=all.len()).map(|n| remembered(&all[..n])).collect();
    for cut in synced..=end {
        let mut disk = disk.clone();
        disk.file_mut(&name).unwrap().truncate(cut);
        let mut memory = opened(&mut disk);
        memory.life = 0;
        assert!(states.contains(&memory), "cut at {cut}");
    }
}

#[test]
fn every_flipped_bit_of_what_was_synced_is_told_or_changes_nothing() {
    let mut disk = MemoryDisk::default();
    Journal::format(&mut disk, &[Entry::Life(0)]).unwrap();
    let mut journal = Journal::first(&mut disk).unwrap();
    for entry in entries() {
        journal.write(&entry);
        // Each record tells that those before it were synced.
        journal.sync(&mut disk).unwrap();
    }
    let last = {
        let segment = Segment::read(&disk, LOGS, FIRST).unwrap();
        segment.synced() as usize
    };
    for (name, bytes) in [
        (BASE.to_owned(), disk.file_mut(BASE).unwrap().len()),
        (LOGS.file_name(FIRST), last),
    ] {
        for bit in 0..bytes * 8 {
            let mut disk = disk.clone();
            disk.file_mut(&name).unwrap()[bit / 8] ^= 1 << (bit % 8);
            let told = Journal::open(&mut disk);
            assert!(
                matches!(told, Err(JournalError::Damaged { .. })),
                "{name} {bit}"
            );
        }
    }
}

#[test]
fn settings_that_cannot_be_are_refused_by_name_wherever_they_stand() {
    let mut settings = Settings::DEFAULT;
    settings.hints.lifetime = settings.tombstone_grace;
    let entry = Entry::Settings(settings.into());
    let mut in_base = MemoryDisk::default();
    Journal::format(&mut in_base, &[Entry::Life(0), entry.clone()]).unwrap();
    let mut in_log = MemoryDisk::default();
    Journal::format(&mut in_log, &[Entry::Life(0)]).unwrap();
    let mut journal = Journal::first(&mut in_log).unwrap();
    journal.write(&entry);
    journal.sync(&mut in_log).unwrap();
    for mut disk in [in_base, in_log] {
        let error = Journal::open(&mut disk).err().unwrap();
        assert_eq!(
            error.to_string(),
            "the node's journal: hint-lifetime is 864000000 ms; it is at most 863999999 ms, which \
             is just below tombstone-grace"
        );
    }
}

#[test]
fn written_anew_it_is_short_and_says_the_same() {
    let mut disk = MemoryDisk::default();
    Journal::format(&mut disk, &[Entry::Life(0)]).unwrap();
    let mut journal = Journal::first(&mut disk).unwrap();
    let all = entries();
    while !journal.is_long() {
        all.iter().for_each(|entry| journal.write(entry));
        journal.sync(&mut disk).unwrap();
    }
    let memory = remembered(&all);
    journal.renew(&mut disk, &memory.entries()).unwrap();
    assert!(!journal.is_long());
    journal.write(&Entry::Whole);
    journal.sync(&mut disk).unwrap();
    let mut expected = memory;
    expected.life = LIVES_PER_OPENING;
    expected.damaged = Default::default();
    assert_eq!(opened(&mut disk), expected);
}

/// Does so many things, and then nothing more.
struct Tires {
    disk: MemoryDisk,
    left: usize,
}

impl Tires {
    fn does(&mut self) -> Result<&mut MemoryDisk, DiskError> {
        self.left = self.left.checked_sub(1).ok_or(DiskError::Full)?;
        Ok(&mut self.disk)
    }
}

impl Disk for Tires {
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.does()?.create(name)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.does()?.append(name, bytes)
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.does()?.sync(name)
    }

    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError> {
        self.disk.read(name, offset, bytes)
    }

    fn length(&self, name: &str) -> Result<u64, DiskError> {
        self.disk.length(name)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.does()?.rename(from, to)
    }

    fn delete(&mut self, name: &str) -> Result<(), DiskError> {
        self.does()?.delete(name)
    }

    fn list(&self) -> Result<Vec<String>, DiskError> {
        self.disk.list()
    }
}

#[test]
fn what_is_synced_after_a_renewal_that_failed_is_remembered() {
    let mut failed = 0;
    for left in 0..8 {
        let mut disk = MemoryDisk::default();
        Journal::format(&mut disk, &[Entry::Life(0)]).unwrap();
        let mut journal = Journal::first(&mut disk).unwrap();
        let mut tired = Tires { disk, left };
        for _ in 0..2 {
            failed += u32::from(journal.renew(&mut tired, &[Entry::Life(0)]).is_err());
        }
        let mut disk = tired.disk;
        journal.write(&Entry::Life(2 * LIVES_PER_OPENING));
        journal.sync(&mut disk).unwrap();
        assert_eq!(
            opened(&mut disk).life,
            3 * LIVES_PER_OPENING,
            "after {left}"
        );
    }
    assert!(failed > 8, "{failed}");
}
