//! Sets: maps without values. They know no more than those.

use std::borrow::Borrow;
use std::fmt;

use super::LongMap;

/// Values in order, each once.
#[derive(Clone)]
pub struct LongSet<T> {
    values: LongMap<T, ()>,
}

impl<T> LongSet<T> {
    /// Without values.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            values: LongMap::new(),
        }
    }

    /// Leaves none.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter().map(|(value, ())| value)
    }
}

impl<T: Ord> LongSet<T> {
    /// Whether a value is there.
    #[must_use]
    pub fn contains<Q: Ord + ?Sized>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.values.contains_key(value)
    }

    /// Puts a value in; whether it is new.
    pub fn insert(&mut self, value: T) -> bool {
        self.values.insert(value, ()).is_none()
    }

    /// Takes a value out; whether it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, value: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.values.remove(value).is_some()
    }
}

impl<T> Default for LongSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for LongSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
