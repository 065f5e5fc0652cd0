//! Keys with their load, as they come in batches. Loads are numbers of JavaScript, exact up to 2^53.

use std::sync::Arc;

use ringlab::hash::Token;
use ringlab::keyspace::{self, Census, Load};
use ringlab::ring::{NodeId, TokenRange};
use wasm_bindgen::prelude::*;

use crate::errors::{error, of_key};
use crate::movement::Movement;
use crate::packed;
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

    /// Takes keys in one piece, see `packed`. Each has so many requests and bytes; without them
    /// one request, and the bytes of the key and its value.
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
        for (row, key) in packed::keys(keys, ends).enumerate() {
            let requests = requests.get(row).map_or(Ok(1), |&amount| whole(amount))?;
            let bytes = bytes.get(row).map(|&amount| whole(amount)).transpose()?;
            self.0.push(key, requests, bytes).map_err(of_key)?;
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
        numbers(self.keys.total())
    }

    /// Keys, requests and bytes of a range.
    #[must_use]
    pub fn load(&self, after: u64, to: u64) -> Vec<f64> {
        numbers(self.keys.load(range(after, to)))
    }

    /// Of each node that has keys as primary: its number, keys, requests and bytes.
    #[must_use]
    pub fn counts(&self, ring: &HashRing) -> Vec<f64> {
        let mut rows = Vec::new();
        for (NodeId(node), load) in Census::count(&ring.ring, &self.keys).iter() {
            rows.push(node.into());
            push(&mut rows, load);
        }
        rows
    }

    /// How unevenly nodes share keys, or requests: the largest over the mean, the standard
    /// deviation over the mean, the 99th percentile over the mean.
    #[must_use]
    pub fn unevenness(&self, ring: &HashRing, requests: bool) -> Vec<f64> {
        let amount = |load: Load| if requests { load.requests } else { load.keys };
        let told = Census::count(&ring.ring, &self.keys).unevenness(ring.ring.nodes(), amount);
        vec![
            told.max_over_mean,
            told.coefficient_of_variation,
            told.p99_over_mean,
        ]
    }

    /// The load of what moves: with another primary, of that rerouted and to copy, and lost.
    #[must_use]
    pub fn moved(&self, movement: &Movement) -> Vec<f64> {
        let movement = &movement.0;
        let mut moved = Load::default();
        for row in movement.primaries() {
            moved += self.keys.load(row.range);
        }
        let mut rows = Vec::new();
        push(&mut rows, moved);
        push(&mut rows, self.sum(movement.rerouted()));
        push(&mut rows, self.sum(movement.to_copy()));
        push(&mut rows, self.sum(movement.lost()));
        rows
    }

    /// The load of each of a movement's copies, in their order: from node, to node, load.
    #[must_use]
    pub fn transfers(&self, movement: &Movement) -> Vec<f64> {
        let mut rows = Vec::new();
        for copy in movement.0.copies() {
            rows.extend_from_slice(&[copy.from.0.into(), copy.to.0.into()]);
            push(&mut rows, self.keys.load(copy.range));
        }
        rows
    }

    /// What `hash mod n` would move when the number of nodes changes.
    #[must_use]
    #[wasm_bindgen(js_name = movedByModulo)]
    pub fn moved_by_modulo(&self, before: u32, after: u32) -> Vec<f64> {
        let rows = 0..self.keys.len();
        numbers(keyspace::moved_by_modulo(&self.keys, rows, before, after))
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
        numbers(self.keys.load_of(row))
    }
}

impl Keyspace {
    #[inline(never)]
    fn sum(&self, ranges: &[TokenRange]) -> Load {
        let mut sum = Load::default();
        for &range in ranges {
            sum += self.keys.load(range);
        }
        sum
    }
}

fn range(after: u64, to: u64) -> TokenRange {
    TokenRange {
        after: Token(after),
        to: Token(to),
    }
}

fn numbers(load: Load) -> Vec<f64> {
    let mut numbers = Vec::new();
    push(&mut numbers, load);
    numbers
}

#[inline(never)]
fn push(rows: &mut Vec<f64>, load: Load) {
    rows.extend_from_slice(&[load.keys as f64, load.requests as f64, load.bytes as f64]);
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
