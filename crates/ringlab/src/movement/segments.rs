//! Where two rings may differ: ranges in which every token has one preference list before and
//! one after. It knows nothing of who sends what.

use super::changes::changed_tokens;
use crate::hash::Token;
use crate::ring::{NodeId, Replication, Ring, Spread, TokenRange};
use crate::sorted::sort;

/// Above this many steps for a point of either ring it is quicker to go everywhere.
const STEPS_PER_POINT_MAX: usize = 4;

/// Ranges that between them have every token whose list may have changed, in order of their
/// ends; no point of either ring stands in one but at its end. Only near the points that changed
/// when those are few; all around when they are many, or keys are replicated otherwise.
pub(super) fn segments(
    (before, was): (&Ring, Replication),
    (after, is): (&Ring, Replication),
) -> Vec<TokenRange> {
    let changed = (was == is).then(|| changed_tokens(before, after, is.spread));
    changed
        .flatten()
        .and_then(|changed| near(&changed, before, after, is))
        .unwrap_or_else(|| everywhere(before, after))
}

/// The same for primaries alone, each told with the primary after: the range that ends at each
/// changed point.
pub(super) fn primary_segments(
    before: &Ring,
    after: &Ring,
    mut tell: impl FnMut(TokenRange, NodeId),
) {
    let changed = changed_tokens(before, after, Spread::Any);
    let Some(changed) = changed.filter(|changed| are_few(changed.len(), before, after)) else {
        for range in everywhere(before, after) {
            if let Some(owner) = after.primary(range.to) {
                tell(range, owner);
            }
        }
        return;
    };
    let Some(mut last) = changed.last().copied() else {
        return;
    };
    for &to in &changed {
        if let Some((point, owner)) = after.token_before_and_owner(to) {
            // Points that went are changed ones; all others are points of the ring after.
            let way = |from: Token| from.distance_to(to).wrapping_sub(1);
            let after = if way(last) < way(point) { last } else { point };
            tell(TokenRange { after, to }, owner);
        }
        last = to;
    }
}

/// The whole circle, cut at every point of both rings.
pub(super) fn everywhere(before: &Ring, after: &Ring) -> Vec<TokenRange> {
    let ends = merged(before.points(), after.points());
    let mut last = ends.last().copied();
    let ending = |to| TokenRange {
        after: last.replace(to).unwrap_or(to),
        to,
    };
    ends.into_iter().map(ending).collect()
}

/// The tokens of both rings, each told in order, each once and in order.
fn merged(
    mut before: impl Iterator<Item = (Token, NodeId)>,
    mut after: impl Iterator<Item = (Token, NodeId)>,
) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut one, mut other) = (before.next(), after.next());
    while let Some((token, _)) = one.into_iter().chain(other).min() {
        tokens.push(token);
        if one.is_some_and(|(one, _)| one == token) {
            one = before.next();
        }
        if other.is_some_and(|(other, _)| other == token) {
            other = after.next();
        }
    }
    tokens
}

/// A list reaches a changed point only from so near that the points in between do not fill it.
/// So from each changed point back to where unchanged ones do.
fn near(
    changed: &[Token],
    before: &Ring,
    after: &Ring,
    replication: Replication,
) -> Option<Vec<TokenRange>> {
    let enough = Enough::of(before, after, replication);
    // Where a range begins or ends, and whether one ends there.
    let mut cuts: Vec<(Token, bool)> = changed.iter().map(|&token| (token, true)).collect();
    let mut met = Met::default();
    for (at, &token) in changed.iter().enumerate() {
        met.clear();
        let (lower, higher) = (&changed[..at], &changed[at + 1..]);
        // The changed points that the way passes, too, as it meets them.
        let mut passed = lower.iter().rev().chain(higher.iter().rev()).peekable();
        for (point, slot, zone) in after.counter_clockwise(token) {
            if !are_few(cuts.len(), before, after) {
                return None;
            }
            let way = point.distance_to(token);
            while passed
                .next_if(|other| other.distance_to(token) < way)
                .is_some()
            {}
            if passed.next_if(|&&other| other == point).is_some() {
                continue;
            }
            met.add(slot, zone);
            let full = met.is(&enough);
            cuts.push((point, !full));
            if full {
                break;
            }
        }
        if !met.is(&enough) {
            return None;
        }
    }
    sort(&mut cuts);
    // Of equal tokens the one at which a range ends comes last, and counts.
    let mut last = cuts.last()?.0;
    let mut segments = Vec::with_capacity(cuts.len());
    for (at, &(to, ends)) in cuts.iter().enumerate() {
        if cuts.get(at + 1).is_some_and(|next| next.0 == to) {
            continue;
        }
        if ends {
            segments.push(TokenRange { after: last, to });
        }
        last = to;
    }
    Some(segments)
}

fn are_few(steps: usize, before: &Ring, after: &Ring) -> bool {
    steps * STEPS_PER_POINT_MAX < before.point_count() + after.point_count()
}

/// How many nodes and zones fill every list of either ring.
struct Enough {
    nodes: usize,
    zones: usize,
}

impl Enough {
    fn of(before: &Ring, after: &Ring, replication: Replication) -> Self {
        let wanted = replication.nodes_wanted();
        let most = |of: fn(&Ring) -> usize| wanted.min(of(before).max(of(after)));
        Self {
            nodes: most(Ring::storage_nodes),
            zones: match replication.spread {
                Spread::Any => 0,
                Spread::Zones => most(Ring::storage_zones),
            },
        }
    }
}

/// Different nodes and zones among some points.
#[derive(Default)]
struct Met {
    slots: Vec<u16>,
    zones: Vec<u16>,
}

impl Met {
    fn clear(&mut self) {
        self.slots.clear();
        self.zones.clear();
    }

    fn add(&mut self, slot: u16, zone: u16) {
        if !self.slots.contains(&slot) {
            self.slots.push(slot);
        }
        if !self.zones.contains(&zone) {
            self.zones.push(zone);
        }
    }

    fn is(&self, enough: &Enough) -> bool {
        self.slots.len() >= enough.nodes && self.zones.len() >= enough.zones
    }
}
