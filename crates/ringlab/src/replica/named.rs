//! Which writes a replica has named lately: a message that comes twice must not name its write
//! twice. It knows no keys.
//!
//! A second name would stand beside whatever replaced the first: the write would come back.

use std::collections::{BTreeSet, VecDeque};

use crate::message::RequestId;
use crate::ring::NodeId;

/// Writes that are remembered; the oldest is forgotten. As many as one coordinator may have in
/// flight: of those that are still answered, none is.
pub const NAMED_MAX: usize = 16_384;

/// Writes by coordinator and request.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    writes: BTreeSet<(NodeId, RequestId)>,
    /// Oldest first.
    order: VecDeque<(NodeId, RequestId)>,
}

impl Named {
    /// Takes a write in; whether it was not there. O(log writes).
    pub(super) fn is_new(&mut self, coordinator: NodeId, request: RequestId) -> bool {
        let write = (coordinator, request);
        if !self.writes.insert(write) {
            return false;
        }
        self.order.push_back(write);
        if self.order.len() > NAMED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.writes.remove(&oldest);
        }
        true
    }
}
