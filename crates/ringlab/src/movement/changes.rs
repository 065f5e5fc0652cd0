//! The tokens at which two rings differ, found node by node. It knows nothing of lists.

use std::cmp::Ordering;
use std::ops::Range;

use crate::hash::{Token, virtual_token_of};
use crate::ring::{NodePoints, Ring, Spread, Zone};
use crate::sorted::sort;

/// Every token at which a point stands in one ring only, or in both with another meaning: of a
/// node that came, went, was reweighted or, where zones count, stands in another. In order.
/// `None` where points share a token: then a node's points tell only half of its placement.
/// O(nodes, plus the changed points times their logarithm).
pub(super) fn changed_tokens(before: &Ring, after: &Ring, spread: Spread) -> Option<Vec<Token>> {
    if before.has_collisions() || after.has_collisions() {
        return None;
    }
    let stands = |was, is| spread == Spread::Any || zone(before, was) == zone(after, is);
    let mut changed = Vec::new();
    let skipped = match spread {
        Spread::Any => before.same_points(after),
        Spread::Zones => 0,
    };
    let (mut seen_old, mut seen_new) = (skipped, skipped);
    loop {
        let (mut old, mut new) = (before.node_points(seen_old), after.node_points(seen_new));
        // Nearly all nodes are the same, one beside the other: over those in one go.
        let pairs = old.clone().zip(new.clone());
        let same = pairs
            .take_while(|&(was, is)| was == is && stands(was, is))
            .count();
        let (was, is) = match (old.nth(same), new.nth(same)) {
            (None, None) => break,
            // Ids come in order: the smaller of two has no partner in the other ring.
            (Some(was), Some(is)) => match was.id.cmp(&is.id) {
                Ordering::Less => (Some(was), None),
                Ordering::Equal => (Some(was), Some(is)),
                Ordering::Greater => (None, Some(is)),
            },
            only => only,
        };
        let kept = was.zip(is).filter(|&(was, is)| stands(was, is));
        let common = kept.map_or(0, |(was, is)| common_points(was, is));
        for node in [was, is].into_iter().flatten() {
            add(&mut changed, node, common..node.points);
        }
        seen_old += same + usize::from(was.is_some());
        seen_new += same + usize::from(is.is_some());
    }
    sort(&mut changed);
    changed.dedup();
    Some(changed)
}

/// How many points a node of this id has in both rings: a weight only adds or takes the last.
fn common_points(was: NodePoints, is: NodePoints) -> u32 {
    if was.name == is.name {
        was.points.min(is.points)
    } else {
        0
    }
}

fn add(changed: &mut Vec<Token>, node: NodePoints, indices: Range<u32>) {
    changed.extend(indices.map(|index| virtual_token_of(node.name, index)));
}

fn zone(ring: &Ring, node: NodePoints) -> Option<&Zone> {
    ring.node(node.id).map(|node| &node.zone)
}
