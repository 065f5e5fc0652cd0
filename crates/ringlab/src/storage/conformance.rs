//! One suite for every engine that keeps cells: random operations, crashes and openings against a
//! plain sorted map. For tests alone, of this crate and of those that switch on `testing`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Cells, Lsm, LsmSettings, RangeSet, Ticket, Work};
use crate::disk::Disk;
use crate::hash::Token;
use crate::pair::{Key, Value};
use crate::property::{holds, is_broken};
use crate::ring::{NodeId, TokenRange};
use crate::version::{Actor, Dot, Siblings, VersionVector};

/// What an engine stands on, and how it comes and goes.
pub trait Ground {
    /// The engine.
    type Cells: Cells;

    /// Opens it with all that is stored.
    ///
    /// # Errors
    ///
    /// In words, why it cannot be opened.
    fn open(&mut self) -> Result<Self::Cells, String>;

    /// Ends it, synced or not.
    fn close(&mut self, cells: Self::Cells);

    /// Ends it as a power cut does.
    fn crash(&mut self, cells: Self::Cells) {
        self.close(cells);
    }
}

/// Holds an engine against the suite. `ground` makes a new one from a seed.
pub fn conforms<G: Ground>(test: &str, cases: u32, ground: impl Fn(u64) -> G) {
    holds(test, cases, inputs(), |(seed, acts)| {
        Run::new(ground(seed))?.acts(&acts)
    });
}

/// Whether the suite finds something wrong with an engine.
pub fn is_caught<G: Ground>(cases: u32, ground: impl Fn(u64) -> G) -> bool {
    is_broken(cases, inputs(), |(seed, acts)| {
        Run::new(ground(seed))?.acts(&acts)
    })
}

/// The ground of a log-structured store: a disk, and what a power cut does to it.
#[derive(Debug)]
pub struct LsmGround<D> {
    /// Without it while the store is open.
    pub disk: Option<D>,
    /// What it opens with.
    pub settings: LsmSettings,
    /// A power cut.
    pub crash: fn(&mut D),
}

impl<D: Disk> Ground for LsmGround<D> {
    type Cells = Lsm<D>;

    fn open(&mut self) -> Result<Lsm<D>, String> {
        let disk = self.disk.take().ok_or("it is open, or was refused")?;
        Lsm::open(disk, self.settings).map_err(|error| error.to_string())
    }

    fn close(&mut self, cells: Lsm<D>) {
        self.disk = Some(cells.into_disk());
    }

    fn crash(&mut self, cells: Lsm<D>) {
        let mut disk = cells.into_disk();
        (self.crash)(&mut disk);
        self.disk = Some(disk);
    }
}

/// So small that a few writes make segments, tables and merges.
pub const TINY: LsmSettings = LsmSettings {
    memtable_bytes: 1 << 10,
    log_segment_bytes: 1 << 10,
    block_bytes: 1 << 7,
    filter_one_in: 8,
    merge_width: 2,
    cache_bytes: 1 << 10,
};

const KEYS: u8 = 24;

/// The keys of the suite; more than it writes at once.
#[must_use]
pub fn key(number: u8) -> Key {
    Key::new(format!("key {number}").as_bytes()).expect("some bytes are a key")
}

/// One step.
#[derive(Clone, Debug)]
pub enum Act {
    /// A new version in a key's cell, over what is there or beside it.
    Write {
        /// Which key.
        key: u8,
        /// Without having read.
        blind: bool,
        /// Nothing for a tombstone, else a byte and how often.
        value: Option<(u8, u16)>,
    },
    /// What another replica knows of a key.
    Join(u8, u8),
    /// With the cell as it is, or as it is not.
    Forget(u8, bool),
    /// From the place of one key to that of another.
    Remove(u8, u8),
    /// The same, and how many keys to look at.
    Visit(u8, u8, u8),
    /// Everything so far is to survive.
    Sync,
    /// Some merging.
    Work(u64),
    /// All of it.
    Settle,
    /// A clean end and a new beginning.
    Reopen,
    /// A power cut and a new beginning.
    Crash,
}

fn inputs() -> impl Strategy<Value = (u64, Vec<Act>)> {
    (any::<u64>(), vec(act(), 1..80))
}

/// A random step.
pub fn act() -> impl Strategy<Value = Act> {
    let key = || 0..KEYS;
    let length = prop_oneof![3 => Just(0_u16), 3 => 1_u16..30, 1 => Just(150), 1 => Just(700)];
    let value = proptest::option::weighted(0.8, (any::<u8>(), length));
    prop_oneof![
        16 => (key(), any::<bool>(), value)
            .prop_map(|(key, blind, value)| Act::Write { key, blind, value }),
        4 => (key(), any::<u8>()).prop_map(|(key, byte)| Act::Join(key, byte)),
        2 => (key(), any::<bool>()).prop_map(|(key, same)| Act::Forget(key, same)),
        1 => (key(), key()).prop_map(|(from, to)| Act::Remove(from, to)),
        2 => (key(), key(), 0..KEYS).prop_map(|(from, to, keys)| Act::Visit(from, to, keys)),
        4 => Just(Act::Sync),
        4 => (0_u64..2_000).prop_map(Act::Work),
        1 => Just(Act::Settle),
        1 => Just(Act::Reopen),
        2 => Just(Act::Crash),
    ]
}

type State = BTreeMap<Key, Siblings>;

/// An engine and what it should have.
struct Run<G: Ground> {
    ground: G,
    /// Nothing only while it is opened again.
    cells: Option<G::Cells>,
    /// What each write since it was opened made of it.
    states: Vec<State>,
    synced: usize,
    writes: u64,
}

impl<G: Ground> Run<G> {
    fn new(mut ground: G) -> Result<Self, TestCaseError> {
        let cells = ground.open().map_err(TestCaseError::fail)?;
        Ok(Self {
            ground,
            cells: Some(cells),
            states: vec![State::new()],
            synced: 0,
            writes: 0,
        })
    }

    fn acts(mut self, acts: &[Act]) -> Result<(), TestCaseError> {
        for act in acts {
            self.act(act)?;
            let key = key(self.writes as u8 % KEYS);
            let got = fine(self.cells().get(&key))?.map(Cow::into_owned);
            prop_assert_eq!(got.as_ref(), self.state().get(&key));
        }
        self.agrees()?;
        self.reopen(false)?;
        self.agrees()
    }

    fn act(&mut self, act: &Act) -> Result<(), TestCaseError> {
        match *act {
            Act::Write {
                key: number,
                blind,
                value,
            } => self.write(&key(number), blind, value),
            Act::Join(number, byte) => self.join(&key(number), byte),
            Act::Forget(number, same) => self.forget(&key(number), same),
            Act::Remove(from, to) => self.remove(between(from, to)),
            Act::Visit(from, to, keys) => self.visit(between(from, to), keys.into()),
            Act::Sync => self.sync(),
            Act::Work(budget) => fine(self.cells().work(budget)).map(|_| ()),
            Act::Settle => {
                while fine(self.cells().work(u64::MAX))? == Work::More {}
                Ok(())
            }
            Act::Reopen => self.reopen(false),
            Act::Crash => self.reopen(true),
        }
    }

    fn write(
        &mut self,
        key: &Key,
        blind: bool,
        value: Option<(u8, u16)>,
    ) -> Result<(), TestCaseError> {
        let mut cell = self.state().get(key).cloned().unwrap_or_default();
        let context = if blind && cell.versions().len() < 3 {
            VersionVector::default()
        } else {
            cell.context()
        };
        let value = value.map(|(byte, length)| vec![byte; length.into()]);
        let value = value.map(|bytes| Value::new(&bytes).expect("it is short"));
        let dot = self.dot(1);
        cell.write(dot, context, value);
        let ticket = fine(self.cells().put(key, &cell))?;
        self.written(ticket, |state| {
            state.insert(key.clone(), cell);
        })
    }

    fn join(&mut self, key: &Key, byte: u8) -> Result<(), TestCaseError> {
        let (mut theirs, dot) = (Siblings::default(), self.dot(2));
        let context = self.state().get(key).map(Siblings::context);
        let context = context
            .filter(|_| byte.is_multiple_of(2))
            .unwrap_or_default();
        theirs.write(dot, context, Value::new(&[byte]).ok());
        let ticket = fine(self.cells().join(key, &theirs))?;
        self.written(ticket, |state| {
            state.entry(key.clone()).or_default().join(&theirs);
        })
    }

    fn forget(&mut self, key: &Key, same: bool) -> Result<(), TestCaseError> {
        let mut cell = self.state().get(key).cloned().unwrap_or_default();
        if !same {
            let dot = self.dot(3);
            cell.write(dot, VersionVector::default(), None);
        }
        let there = self.state().contains_key(key);
        prop_assert_eq!(fine(self.cells().forget(key, &cell))?, same && there);
        if same && there {
            let ticket = Ticket(self.states.len() as u64);
            self.written(ticket, |state| {
                state.remove(key);
            })?;
        }
        Ok(())
    }

    fn remove(&mut self, range: TokenRange) -> Result<(), TestCaseError> {
        let ticket = fine(self.cells().remove(range))?;
        let keys = self.keys_in(range);
        let Some(last) = keys.len().checked_sub(1) else {
            return Ok(());
        };
        prop_assert_eq!(ticket, Ticket((self.states.len() + last) as u64));
        for key in keys {
            let ticket = Ticket(self.states.len() as u64);
            self.written(ticket, |state| {
                state.remove(&key);
            })?;
        }
        Ok(())
    }

    fn visit(&mut self, range: TokenRange, most: usize) -> Result<(), TestCaseError> {
        let mut seen = Vec::new();
        let visited = self.cells().visit(range, &mut |key, cell| {
            seen.push((key.clone(), cell.clone()));
            if seen.len() <= most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        fine(visited)?;
        let keys = self.keys_in(range).into_iter().take(most + 1);
        let there = keys.map(|key| (key.clone(), self.state()[&key].clone()));
        prop_assert_eq!(seen, there.collect::<Vec<_>>());
        Ok(())
    }

    fn sync(&mut self) -> Result<(), TestCaseError> {
        let ticket = fine(self.cells().sync())?;
        self.synced = self.states.len() - 1;
        prop_assert_eq!(ticket, Ticket(self.synced as u64));
        prop_assert_eq!(self.cells().durable(), ticket);
        Ok(())
    }

    /// After a crash it may have any state from the last synced one on; after a clean end the last.
    fn reopen(&mut self, crash: bool) -> Result<(), TestCaseError> {
        if !crash {
            self.sync()?;
        }
        let durable = self.cells().durable();
        prop_assert!(
            durable.0 >= self.synced as u64,
            "what was durable is no more"
        );
        prop_assert!(
            durable.0 < self.states.len() as u64,
            "durable before it was written"
        );
        if let Some(cells) = self.cells.take() {
            if crash {
                self.ground.crash(cells);
            } else {
                self.ground.close(cells);
            }
        }
        self.cells = Some(self.ground.open().map_err(TestCaseError::fail)?);
        let content = content(self.cells())?;
        let mut possible = self.states.drain(durable.0 as usize..);
        let found = possible.any(|state| state == content);
        drop(possible);
        prop_assert!(found, "after ticket {} it has {content:?}", durable.0);
        self.states = vec![content];
        self.synced = 0;
        Ok(())
    }

    /// Every key, by itself and in order, and no other.
    fn agrees(&mut self) -> Result<(), TestCaseError> {
        prop_assert_eq!(&content(self.cells())?, self.state());
        for number in 0..=KEYS {
            let key = key(number);
            let got = fine(self.cells().get(&key))?.map(Cow::into_owned);
            prop_assert_eq!(got.as_ref(), self.state().get(&key));
        }
        prop_assert!(self.cells().stats().cells >= self.state().len() as u64);
        Ok(())
    }

    fn written(
        &mut self,
        ticket: Ticket,
        change: impl FnOnce(&mut State),
    ) -> Result<(), TestCaseError> {
        prop_assert_eq!(ticket, Ticket(self.states.len() as u64));
        let mut state = self.state().clone();
        change(&mut state);
        self.states.push(state);
        Ok(())
    }

    fn cells(&mut self) -> &mut G::Cells {
        self.cells.as_mut().expect("it is open between acts")
    }

    fn state(&self) -> &State {
        self.states.last().expect("there is always a state")
    }

    fn keys_in(&self, range: TokenRange) -> Vec<Key> {
        let range = RangeSet::from(range);
        let keys = self.state().keys();
        keys.filter(|key| range.contains(key.token()))
            .cloned()
            .collect()
    }

    fn dot(&mut self, node: u32) -> Dot {
        self.writes += 1;
        let actor = Actor {
            node: NodeId(node),
            since: 0,
        };
        Dot {
            actor,
            counter: self.writes,
        }
    }
}

/// All that an engine has, which it must show in order.
fn content<C: Cells>(cells: &C) -> Result<State, TestCaseError> {
    let mut shown = Vec::new();
    let visited = cells.visit(TokenRange::whole(Token(u64::MAX)), &mut |key, cell| {
        shown.push((key.clone(), cell.clone()));
        ControlFlow::Continue(())
    });
    fine(visited)?;
    prop_assert!(shown.is_sorted_by(|a, b| a.0 < b.0), "in order: {shown:?}");
    Ok(shown.into_iter().collect())
}

fn between(from: u8, to: u8) -> TokenRange {
    TokenRange {
        after: key(from).token(),
        to: key(to).token(),
    }
}

fn fine<T, E: std::fmt::Debug>(result: Result<T, E>) -> Result<T, TestCaseError> {
    result.map_err(|error| TestCaseError::fail(format!("{error:?}")))
}

#[cfg(test)]
mod tests;
