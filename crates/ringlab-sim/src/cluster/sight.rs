//! What can be seen of a world: by a page the events, by checkers also what is sent and stored. It
//! changes nothing.

use std::time::Duration;

use ringlab::layout::MembershipChange;
use ringlab::message::{AppendId, Command, Event, Message, Outcome, Record, RequestId};
use ringlab::ring::NodeId;
use ringlab::time::Instant;

use super::Cluster;

/// An event, when and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at: Instant,
    /// On which node.
    pub node: NodeId,
    /// What.
    pub event: Event,
}

/// Something that checkers see, in the order in which it happened.
#[derive(Clone, Debug)]
pub enum Sight {
    /// A node let something be seen.
    Event(NodeId, Event),
    /// A client sent a request to a coordinator.
    Asked(NodeId, RequestId, Command),
    /// A coordinator answered; the client does not know yet.
    Replied(NodeId, RequestId, Outcome),
    /// An answer reached its client.
    Told(RequestId, Outcome),
    /// A node sent a message to another.
    Sent(NodeId, NodeId, Message),
    /// A node gave its disk something to store.
    Appended(NodeId, AppendId, Record),
    /// It is stored.
    Stored(NodeId, AppendId),
    /// An operator wants this.
    Wished(MembershipChange),
    /// A node goes on after a pause that was so long. Its clock may not have told it.
    Resumed(NodeId, Duration),
    /// A node stopped; what its disk had not synced may be lost.
    Crashed(NodeId),
    /// A node lost some or all of its data for good.
    Wiped(NodeId),
}

impl Cluster {
    /// From now on what checkers see is kept for [`Cluster::take_sights`], events among it, and
    /// nothing for [`Cluster::take_seen`].
    pub fn watch(&mut self) {
        self.sights.get_or_insert_default();
    }

    /// Takes what checkers see since the last call.
    pub fn take_sights(&mut self) -> Vec<Sight> {
        self.sights.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Exchanges what checkers see since the last call for an empty list; whether there was anything.
    pub(crate) fn swap_sights(&mut self, empty: &mut Vec<Sight>) -> bool {
        debug_assert!(empty.is_empty(), "what is in it would be seen again");
        if let Some(sights) = &mut self.sights {
            std::mem::swap(sights, empty);
        }
        !empty.is_empty()
    }

    /// Keeps a sight, where anyone looks.
    pub(super) fn see(&mut self, sight: impl FnOnce() -> Sight) {
        if let Some(sights) = &mut self.sights {
            sights.push(sight());
        }
    }
}
