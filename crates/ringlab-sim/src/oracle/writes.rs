//! A set of the writes of one key, by their place in the order in which they were named. It knows
//! no writes.

/// Some writes of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writes(Vec<u64>);

impl Writes {
    /// Takes one in.
    pub fn insert(&mut self, place: usize) {
        let word = place / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (place % 64);
    }

    /// Takes all of the others in.
    pub fn extend(&mut self, others: &Self) {
        if self.0.len() < others.0.len() {
            self.0.resize(others.0.len(), 0);
        }
        for (word, other) in self.0.iter_mut().zip(&others.0) {
            *word |= other;
        }
    }

    /// Whether it is among them.
    #[must_use]
    pub fn contains(&self, place: usize) -> bool {
        let word = self.0.get(place / 64);
        word.is_some_and(|word| word & (1 << (place % 64)) != 0)
    }

    /// Those that are not among the others.
    pub fn without<'a>(&'a self, others: &'a Self) -> impl Iterator<Item = usize> + 'a {
        let words = self.0.iter().enumerate();
        words.flat_map(move |(at, word)| {
            let mut left = word & !others.0.get(at).copied().unwrap_or(0);
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.checked_sub(1)?;
                Some(at * 64 + bit)
            })
        })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.without(&Self(Vec::new()))
            .collect::<Vec<_>>()
            .into_iter()
    }
}

impl FromIterator<usize> for Writes {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        let mut writes = Self::default();
        places.into_iter().for_each(|place| writes.insert(place));
        writes
    }
}
