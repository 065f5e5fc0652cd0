//! What a membership change costs, beside what perfect balance would move and beside `hash mod n`.
//! It knows rings and keys; it moves nothing.

use ringlab::keyspace::Load;
use ringlab::movement::Movement;
use ringlab::ring::{NodeId, Ring, TokenRange};
use ringlab::sorted::{SortedMap, sort_by_key};
use ringlab::storage::RangeSet;
use ringlab::time::Instant;

use super::contents::Contents;
use super::primaries::Primaries;
use crate::protocol::{Bereft, ChangeReport, Deed, LINKS_MAX};

/// One side of a change: a ring, and who has what on it as primary.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) ring: &'a Ring,
    pub(super) primaries: &'a Primaries,
}

/// Measures the way from one side to the other, of which `movement` tells the ranges. O(changed
/// ranges x log keys). What `hash mod n` would have moved is counted [later](super::modulo).
pub(super) fn report(
    (deed, began): (Deed, Instant),
    (before, after): (Side<'_>, Side<'_>),
    movement: &Movement,
    contents: &Contents,
) -> ChangeReport {
    let sum = |ranges: &[TokenRange]| ranges.iter().map(|range| contents.load(*range)).sum();
    let sent = sent(movement, contents);
    let (links, links_left_out) = links(&sent);
    let gained = movement.gains().iter();
    let to_copy: Load = gained.map(|gained| contents.load(gained.range)).sum();
    ChangeReport {
        bereft: matches!(deed, Deed::Replace(..)).then(Bereft::default),
        deed,
        began,
        ended: None,
        total: contents.total(),
        moved: movement
            .primaries()
            .iter()
            .map(|moved| contents.load(moved.range))
            .sum(),
        rerouted: sum(movement.rerouted()),
        to_copy,
        sent_again: without(received(movement, contents), to_copy),
        sent: sent.iter().map(|(_, load)| *load).sum(),
        lost: sum(movement.lost()),
        share_moved: TokenRange::share_of(movement.moved_width()),
        balance: balance(before.ring, after.ring, contents.total()),
        modulo: None,
        keys: (
            before.primaries.keys(before.ring),
            after.primaries.keys(after.ring),
        ),
        requests: (
            before.primaries.requests(before.ring),
            after.primaries.requests(after.ring),
        ),
        hottest: after.primaries.hottest(after.ring, contents),
        links,
        links_left_out,
    }
}

/// Each key counted once for every node that a copy of it is sent to, however many send it.
fn received(movement: &Movement, contents: &Contents) -> Load {
    let mut received = SortedMap::<_, Vec<_>>::new();
    for copy in movement.copies() {
        received.entry(copy.to).or_default().push(copy.range);
    }
    let sets = received
        .into_values()
        .map(|ranges| ranges.into_iter().collect::<RangeSet>());
    sets.map(|set| set.ranges().map(|range| contents.load(range)).sum::<Load>())
        .sum()
}

/// What is left of `all` without a part of it.
fn without(all: Load, part: Load) -> Load {
    Load {
        keys: all.keys.saturating_sub(part.keys),
        requests: all.requests.saturating_sub(part.requests),
        bytes: all.bytes.saturating_sub(part.bytes),
    }
}

/// Who sends how much to whom.
fn sent(movement: &Movement, contents: &Contents) -> SortedMap<(NodeId, NodeId), Load> {
    let mut loads = SortedMap::<_, Load>::new();
    for copy in movement.copies() {
        *loads.entry((copy.from, copy.to)).or_default() += contents.load(copy.range);
    }
    loads
}

/// The same, most bytes first, as many as are told.
fn links(sent: &SortedMap<(NodeId, NodeId), Load>) -> (Vec<(NodeId, NodeId, Load)>, u32) {
    let mut links: Vec<_> = sent
        .iter()
        .map(|(&(from, to), &load)| (from, to, load))
        .collect();
    sort_by_key(&mut links, |&(from, to, load)| {
        (std::cmp::Reverse(load.bytes), from, to)
    });
    let left_out = links.len().saturating_sub(LINKS_MAX) as u32;
    links.truncate(LINKS_MAX);
    (links, left_out)
}

/// The part of everything by which fair shares grow: what would move if each node had exactly its
/// share before and after.
fn balance(before: &Ring, after: &Ring, total: Load) -> Load {
    let all = |ring: &Ring| -> u128 {
        ring.nodes()
            .map(|node| u128::from(node.weight.thousandths()))
            .sum()
    };
    let (all_before, all_after) = (all(before), all(after));
    let grown: u128 = after
        .nodes()
        .map(|node| {
            let was = before
                .node(node.id)
                .map_or(0, |node| node.weight.thousandths());
            let fair_after = u128::from(node.weight.thousandths()) * all_before;
            fair_after.saturating_sub(u128::from(was) * all_after)
        })
        .sum();
    let part = |amount: u64| {
        let whole = all_before * all_after;
        // Rounded to the nearest; the weights of a ring are below 2^27, so nothing overflows.
        u64::try_from((u128::from(amount) * grown + whole / 2) / whole.max(1)).unwrap_or(u64::MAX)
    };
    Load {
        keys: part(total.keys),
        requests: part(total.requests),
        bytes: part(total.bytes),
    }
}
