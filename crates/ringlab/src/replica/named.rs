//! Which writes a replica has named lately: a message that comes twice must not name its write
//! twice. It knows no keys.
//!
//! A second name would stand beside whatever replaced the first: the write would come back.

use std::collections::VecDeque;

use crate::message::RequestId;
use crate::ring::NodeId;
use crate::sorted::{LongSet, SortedMap};

/// Writes of each coordinator that are remembered; its oldest is forgotten. As many as it may have
/// in flight: of those that it still answers, none is.
pub const NAMED_MAX: usize = 16_384;

/// Writes by coordinator.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    windows: SortedMap<NodeId, Window>,
}

/// The last writes of one coordinator.
#[derive(Clone, Debug, Default)]
struct Window {
    writes: LongSet<RequestId>,
    /// Oldest first.
    order: VecDeque<RequestId>,
}

impl Named {
    /// Takes a write in; whether it was not there. O(log writes).
    pub(super) fn is_new(&mut self, coordinator: NodeId, request: RequestId) -> bool {
        let windows = &mut self.windows;
        let window = windows
            .entry_near(coordinator, coordinator.index())
            .or_default();
        if !window.writes.insert(request) {
            return false;
        }
        window.order.push_back(request);
        if window.order.len() > NAMED_MAX
            && let Some(oldest) = window.order.pop_front()
        {
            window.writes.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn a_write_is_remembered_until_as_many_of_its_coordinator_came_after_it() {
        let mut named = Named::default();
        let id = |number| RequestId { number, leg: 0 };
        assert!(named.is_new(NodeId(1), id(0)));
        for number in 0..2 * NAMED_MAX as u64 {
            assert!(named.is_new(NodeId(2), id(number)));
        }
        assert!(
            !named.is_new(NodeId(1), id(0)),
            "whatever others asked meanwhile"
        );
        for number in 1..=NAMED_MAX as u64 {
            assert!(named.is_new(NodeId(1), id(number)));
        }
        assert!(named.is_new(NodeId(1), id(0)));
    }
}
