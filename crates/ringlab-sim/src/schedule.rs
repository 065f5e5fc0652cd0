//! The event queue: what happens next, in order of time. It knows no nodes.
//!
//! Events of the same moment come out in the order in which they went in, so a run is a function
//! of its inputs.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ringlab::time::Instant;

#[cfg(test)]
mod tests;

/// Events by time.
#[derive(Clone, Debug)]
pub struct Schedule<E> {
    heap: BinaryHeap<Entry>,
    /// What entries stand for: events are large, and a heap moves what it orders.
    events: Vec<Option<E>>,
    free: Vec<usize>,
    pushed: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Instant,
    order: u64,
    /// Its place in `events`.
    event: usize,
}

impl<E> Schedule<E> {
    /// Puts an event in. O(log events).
    pub fn push(&mut self, at: Instant, event: E) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.events.push(None);
            self.events.len() - 1
        });
        self.events[place] = Some(event);
        self.heap.push(Entry {
            at,
            order: self.pushed,
            event: place,
        });
        self.pushed += 1;
    }

    /// Takes the next event out unless it is after `until`. O(log events).
    pub fn pop_until(&mut self, until: Instant) -> Option<(Instant, E)> {
        if self.heap.peek()?.at > until {
            return None;
        }
        let entry = self.heap.pop()?;
        self.free.push(entry.event);
        let event = self.events[entry.event].take()?;
        Some((entry.at, event))
    }

    /// When the next event is.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// All that waits and when it is, in no order.
    pub fn events(&self) -> impl Iterator<Item = (Instant, &E)> {
        let waiting = self.heap.iter();
        waiting.filter_map(|entry| Some((entry.at, self.events[entry.event].as_ref()?)))
    }

    /// How many events wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<E> Default for Schedule<E> {
    fn default() -> Self {
        Self {
            heap: BinaryHeap::new(),
            events: Vec::new(),
            free: Vec::new(),
            pushed: 0,
        }
    }
}

impl Ord for Entry {
    /// The heap gives its greatest entry first: the earliest, and of those the first pushed.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}
