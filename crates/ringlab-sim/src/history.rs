//! The digest of a history: equal seeds and commands give equal digests on every platform.

use std::hash::{Hash, Hasher};

use ringlab::message::Event;
use ringlab::ring::NodeId;
use ringlab::time::Instant;

/// Every event so far, in 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    events: u64,
    digest: u64,
}

/// Takes in numbers, each as 64 bits whatever it is: what has the size of a pointer, too. For a given
/// number no two states become one, and for a given state no two numbers give one.
struct Digest(u64);

impl History {
    /// How many events there were.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// The digest.
    #[must_use]
    pub const fn digest(&self) -> u64 {
        self.digest
    }

    /// Takes the next event in.
    pub(crate) fn push(&mut self, at: Instant, node: NodeId, event: &Event) {
        let mut digest = Digest(self.digest);
        (at, node, event).hash(&mut digest);
        self.digest = digest.finish();
        self.events += 1;
    }
}

impl Hasher for Digest {
    fn write_u64(&mut self, number: u64) {
        /// Odd, with as many ones as zeros: the golden ratio's fraction.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0 ^ number).wrapping_mul(FACTOR).rotate_right(29);
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u8(byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use ringlab::message::RequestId;

    use super::*;

    #[test]
    fn when_where_what_and_in_which_order_count() {
        let hedged = |number, leg| Event::Hedged {
            request: RequestId { number, leg },
        };
        let reached = Event::QuorumReached {
            request: RequestId { number: 1, leg: 0 },
        };
        let behind = |nodes: &[u32]| Event::Finished {
            request: RequestId { number: 1, leg: 0 },
            behind: nodes.iter().copied().map(NodeId).collect(),
        };
        let first = (Instant::ZERO, NodeId(1), hedged(1, 0));
        let second = (Instant::ZERO, NodeId(1), hedged(2, 0));
        let histories = [
            vec![],
            vec![first.clone()],
            vec![(Instant(1), NodeId(1), hedged(1, 0))],
            vec![(Instant::ZERO, NodeId(2), hedged(1, 0))],
            vec![(Instant::ZERO, NodeId(1), hedged(1, 1))],
            vec![(Instant::ZERO, NodeId(1), reached)],
            vec![first.clone(), second.clone()],
            vec![second, first],
            vec![(Instant::ZERO, NodeId(1), behind(&[]))],
            vec![(Instant::ZERO, NodeId(1), behind(&[0]))],
            vec![(Instant::ZERO, NodeId(1), behind(&[1, 2]))],
            vec![(Instant::ZERO, NodeId(1), behind(&[2, 1]))],
        ];
        let mut digests: Vec<u64> = histories.iter().map(|events| digest(events)).collect();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), histories.len());
    }

    fn digest(events: &[(Instant, NodeId, Event)]) -> u64 {
        let mut history = History::default();
        for (at, node, event) in events {
            history.push(*at, *node, event);
        }
        history.digest()
    }
}
