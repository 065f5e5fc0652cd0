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

/// When something happens: of what happens at one time, first what was first put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The time.
    pub at: Instant,
    /// Its place in the order.
    pub order: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    moment: Moment,
    /// Its place in `events`.
    event: usize,
}

impl<E> Schedule<E> {
    /// The next place in the order, for an event that is kept elsewhere.
    pub const fn place(&mut self, at: Instant) -> Moment {
        let order = self.pushed;
        self.pushed += 1;
        Moment { at, order }
    }

    /// Puts an event in. O(log events).
    pub fn push(&mut self, at: Instant, event: E) {
        let moment = self.place(at);
        let place = self.free.pop().unwrap_or_else(|| {
            self.events.push(None);
            self.events.len() - 1
        });
        self.events[place] = Some(event);
        self.heap.push(Entry {
            moment,
            event: place,
        });
    }

    /// Takes the next event out unless it is after `until`. O(log events).
    pub fn pop_until(&mut self, until: Instant) -> Option<(Instant, E)> {
        if self.next()?.at > until {
            return None;
        }
        let entry = self.heap.pop()?;
        self.free.push(entry.event);
        let event = self.events[entry.event].take()?;
        Some((entry.moment.at, event))
    }

    /// When the next event is.
    #[must_use]
    pub fn next(&self) -> Option<Moment> {
        self.heap.peek().map(|entry| entry.moment)
    }

    /// All that waits and when it is, in no order.
    pub fn events(&self) -> impl Iterator<Item = (Instant, &E)> {
        let waiting = self.heap.iter();
        waiting.filter_map(|entry| Some((entry.moment.at, self.events[entry.event].as_ref()?)))
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
        other.moment.cmp(&self.moment)
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
