//! Maps and sets of many entries, which come in any order: sorted vectors on shelves. They know no
//! more than shorter ones.
//!
//! What a B-tree does in nodes below nodes is done here on one level, with a tenth of the code: an entry
//! that comes moves those behind it on its shelf, and one shelf in so many moves the shelves behind it.

mod set;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Bound, RangeBounds};

pub use self::set::LongSet;

/// Most entries of a shelf. One that comes moves half as many of its own, and 24 bytes of each shelf
/// behind it when its own is full: of 65,536 entries there are 2,048 to 4,096 shelves.
const SHELF_MAX: usize = 32;

/// Keys in order, each once, with a value each.
#[derive(Clone)]
pub struct LongMap<K, V> {
    /// None is empty, unless it is the only one.
    shelves: Vec<Vec<(K, V)>>,
    len: usize,
}

/// A shelf, and a place on it. What is behind all entries is the start of a shelf that is not there.
type Place = (usize, usize);

/// Keys and values in order.
#[derive(Clone, Debug)]
pub struct Iter<'a, K, V> {
    shelves: &'a [Vec<(K, V)>],
    next: Place,
    end: Place,
}

impl<K, V> LongMap<K, V> {
    /// Without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            shelves: Vec::new(),
            len: 0,
        }
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Leaves none.
    pub fn clear(&mut self) {
        self.len = 0;
        self.shelves.truncate(1);
        if let Some(shelf) = self.shelves.first_mut() {
            shelf.clear();
        }
    }

    /// Keys and values in order.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            shelves: &self.shelves,
            next: (0, 0),
            end: if self.is_empty() {
                (0, 0)
            } else {
                (self.shelves.len(), 0)
            },
        }
    }

    /// The values, in order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The values, to be changed, in order of their keys.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        let entries = self.shelves.iter_mut().flatten();
        entries.map(|(_, value)| value)
    }

    /// The least key.
    #[must_use]
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// Takes the least key out.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        (!self.is_empty()).then(|| self.take((0, 0)))
    }

    /// Leaves those that `keep` says.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        for shelf in &mut self.shelves {
            shelf.retain_mut(|(key, value)| keep(key, value));
        }
        self.len = self.shelves.iter().map(Vec::len).sum();
        self.shelves.retain(|shelf| !shelf.is_empty());
    }

    /// Puts an entry where it belongs.
    fn put(&mut self, (mut shelf, mut place): Place, entry: (K, V)) -> Place {
        self.len += 1;
        if shelf == self.shelves.len() {
            // What comes in order fills the shelves.
            match self.shelves.last() {
                Some(last) if last.len() < SHELF_MAX => (shelf, place) = (shelf - 1, last.len()),
                None => self.shelves.push(Vec::new()),
                Some(_) => self.shelves.push(Vec::with_capacity(SHELF_MAX)),
            }
        } else if self.shelves[shelf].len() == SHELF_MAX {
            let half = SHELF_MAX / 2;
            let upper = self.shelves[shelf].split_off(half);
            self.shelves.insert(shelf + 1, upper);
            if place > half {
                (shelf, place) = (shelf + 1, place - half);
            }
        }
        self.shelves[shelf].insert(place, entry);
        (shelf, place)
    }

    fn take(&mut self, (shelf, place): Place) -> (K, V) {
        self.len -= 1;
        let entries = &mut self.shelves[shelf];
        let entry = entries.remove(place);
        if entries.is_empty() {
            // The last one stays: where few come and go, none is made anew for each.
            if self.shelves.len() > 1 {
                self.shelves.remove(shelf);
            }
        } else if shelf == 0 || !self.join(shelf - 1) {
            self.join(shelf);
        }
        entry
    }

    /// A shelf takes the next one in, if few are on both; whether it does.
    fn join(&mut self, shelf: usize) -> bool {
        let [lower, upper] = &self.shelves[shelf..self.shelves.len().min(shelf + 2)] else {
            return false;
        };
        let are_few = lower.len() + upper.len() <= SHELF_MAX / 2;
        if are_few {
            let mut upper = self.shelves.remove(shelf + 1);
            self.shelves[shelf].append(&mut upper);
        }
        are_few
    }
}

impl<K: Ord, V> LongMap<K, V> {
    /// The value of a key.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (shelf, place) = self.place(key).ok()?;
        Some(&self.shelves[shelf][place].1)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let (shelf, place) = self.place(key).ok()?;
        Some(&mut self.shelves[shelf][place].1)
    }

    /// Whether a key is there.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// Puts a value in; the one that the key had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok((shelf, place)) => {
                let there = &mut self.shelves[shelf][place].1;
                Some(std::mem::replace(there, value))
            }
            Err(place) => {
                self.put(place, (key, value));
                None
            }
        }
    }

    /// The value of a key, if need be first this one.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let (shelf, place) = match self.place(&key) {
            Ok(place) => place,
            Err(place) => self.put(place, (key, make())),
        };
        &mut self.shelves[shelf][place].1
    }

    /// Takes a key out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        Some(self.take(place).1)
    }

    /// The entries whose keys are in a range, in order.
    pub fn range(&self, keys: impl RangeBounds<K>) -> Iter<'_, K, V> {
        let whole = self.iter();
        Iter {
            next: match keys.start_bound() {
                Bound::Included(start) => self.first(start, false),
                Bound::Excluded(start) => self.first(start, true),
                Bound::Unbounded => whole.next,
            },
            end: match keys.end_bound() {
                Bound::Included(end) => self.first(end, true),
                Bound::Excluded(end) => self.first(end, false),
                Bound::Unbounded => whole.end,
            },
            ..whole
        }
    }

    /// The first place at a key or behind it, or strictly behind it.
    fn first(&self, key: &K, is_behind: bool) -> Place {
        match self.place(key) {
            Ok((shelf, place)) if is_behind && place + 1 == self.shelves[shelf].len() => {
                (shelf + 1, 0)
            }
            Ok((shelf, place)) => (shelf, place + usize::from(is_behind)),
            Err(place) => place,
        }
    }

    /// The place of a key; or else where it belongs.
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        let compare = |(other, _): &(K, V)| other.borrow().cmp(key);
        let is_before = |shelf: &Vec<(K, V)>| shelf.last().map(compare) == Some(Ordering::Less);
        // Most come in order.
        let shelf = match self.shelves.split_last() {
            Some((last, _)) if is_before(last) => self.shelves.len(),
            Some((_, others)) => others.partition_point(is_before),
            None => 0,
        };
        let Some(entries) = self.shelves.get(shelf) else {
            return Err((shelf, 0));
        };
        match entries.binary_search_by(compare) {
            Ok(place) => Ok((shelf, place)),
            Err(place) => Err((shelf, place)),
        }
    }
}

impl<K, V> Default for LongMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for LongMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for LongMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for LongMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<K, V> IntoIterator for LongMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Vec<(K, V)>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.shelves.into_iter().flatten()
    }
}

impl<'a, K, V> IntoIterator for &'a LongMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let (shelf, place) = self.next;
        let entries = &self.shelves[shelf];
        self.next = if place + 1 == entries.len() {
            (shelf + 1, 0)
        } else {
            (shelf, place + 1)
        };
        let (key, value) = &entries[place];
        Some((key, value))
    }
}
