//! Seeded randomness: ChaCha with 8 rounds, the same numbers on every platform.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use ringlab::message::Random;

/// A stream of random numbers that its seed fixes.
#[derive(Clone, Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number from 0 to `most`, each as likely as another up to 2^-32.
    pub fn up_to(&mut self, most: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * (u64::from(most) + 1);
        (wide >> 32) as u32
    }
}

impl Random for Chance {
    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}
