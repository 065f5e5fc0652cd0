//! Whom a request may turn to when not all is well: who names a version, and who stands in for
//! replicas that do not answer. It knows no request.

use crate::hash::Token;
use crate::health::Health;
use crate::layout::Layout;
use crate::pair::Key;
use crate::quorum::{Quorum, State};
use crate::ring::{NodeId, REPLICAS_MAX};
use crate::sorted::sort_by_key;

use super::View;

/// Fallbacks that a request may come to ask, beside the replicas of its key.
pub const FALLBACKS_MAX: usize = 8;
/// Ranges that are looked at for them: next to a node of a hundred times the weight of another
/// there are many of its own.
const FALLBACK_STEPS_MAX: usize = 1_024;

/// Whether there cannot be enough replies when nodes that are down give none.
pub(super) fn is_hopeless(quorum: &Quorum, view: View<'_>) -> bool {
    let is_down = |&node: &NodeId| (view.health)(node) == Health::Down;
    let down: Vec<NodeId> = quorum.voters().filter(is_down).collect();
    if down.is_empty() {
        return false;
    }
    let mut quorum = quorum.clone();
    for node in down {
        quorum.vote(node, false);
    }
    quorum.state() == State::Impossible
}

/// Who may name a version, and in whose place, in order: the coordinator if it is an owner by the ring that is read,
/// then the other owners that are up, then those of whom it is not sure; where quorums are sloppy
/// and all owners are down, fallbacks. New owners in a change lack what was not copied yet, and
/// must not name.
pub(super) fn namers(
    quorum: &Quorum,
    view: View<'_>,
    (key, is_sloppy): (&Key, bool),
    coordinator: NodeId,
) -> Vec<(NodeId, Option<NodeId>)> {
    let owners: Vec<NodeId> = quorum.first_list().collect();
    let mut able = owners.clone();
    able.retain(|&node| (view.health)(node) != Health::Down);
    sort_by_key(&mut able, |&node| {
        (node != coordinator, (view.health)(node))
    });
    let (true, true, Some(&place)) = (able.is_empty(), is_sloppy, owners.first()) else {
        // A belief may be wrong: where all are said to be down, they are asked.
        let all = if able.is_empty() { &owners } else { &able };
        return all.iter().map(|&node| (node, None)).collect();
    };
    let fallbacks = fallbacks_up(view, key).filter(|&node| !quorum.has_voter(node));
    fallbacks.map(|node| (node, Some(place))).collect()
}

/// The nodes of [`fallbacks`] that are not known to be down.
pub(super) fn fallbacks_up<'a>(
    view: View<'a>,
    key: &Key,
) -> impl Iterator<Item = NodeId> + use<'a> {
    let is_down = |node: &NodeId| (view.health)(*node) == Health::Down;
    let nodes = fallbacks(view.layout, key);
    nodes.into_iter().filter(move |node| !is_down(node))
}

/// The nodes clockwise of a key, its replicas among them: as many as a list can have and
/// [`FALLBACKS_MAX`] more. What a lost node kept, nobody might hand over.
pub(crate) fn fallbacks(layout: &Layout, key: &Key) -> Vec<NodeId> {
    let ring = layout.reads();
    let wanted = (REPLICAS_MAX + FALLBACKS_MAX).min(ring.storage_nodes());
    let mut nodes = Vec::with_capacity(wanted);
    let mut token = key.token();
    for _ in 0..FALLBACK_STEPS_MAX {
        let Some((range, owner)) = ring.range_at(token).filter(|_| nodes.len() < wanted) else {
            break;
        };
        if !nodes.contains(&owner) && !layout.has_lost(owner) {
            nodes.push(owner);
        }
        token = Token(range.to.0.wrapping_add(1));
    }
    nodes
}
