//! Makes populations from a seed, in steps: the same keys and requests on every platform. It knows
//! no file.

#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use ringlab::keyspace::KeyspaceBuilder;

use crate::loading::builder;
use crate::situation::{KeySource, Population, Shape, SituationError};

/// Requests of a key where all have the same.
pub const REQUESTS_EACH: u64 = 100;
/// Requests of the first key under Zipf's law; the others have their parts of it, rounded.
pub const REQUESTS_ZIPF_FIRST: u64 = 1_000_000_000;

/// Keys that a step makes: a few milliseconds.
const KEYS_A_STEP: u32 = 1 << 14;

/// Random letters before the number of a key: 40 bits.
const LETTERS: usize = 8;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A population in the making.
pub(crate) struct Making {
    population: Population,
    random: ChaCha8Rng,
    made: u32,
    builder: KeyspaceBuilder,
}

impl Making {
    /// Fails when the population asks for what is out of bounds.
    pub(crate) fn new(population: Population) -> Result<Self, SituationError> {
        KeySource::Generated(population).check()?;
        Ok(Self {
            population,
            random: ChaCha8Rng::seed_from_u64(population.seed),
            made: 0,
            builder: builder(),
        })
    }

    /// Makes some keys; gives all of them with the last step, and none after it.
    pub(crate) fn step(&mut self) -> Option<KeyspaceBuilder> {
        let end = self
            .population
            .keys
            .min(self.made.saturating_add(KEYS_A_STEP));
        while self.made < end {
            // From 1: a key's rank.
            self.made += 1;
            let key = self.key(self.made);
            let requests = requests(self.population, self.made);
            self.builder
                .push(key.as_bytes(), requests, None)
                .expect("bounds keep keys and requests within a builder's limits");
        }
        (end == self.population.keys).then(|| std::mem::replace(&mut self.builder, builder()))
    }

    /// Keys made, and keys to make.
    pub(crate) fn progress(&self) -> (u64, u64) {
        (self.made.into(), self.population.keys.into())
    }

    /// The number makes a name unique, the letters make it another one under another seed.
    fn key(&mut self, rank: u32) -> String {
        if self.population.shape == Shape::Sequential {
            return format!("key-{rank:07}");
        }
        let bits = self.random.next_u64();
        let letter = |at: usize| char::from(ALPHABET[(bits >> (5 * at)) as usize % ALPHABET.len()]);
        let letters: String = (0..LETTERS).map(letter).collect();
        format!("{letters}-{rank}")
    }
}

fn requests(population: Population, rank: u32) -> u64 {
    match population.shape {
        Shape::Uniform | Shape::Sequential => REQUESTS_EACH,
        Shape::Zipf { exponent } => zipf(rank, exponent),
        Shape::HotKey { percent } if rank == 1 => hot(population.keys, percent),
        Shape::HotKey { .. } => REQUESTS_EACH,
    }
}

/// `libm` in software, not the platform's `powf`, whose last bits differ between platforms.
fn zipf(rank: u32, exponent_thousandths: u32) -> u64 {
    let exponent = f64::from(exponent_thousandths) / 1_000.0;
    let part = libm::pow(f64::from(rank), exponent);
    libm::round(REQUESTS_ZIPF_FIRST as f64 / part) as u64
}

/// So many requests that they are this percentage of all; a key alone has what each has.
fn hot(keys: u32, percent: u32) -> u64 {
    let others = u64::from(keys - 1) * REQUESTS_EACH;
    let percent = u64::from(percent);
    let part = (2 * others * percent).div_ceil(100 - percent) / 2;
    if others == 0 { REQUESTS_EACH } else { part }
}
