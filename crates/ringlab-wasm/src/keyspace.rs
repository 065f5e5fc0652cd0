//! Keys with their load, as they come in batches. Loads are numbers of JavaScript, exact up to 2^53.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringlab::hash::Token;
use ringlab::keyspace::{self, Census, Load};
use ringlab::ring::{NodeId, TokenRange};
use wasm_bindgen::prelude::*;

use crate::errors::{error, of_key};
use crate::movement::Movement;
use crate::ring::HashRing;

/// Keys by token, made once and never changed.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Keyspace {
    pub(crate) keys: Arc<keyspace::Keyspace>,
    /// Rows that came in, keys more than once and bad ones among them.
    pub(crate) rows: f64,
    pub(crate) bad_rows: f64,
}

/// Keys that come in batches.
#[wasm_bindgen(js_name = KeyspaceBuilder)]
pub struct Builder(keyspace::KeyspaceBuilder);

#[wasm_bindgen(js_class = KeyspaceBuilder)]
impl Builder {
    /// Without keys.
    #[must_use]
    #[wasm_bindgen(constructor)]
    #[expect(
        clippy::new_without_default,
        reason = "JavaScript has constructors alone"
    )]
    pub fn new() -> Self {
        Self(keyspace::KeyspaceBuilder::new(u64::MAX))
    }

    /// Takes keys that stand one after the other, by where each ends. Each has so many requests
    /// and bytes; without them one request, and the bytes of the key and its value.
    ///
    /// # Errors
    ///
    /// As [`keyspace::KeyspaceBuilder::push`]; the keys before stay.
    pub fn push(
        &mut self,
        keys: &[u8],
        ends: &[u32],
        requests: &[f64],
        bytes: &[f64],
    ) -> Result<(), JsValue> {
        let mut rest = 0;
        for (row, &end) in ends.iter().enumerate() {
            let end = (end as usize).clamp(rest, keys.len());
            let requests = requests.get(row).map_or(Ok(1), |&amount| whole(amount))?;
            let bytes = bytes.get(row).map(|&amount| whole(amount)).transpose()?;
            self.0
                .push(&keys[rest..end], requests, bytes)
                .map_err(of_key)?;
            rest = end;
        }
        Ok(())
    }

    /// All keys are in.
    #[must_use]
    pub fn finish(self) -> Keyspace {
        let rows = self.0.pushed() as f64;
        Keyspace {
            keys: Arc::new(self.0.finish()),
            rows,
            bad_rows: 0.0,
        }
    }
}

#[wasm_bindgen]
impl Keyspace {
    /// Rows that came in, keys more than once and bad ones among them; bad ones.
    #[must_use]
    pub fn rows(&self) -> Vec<f64> {
        vec![self.rows, self.bad_rows]
    }

    /// Keys, requests and bytes of all.
    #[must_use]
    pub fn total(&self) -> Vec<f64> {
        numbers(self.keys.total()).to_vec()
    }

    /// Keys, requests and bytes of a range.
    #[must_use]
    pub fn load(&self, after: u64, to: u64) -> Vec<f64> {
        numbers(self.keys.load(range(after, to))).to_vec()
    }

    /// Of each node that has keys as primary: its number, keys, requests and bytes.
    #[must_use]
    pub fn counts(&self, ring: &HashRing) -> Vec<f64> {
        let census = Census::count(&ring.ring, &self.keys);
        let row = |(NodeId(node), load)| [f64::from(node)].into_iter().chain(numbers(load));
        census.iter().flat_map(row).collect()
    }

    /// How unevenly nodes share keys, and then requests: the largest over the mean, the standard
    /// deviation over the mean, the 99th percentile over the mean.
    #[must_use]
    pub fn unevenness(&self, ring: &HashRing) -> Vec<f64> {
        let census = Census::count(&ring.ring, &self.keys);
        let of = |amount: fn(Load) -> u64| {
            let told = census.unevenness(ring.ring.nodes(), amount);
            [
                told.max_over_mean,
                told.coefficient_of_variation,
                told.p99_over_mean,
            ]
        };
        [of(|load| load.keys), of(|load| load.requests)].concat()
    }

    /// The load of what moves: with another primary, of that rerouted and to copy, and lost.
    #[must_use]
    pub fn moved(&self, movement: &Movement) -> Vec<f64> {
        let movement = &movement.movement;
        let of = |ranges: &[TokenRange]| self.sum(ranges.iter().copied());
        let loads = [
            self.sum(movement.primaries().iter().map(|row| row.range)),
            of(movement.rerouted()),
            of(movement.to_copy()),
            of(movement.lost()),
        ];
        loads.into_iter().flat_map(numbers).collect()
    }

    /// Of each two nodes of which one sends to the other: their numbers in the movement, and the
    /// load.
    #[must_use]
    pub fn transfers(&self, movement: &Movement) -> Vec<f64> {
        let mut sent = BTreeMap::<_, Load>::new();
        for copy in movement.movement.copies() {
            *sent.entry((copy.from, copy.to)).or_default() += self.keys.load(copy.range);
        }
        let number = |node| f64::from(movement.numbers[&node]);
        let row = |((from, to), load)| [number(from), number(to)].into_iter().chain(numbers(load));
        sent.into_iter().flat_map(row).collect()
    }

    /// What `hash mod n` would move when the number of nodes changes.
    #[must_use]
    #[wasm_bindgen(js_name = movedByModulo)]
    pub fn moved_by_modulo(&self, before: u32, after: u32) -> Vec<f64> {
        let rows = 0..self.keys.len();
        numbers(keyspace::moved_by_modulo(&self.keys, rows, before, after)).to_vec()
    }

    /// The rows with most requests, most first.
    #[must_use]
    pub fn hottest(&self, most: usize) -> Vec<u32> {
        let everywhere = TokenRange::whole(Token(u64::MAX));
        self.keys.hottest([everywhere], most)
    }

    /// The key of a row.
    #[must_use]
    pub fn key(&self, row: u32) -> Vec<u8> {
        self.keys.key(row).to_vec()
    }

    /// The row of a key; -1 when it is not there.
    #[must_use]
    pub fn find(&self, key: &[u8]) -> f64 {
        self.keys.find(key).map_or(-1.0, f64::from)
    }

    /// Keys, requests and bytes of a row.
    #[must_use]
    #[wasm_bindgen(js_name = loadOf)]
    pub fn load_of(&self, row: u32) -> Vec<f64> {
        numbers(self.keys.load_of(row)).to_vec()
    }
}

impl Keyspace {
    fn sum(&self, ranges: impl Iterator<Item = TokenRange>) -> Load {
        ranges.map(|range| self.keys.load(range)).sum()
    }
}

fn range(after: u64, to: u64) -> TokenRange {
    TokenRange {
        after: Token(after),
        to: Token(to),
    }
}

fn numbers(load: Load) -> [f64; 3] {
    [load.keys, load.requests, load.bytes].map(|amount| amount as f64)
}

/// An amount of load: a whole number that JavaScript tells exactly.
fn whole(amount: f64) -> Result<u64, JsValue> {
    const MOST: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    if amount.fract() == 0.0 && (0.0..=MOST).contains(&amount) {
        return Ok(amount as u64);
    }
    Err(error(
        "BAD_LOAD",
        "requests and bytes are whole numbers from 0 to 2^53",
    ))
}
