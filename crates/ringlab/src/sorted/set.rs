//! Sets: maps without values. They know no more than those.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Sub;
use std::{slice, vec};

/// Values in order, each once.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SortedSet<T> {
    values: Vec<T>,
}

impl<T> SortedSet<T> {
    /// Without values.
    #[must_use]
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Leaves none.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    /// The values in order.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.values.iter()
    }

    /// The least value.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.values.first()
    }

    /// The greatest value.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.values.last()
    }

    /// Takes the least value out.
    pub fn pop_first(&mut self) -> Option<T> {
        (!self.is_empty()).then(|| self.values.remove(0))
    }

    /// Takes the greatest value out.
    pub fn pop_last(&mut self) -> Option<T> {
        self.values.pop()
    }

    /// Leaves those that `keep` says.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        self.values.retain(keep);
    }
}

impl<T: Ord> SortedSet<T> {
    /// Whether a value is there.
    #[must_use]
    pub fn contains<Q: Ord + ?Sized>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.place(value).is_ok()
    }

    /// Puts a value in; whether it is new.
    pub fn insert(&mut self, value: T) -> bool {
        match self.place(&value) {
            Ok(_) => false,
            Err(place) => {
                self.values.insert(place, value);
                true
            }
        }
    }

    /// Takes a value out; whether it was there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, value: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        let place = self.place(value);
        place.is_ok_and(|place| {
            self.values.remove(place);
            true
        })
    }

    /// The values that the other set has not, in order.
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a T> + Clone {
        self.values.iter().filter(|value| !other.contains(*value))
    }

    /// The values that both sets have, in order.
    pub fn intersection<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a T> + Clone {
        self.values.iter().filter(|value| other.contains(*value))
    }

    /// Whether the other set has all values of this one.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.values.iter().all(|value| other.contains(value))
    }

    /// Whether this one has all values of the other set.
    #[must_use]
    pub fn is_superset(&self, other: &Self) -> bool {
        other.is_subset(self)
    }

    fn place<Q: Ord + ?Sized>(&self, value: &Q) -> Result<usize, usize>
    where
        T: Borrow<Q>,
    {
        // Most come in order.
        match self.values.last() {
            Some(last) if last.borrow() < value => Err(self.values.len()),
            _ => self
                .values
                .binary_search_by(|other| other.borrow().cmp(value)),
        }
    }
}

impl<T: Clone + Ord> Sub for &SortedSet<T> {
    type Output = SortedSet<T>;

    /// The values of the one set that the other has not.
    fn sub(self, other: Self) -> SortedSet<T> {
        let values = self.difference(other).cloned().collect();
        SortedSet { values }
    }
}

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for SortedSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<T: Ord> Extend<T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            self.insert(value);
        }
    }
}

impl<'a, T: Copy + Ord> Extend<&'a T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, values: I) {
        self.extend(values.into_iter().copied());
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut set = Self::new();
        set.extend(values);
        set
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for SortedSet<T> {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<T> IntoIterator for SortedSet<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
