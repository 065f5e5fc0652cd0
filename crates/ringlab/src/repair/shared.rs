//! What two nodes both hold, and with whom a node shares anything. It knows no data.
//!
//! The ranges that a node holds lie right behind its virtual nodes, counter-clockwise: the further
//! back, the more other nodes come before it, until it is in the preference list no more, and then
//! never again up to its next virtual node. So a walk back from each of them meets the few ranges
//! that are its own: in a ring of 1,000 nodes with 256 virtual nodes each 1,000 of 256,000.
//! A pair shares 1.1 ranges there on average; in a ring of 5 nodes 107. A tree is then made from the cells in these alone.

use crate::hash::{Token, virtual_token};
use crate::layout::Placement;
use crate::outbox::Outbox;
use crate::ring::{NodeId, TokenRange};
use crate::storage::RangeSet;

/// A node that holds a range which this one owns, by chance: more often one that shares more.
pub(super) fn partner(placement: &Placement, out: &mut Outbox<'_>) -> Option<NodeId> {
    let ring = &placement.ring;
    let own = ring.node(out.id)?;
    let count = ring.virtual_nodes_of(own.id);
    if count == 0 {
        return None;
    }
    let index = out.below(count.into()) as u32;
    let token = virtual_token(own.name.as_str().as_bytes(), index);
    let list = placement.replicas(token);
    let others: Vec<NodeId> = list.iter().copied().filter(|&id| id != own.id).collect();
    if others.is_empty() {
        return None;
    }
    let chosen = out.below(others.len() as u64) as usize;
    others.get(chosen).copied()
}

/// The tokens that both nodes hold. O(ranges that one of them holds, times n).
pub(crate) fn ranges(placement: &Placement, one: NodeId, other: NodeId) -> RangeSet {
    let ring = &placement.ring;
    let Some(node) = ring.node(one) else {
        return RangeSet::default();
    };
    let mut ranges = Vec::new();
    for index in 0..ring.virtual_nodes_of(one) {
        let from = virtual_token(node.name.as_str().as_bytes(), index);
        let mut token = from;
        while let Some((after, owner)) = ring.token_before_and_owner(token) {
            // The same of each token in it; a lookup takes longest where a virtual node stands.
            let list =
                placement.replicas(Token(token.0.wrapping_sub(after.distance_to(token) / 2)));
            if !list.contains(&one) || owner == one && token != from {
                break;
            }
            if list.contains(&other) {
                ranges.push(TokenRange { after, to: token });
            }
            token = after;
            if token == from {
                break;
            }
        }
    }
    ranges.into_iter().collect()
}
