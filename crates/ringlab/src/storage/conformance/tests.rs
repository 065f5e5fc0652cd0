//! The suite on the engines of this crate, and on engines with planted mistakes.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::super::{MemoryCells, Stats};
use super::*;
use crate::disk::MemoryDisk;

/// Cells in memory that outlive their end.
struct MemoryGround(MemoryCells);

impl Ground for MemoryGround {
    type Cells = MemoryCells;

    fn open(&mut self) -> Result<MemoryCells, String> {
        Ok(std::mem::take(&mut self.0).opened_again())
    }

    fn close(&mut self, cells: MemoryCells) {
        self.0 = cells;
    }
}

fn lsm(_seed: u64) -> LsmGround<MemoryDisk> {
    LsmGround {
        disk: Some(MemoryDisk::default()),
        settings: TINY,
        crash: |_| {},
    }
}

#[test]
fn cells_in_memory_conform() {
    let test = "storage::conformance::tests::cells_in_memory_conform";
    conforms(test, 500, |_| MemoryGround(MemoryCells::default()));
}

#[test]
fn a_log_structured_store_conforms() {
    let test = "storage::conformance::tests::a_log_structured_store_conforms";
    conforms(test, 1_000, lsm);
}

/// Ways to get it wrong; the first is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    /// A Bloom filter says of some keys that they are not there.
    FilterForgets,
    /// A merge takes a tombstone for nothing.
    MergeDropsTombstones,
    /// A merge lets an older cell win.
    MergeTakesOlder,
    /// Opening leaves out the last record.
    RecoverySkips,
    /// A sync says so and does nothing.
    SyncLies,
    /// A range that goes over token 0 is cut there.
    VisitStopsAtZero,
    /// Whatever the cell is, it is forgotten.
    ForgetsAnyway,
}

struct Planted<C> {
    cells: C,
    mistake: Mistake,
    last: Option<(Key, Siblings)>,
}

struct PlantedGround {
    ground: LsmGround<MemoryDisk>,
    mistake: Mistake,
    last: Option<Key>,
}

impl Ground for PlantedGround {
    type Cells = Planted<Lsm<MemoryDisk>>;

    fn open(&mut self) -> Result<Self::Cells, String> {
        let mut cells = self.ground.open()?;
        if let (Mistake::RecoverySkips, Some(last)) = (self.mistake, self.last.take()) {
            let gone = cells.put(&last, &Siblings::default());
            gone.and_then(|_| cells.sync())
                .map_err(|error| error.to_string())?;
            self.ground.close(cells);
            cells = self.ground.open()?;
        }
        Ok(Planted {
            cells,
            mistake: self.mistake,
            last: None,
        })
    }

    fn close(&mut self, cells: Self::Cells) {
        self.last = cells.last.map(|(key, _)| key);
        self.ground.close(cells.cells);
    }
}

impl<C: Cells> Cells for Planted<C> {
    type Error = C::Error;

    fn get(&self, key: &Key) -> Result<Option<Cow<'_, Siblings>>, C::Error> {
        let forgotten = self.mistake == Mistake::FilterForgets && key.token().0.is_multiple_of(8);
        Ok(self.cells.get(key)?.filter(|_| !forgotten))
    }

    fn put(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, C::Error> {
        let before = self.cells.get(key)?.map(Cow::into_owned);
        if let Some(before) = before {
            self.last = Some((key.clone(), before));
        }
        self.cells.put(key, siblings)
    }

    fn visit(
        &self,
        range: TokenRange,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<(), C::Error> {
        let cut = self.mistake == Mistake::VisitStopsAtZero && range.after > range.to;
        let to = if cut { Token(u64::MAX) } else { range.to };
        self.cells.visit(TokenRange { to, ..range }, each)
    }

    fn sync(&mut self) -> Result<Ticket, C::Error> {
        self.cells.sync()
    }

    fn durable(&self) -> Ticket {
        let more = u64::from(self.mistake == Mistake::SyncLies);
        Ticket(self.cells.durable().0 + more)
    }

    fn stats(&self) -> Stats {
        self.cells.stats()
    }

    fn work(&mut self, budget: u64) -> Result<Work, C::Error> {
        if let Some((key, older)) = self.last.take() {
            let cell = self
                .cells
                .get(&key)?
                .map(Cow::into_owned)
                .unwrap_or_default();
            let dropped = match self.mistake {
                Mistake::MergeDropsTombstones if cell.values().next().is_none() => {
                    Some(Siblings::default())
                }
                Mistake::MergeTakesOlder => Some(older),
                _ => None,
            };
            if let Some(dropped) = dropped {
                self.cells.put(&key, &dropped)?;
            }
        }
        self.cells.work(budget)
    }

    fn forget(&mut self, key: &Key, siblings: &Siblings) -> Result<bool, C::Error> {
        if self.mistake == Mistake::ForgetsAnyway {
            self.cells.put(key, &Siblings::default())?;
            return Ok(true);
        }
        self.cells.forget(key, siblings)
    }
}

#[test]
fn every_mistake_is_found() {
    let caught = |mistake| {
        is_caught(300, |seed| PlantedGround {
            ground: lsm(seed),
            mistake,
            last: None,
        })
    };
    assert!(!caught(Mistake::None), "what is right is not refused");
    for mistake in [
        Mistake::FilterForgets,
        Mistake::MergeDropsTombstones,
        Mistake::MergeTakesOlder,
        Mistake::RecoverySkips,
        Mistake::SyncLies,
        Mistake::VisitStopsAtZero,
        Mistake::ForgetsAnyway,
    ] {
        assert!(caught(mistake), "{mistake:?}");
    }
}
