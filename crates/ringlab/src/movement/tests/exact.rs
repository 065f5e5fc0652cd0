//! Every token of every kind of change, one by one; and that a wrong movement is noticed.

use std::collections::BTreeSet;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::hash::Token;
use crate::property::holds;
use crate::ring::tests::collision::{NAME, SHIFTED, TWIN};
use crate::ring::tests::telling_tokens;

/// Labels of the ranges that hold a token.
fn at<L: Ord>(token: Token, ranges: impl Iterator<Item = (TokenRange, L)>) -> BTreeSet<L> {
    let holding = ranges.filter(|(range, _)| range.contains(token));
    holding.map(|(_, label)| label).collect()
}

/// The documented rule of who sends to whom, for one token.
fn senders(before: &[NodeId], after: &[NodeId], alive: &[NodeId]) -> BTreeSet<(NodeId, NodeId)> {
    let gained: Vec<_> = after.iter().filter(|node| !before.contains(node)).collect();
    let lost: Vec<_> = before.iter().filter(|node| !after.contains(node)).collect();
    let mut pairs: Vec<(NodeId, NodeId)> = Vec::new();
    for place in 0..gained.len().max(lost.len()) {
        match (lost.get(place), gained.get(place)) {
            (Some(from), Some(to)) => pairs.push((**from, **to)),
            (None, Some(to)) => pairs.extend(before.iter().map(|from| (*from, **to))),
            (Some(from), None) => pairs.extend(after.iter().map(|to| (**from, *to))),
            (None, None) => {}
        }
    }
    let replaced = |(from, to): (NodeId, NodeId)| {
        let standing_in = alive.iter().filter(move |_| !alive.contains(&from));
        let itself = alive.iter().filter(move |node| **node == from);
        itself.chain(standing_in).map(move |sender| (*sender, to))
    };
    let sent = pairs.into_iter().flat_map(replaced);
    sent.filter(|(from, to)| from != to).collect()
}

fn is_exact(
    movement: &Movement,
    (before, was): (&Ring, Replication),
    (after, is): (&Ring, Replication),
    alive: impl Fn(NodeId) -> bool,
    anywhere: &[u64],
) -> Result<(), TestCaseError> {
    let tokens = telling_tokens(before, anywhere).into_iter();
    for token in tokens.chain(telling_tokens(after, &[])) {
        let old = before.preference_list(token, was);
        let new = after.preference_list(token, is);
        let living: Vec<NodeId> = old.iter().copied().filter(|&node| alive(node)).collect();
        let primaries = old.first().copied().zip(new.first().copied());
        let moved = primaries.filter(|(from, to)| from != to);

        let moves = movement.primaries.iter().map(|m| (m.range, (m.from, m.to)));
        prop_assert_eq!(at(token, moves), moved.into_iter().collect());
        let copies = movement.copies.iter().map(|m| (m.range, (m.from, m.to)));
        prop_assert_eq!(
            at(token, copies),
            senders(&old, &new, &living),
            "{:?} {:?}",
            old,
            new
        );
        let gains = movement.gains.iter().map(|m| (m.range, m.node));
        let gained = new.iter().copied().filter(|node| !old.contains(node));
        let was_there = !old.is_empty();
        prop_assert_eq!(at(token, gains), gained.filter(|_| was_there).collect());
        let drops = movement.drops.iter().map(|m| (m.range, m.node));
        let dropped = old.iter().copied().filter(|node| !new.contains(node));
        prop_assert_eq!(at(token, drops), dropped.collect());

        let told = |ranges: &[TokenRange]| !at(token, ranges.iter().map(|&r| (r, ()))).is_empty();
        let held = moved.is_some_and(|(_, to)| old.contains(&to));
        prop_assert_eq!(told(&movement.rerouted), held);
        prop_assert_eq!(
            told(&movement.to_copy),
            moved.is_some() && !held && !living.is_empty()
        );
        let gone = old != new && !old.is_empty() && (living.is_empty() || new.is_empty());
        prop_assert_eq!(told(&movement.lost), gone);
    }
    let copies = movement.copies.iter().map(|m| (m.range, (m.from, m.to)));
    is_merged(copies)?;
    is_merged(movement.primaries.iter().map(|m| (m.range, (m.from, m.to))))?;
    is_merged(movement.gains.iter().map(|m| (m.range, m.node)))?;
    is_merged(movement.drops.iter().map(|m| (m.range, m.node)))?;
    for ranges in [&movement.rerouted, &movement.to_copy, &movement.lost] {
        is_merged(ranges.iter().map(|&range| (range, ())))?;
    }
    Ok(())
}

/// In order, and nothing goes on where its neighbour ends.
fn is_merged<L: Ord + Clone>(
    ranges: impl Iterator<Item = (TokenRange, L)>,
) -> Result<(), TestCaseError> {
    let ranges: Vec<_> = ranges.collect();
    prop_assert!(ranges.is_sorted_by_key(|(range, label)| (range.to, label.clone())));
    let whole = |range: &TokenRange| range.width() == TokenRange::RING_WIDTH;
    let parts = || ranges.iter().filter(|(range, _)| !whole(range));
    let starts: BTreeSet<_> = parts().map(|(range, label)| (range.after, label)).collect();
    let ends: BTreeSet<_> = parts().map(|(range, label)| (range.to, label)).collect();
    prop_assert_eq!(ends.len(), parts().count());
    prop_assert!(starts.is_disjoint(&ends));
    Ok(())
}

#[test]
fn movements_are_exact() {
    let inputs = (
        changes(9, 16, 12),
        (replications(), replications(), any::<bool>()),
        any::<u8>(),
        prop::collection::vec(any::<u64>(), 30),
    );
    holds(
        "movements_are_exact",
        250,
        inputs,
        |(change, (was, other, alike), dead, anywhere)| {
            let (before, after) = change.rings();
            let is = if alike { was } else { other };
            let (before, after) = ((&before, was), (&after, is));
            // One in eight of the nodes is dead, or none.
            let alive = |node: NodeId| dead > 127 || node.0 % 8 != u32::from(dead % 8);
            let movement = Movement::between(before, after, alive);
            is_exact(&movement, before, after, alive, &anywhere)?;
            if was.spread == is.spread {
                prop_assert_eq!(primary_moves(before.0, after.0), movement.primaries);
            }
            Ok(())
        },
    );
}

fn replications() -> impl Strategy<Value = Replication> {
    let spread = prop_oneof![Just(ANY), Just(Spread::Zones)];
    (1_u32..=5, spread).prop_map(|(n, spread)| Replication { n, spread })
}

#[test]
fn an_exchange_goes_from_every_owner_before_to_every_owner_after() {
    let inputs = (changes(7, 8, 12), replications(), replications());
    let test = "an_exchange_goes_from_every_owner_before_to_every_owner_after";
    holds(test, 100, inputs, |(change, was, is)| {
        let (before, after) = change.rings();
        let sent = exchanges((&before, was), (&after, is));
        let sent = || sent.iter().map(|copy| (copy.range, (copy.from, copy.to)));
        for token in telling_tokens(&before, &[]) {
            let old = before.preference_list(token, was);
            let new = after.preference_list(token, is);
            let pairs = old
                .iter()
                .flat_map(|&from| new.iter().map(move |&to| (from, to)));
            let expected: BTreeSet<_> = pairs.filter(|(from, to)| from != to).collect();
            prop_assert_eq!(at(token, sent()), expected);
        }
        is_merged(sent())
    });
}

/// A name that hides another's points, or lets them show again.
#[test]
fn movements_between_colliding_names_are_exact() {
    let nodes = named([NAME, SHIFTED, "amber", "birch", TWIN]);
    let ring = |ids: &[usize]| {
        let chosen = ids.iter().map(|&at| nodes[at].clone());
        Ring::with_nodes(64, chosen).unwrap()
    };
    let rings = [
        &[0, 2, 3][..],
        &[0, 1, 2, 3],
        &[1, 2, 3],
        &[0, 1, 2, 3, 4],
        &[2, 3, 4],
    ]
    .map(ring);
    for (before, after) in rings
        .iter()
        .flat_map(|one| rings.iter().map(move |two| (one, two)))
    {
        for n in 1..=3 {
            let replication = Replication { n, spread: ANY };
            let movement = Movement::between((before, replication), (after, replication), living);
            is_exact(
                &movement,
                (before, replication),
                (after, replication),
                living,
                &[],
            )
            .unwrap();
            assert_eq!(primary_moves(before, after), movement.primaries);
        }
    }
}

#[test]
fn the_dead_do_not_send() {
    let before = Ring::with_nodes(16, named(["amber", "birch", "cedar", "delta"])).unwrap();
    let mut after = before.clone();
    after.remove(NodeId(1)).unwrap();
    let two = Replication { n: 2, spread: ANY };
    let alive = |node| node != NodeId(1);
    let movement = Movement::between((&before, two), (&after, two), alive);
    is_exact(&movement, (&before, two), (&after, two), alive, &[]).unwrap();
    assert!(movement.copies().iter().all(|copy| copy.from != NodeId(1)));
    assert_eq!(movement.lost(), [], "the other replica lives");
    assert_eq!(movement.rerouted_width(), movement.moved_width());

    let one = Replication { n: 1, spread: ANY };
    let alone = Movement::between((&before, one), (&after, one), alive);
    assert_eq!(alone.lost_width(), before.width_of(NodeId(1)));
    assert_eq!(alone.copies(), []);
}

#[test]
fn a_ring_that_changes_hands_is_one_range() {
    let [amber, birch] = ["amber", "birch"].map(|name| named([name]));
    let mut birch = birch;
    birch[0].id = NodeId(2);
    let before = Ring::with_nodes(32, amber).unwrap();
    let after = Ring::with_nodes(32, birch).unwrap();
    let three = Replication { n: 3, spread: ANY };
    let movement = Movement::between((&before, three), (&after, three), living);
    assert_eq!(movement.primaries().len(), 1);
    assert_eq!(movement.moved_width(), TokenRange::RING_WIDTH);
    assert_eq!(movement.to_copy_width(), TokenRange::RING_WIDTH);
    let empty = Ring::new(32).unwrap();
    let gone = Movement::between((&after, three), (&empty, three), living);
    assert_eq!(gone.lost_width(), TokenRange::RING_WIDTH);
    let nothing = Movement::between((&empty, three), (&after, three), living);
    assert_eq!(nothing, Movement::default(), "nobody held anything");
}

/// Every way to spoil a movement must be noticed, or `is_exact` holds nothing.
#[test]
fn a_wrong_movement_is_noticed() {
    let names = ["amber", "birch", "cedar", "delta", "elder", "fir"];
    let before = Ring::with_nodes(8, named(names)).unwrap();
    let mut after = before.clone();
    after.remove(NodeId(2)).unwrap();
    let mut joining = named(["gorse"]).remove(0);
    joining.id = NodeId(7);
    after.add(joining).unwrap();
    let three = Replication { n: 3, spread: ANY };
    let right = Movement::between((&before, three), (&after, three), living);
    let check =
        |movement: &Movement| is_exact(movement, (&before, three), (&after, three), living, &[]);
    check(&right).unwrap();
    let spoil = |change: fn(&mut Movement)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        assert_ne!(wrong, right);
        assert!(check(&wrong).is_err());
    };
    spoil(|wrong| wrong.primaries.truncate(1));
    spoil(|wrong| wrong.copies.truncate(2));
    spoil(|wrong| wrong.drops.truncate(1));
    spoil(|wrong| wrong.to_copy.truncate(1));
    spoil(|wrong| wrong.rerouted.truncate(1));
    spoil(|wrong| wrong.lost.push(TokenRange::whole(Token(0))));
    spoil(|wrong| wrong.copies[0].to = wrong.copies[0].from);
    spoil(|wrong| wrong.primaries[0].range.after.0 -= 1);
    spoil(|wrong| wrong.primaries[0].range.to.0 -= 1);
    spoil(|wrong| wrong.copies.swap(0, 1));
}
