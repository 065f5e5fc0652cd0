//! Which operations on which keys: one mix a run. It knows no user.

use super::{Operation, Size, Zipf};
use crate::random::Chance;

/// Which keys are asked for.
#[derive(Clone, Debug)]
pub enum Keys {
    /// Each as often as another.
    Uniform(u32),
    /// A few often, most rarely.
    Zipf(Zipf),
    /// One of them every second time.
    Hot(u32),
}

/// How often each operation comes up, as weights.
#[derive(Clone, Debug)]
pub struct Mix {
    /// On which keys.
    pub keys: Keys,
    /// How many sets there are to add to.
    pub sets: u32,
    /// By operation, in the order of [`Operation`]; sets alone are read at the end.
    pub weights: [u32; 7],
    /// One value in so many is huge; none when 0.
    pub huge_one_in: u32,
}

impl Mix {
    /// A mix of its own for each run: reads and sets always, everything else by chance.
    pub fn draw(chance: &mut Chance) -> Self {
        let many = 1 + chance.up_to(11);
        let keys = match chance.up_to(2) {
            0 => Keys::Uniform(many),
            1 => Keys::Zipf(Zipf::new(many)),
            _ => Keys::Hot(many),
        };
        let mut weights = [6, 0, 0, 0, 0, 0, 3];
        for weight in &mut weights[1..6] {
            *weight = chance.up_to(3);
        }
        // Something is written.
        weights[1] += 2;
        let huge_one_in = if chance.up_to(7) == 0 { 10 } else { 0 };
        Self {
            keys,
            sets: 1 + chance.up_to(2),
            weights,
            huge_one_in,
        }
    }

    /// The next operation.
    pub fn operation(&self, chance: &mut Chance) -> Operation {
        let all: u32 = self.weights.iter().sum();
        let mut point = chance.up_to(all.saturating_sub(1));
        let which = self.weights.iter().position(|&weight| {
            let here = point < weight;
            point = point.saturating_sub(weight);
            here
        });
        let key = self.keys.draw(chance);
        let huge = self.huge_one_in > 0 && chance.up_to(self.huge_one_in - 1) == 0;
        let size = if huge { Size::Huge } else { Size::Small };
        match which {
            Some(1) => Operation::Modify(key, size),
            Some(2) => Operation::Put(key, size),
            Some(3) => Operation::PutStale(key),
            Some(4) => Operation::PutBlind(key),
            Some(5) => Operation::Delete(key),
            Some(6) => Operation::Add(chance.up_to(self.sets.saturating_sub(1))),
            _ => Operation::Get(key),
        }
    }
}

impl Keys {
    /// A key.
    pub fn draw(&self, chance: &mut Chance) -> u32 {
        match self {
            Self::Uniform(many) => chance.up_to(many.saturating_sub(1)),
            Self::Zipf(zipf) => zipf.draw(chance),
            Self::Hot(many) => match chance.up_to(1) {
                0 => 0,
                _ => chance.up_to(many.saturating_sub(1)),
            },
        }
    }

    /// How many there are.
    #[must_use]
    pub fn many(&self) -> u32 {
        match self {
            Self::Uniform(many) | Self::Hot(many) => *many,
            Self::Zipf(zipf) => zipf.many(),
        }
    }
}
