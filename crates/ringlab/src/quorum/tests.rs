//! Every way that up to six nodes in two lists can answer, against counting by hand.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const NODES: u32 = 5;

fn lists() -> Vec<Vec<NodeId>> {
    let in_it = |mask: u32| (0..NODES).filter(move |node| mask >> node & 1 == 1);
    (0..1 << NODES)
        .map(|mask| in_it(mask).map(NodeId).collect())
        .collect()
}

/// Each node said nothing, yes or no: by digits in base 3.
fn votes(number: u32) -> Vec<Option<bool>> {
    let digit = |node| number / 3_u32.pow(node) % 3;
    let vote = |node| [None, Some(true), Some(false)][digit(node) as usize];
    (0..NODES).map(vote).collect()
}

/// The dumb version: tries every way the silent ones may still answer.
fn dumb(sides: &[(u32, &[NodeId])], votes: &[Option<bool>]) -> State {
    let reached = |votes: &[Option<bool>]| {
        sides.iter().all(|(wanted, side)| {
            let yes = side
                .iter()
                .filter(|node| votes[node.0 as usize] == Some(true));
            yes.count() >= (*wanted as usize).min(side.len()).max(1)
        })
    };
    let best: Vec<_> = votes
        .iter()
        .map(|vote| Some(vote.unwrap_or(true)))
        .collect();
    match (reached(votes), reached(&best)) {
        (true, _) => State::Reached,
        (false, true) => State::Pending,
        (false, false) => State::Impossible,
    }
}

fn counted(mut quorum: Quorum, votes: &[Option<bool>]) -> Quorum {
    for (node, vote) in votes.iter().enumerate() {
        if let Some(vote) = *vote {
            quorum.vote(NodeId(node as u32), vote);
        }
    }
    quorum
}

#[test]
fn one_list_is_counted_like_the_dumb_version() {
    for list in lists() {
        for (wanted, number) in (1..=4).flat_map(|w| (0..3_u32.pow(NODES)).map(move |n| (w, n))) {
            let votes = votes(number);
            let quorum = counted(Quorum::new(wanted, &list), &votes);
            let expected = dumb(&[(wanted, &list)], &votes);
            assert_eq!(quorum.state(), expected, "{wanted} of {list:?}: {votes:?}");
            assert_eq!(
                quorum.counted() == quorum.needed(),
                expected == State::Reached
            );
        }
    }
}

#[test]
fn two_lists_are_counted_like_the_dumb_version() {
    let three = |list: &&Vec<NodeId>| list.len() == 3 || list.len() == 1;
    for old in lists().iter().filter(three) {
        for new in lists().iter().filter(three) {
            let wanted = |number| [(2, 2), (1, 3), (3, 2)][number as usize % 3];
            for number in 0..3_u32.pow(NODES) {
                let (w, w_too) = wanted(number / 7);
                let votes = votes(number);
                let quorum = counted(Quorum::over_two((w, old), (w_too, new)), &votes);
                let expected = dumb(&[(w, old), (w_too, new)], &votes);
                assert_eq!(quorum.state(), expected, "{old:?} {new:?}: {votes:?}");
            }
        }
    }
}

/// The dumb version is no mirror of the clever one: a count over the union is caught.
#[test]
fn counting_the_union_once_is_caught() {
    let (old, new) = (
        [NodeId(0), NodeId(1), NodeId(2)],
        [NodeId(0), NodeId(3), NodeId(4)],
    );
    let union: Vec<NodeId> = (0..NODES).map(NodeId).collect();
    let differs = (0..3_u32.pow(NODES)).any(|number| {
        let votes = votes(number);
        counted(Quorum::new(2, &union), &votes).state() != dumb(&[(2, &old), (2, &new)], &votes)
    });
    assert!(differs);
}

#[test]
fn a_node_votes_once_and_strangers_do_not() {
    let mut quorum = Quorum::new(2, &[NodeId(0), NodeId(1)]);
    assert!(quorum.vote(NodeId(0), true));
    assert!(!quorum.vote(NodeId(0), true) && !quorum.vote(NodeId(7), true));
    assert_eq!((quorum.counted(), quorum.needed()), (1, 2));
}

#[test]
fn nobody_to_ask_is_impossible_and_more_than_all_is_all() {
    assert_eq!(Quorum::new(2, &[]).state(), State::Impossible);
    let mut alone = Quorum::new(3, &[NodeId(1)]);
    alone.vote(NodeId(1), true);
    assert_eq!(alone.state(), State::Reached);
}

/// A fallback's yes counts in one place, once, whatever the node itself says.
#[test]
fn fallbacks_are_counted_like_the_dumb_version() {
    let list = [NodeId(0), NodeId(1), NodeId(2)];
    for number in 0..3_u32.pow(NODES) {
        let votes = votes(number);
        let mut quorum = Quorum::new(2, &list);
        assert!(quorum.stand_in(NodeId(1), NodeId(3)) && quorum.stand_in(NodeId(2), NodeId(4)));
        let quorum = counted(quorum, &votes);
        let either = |own: usize, fallback: usize| match (votes[own], votes[fallback]) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
        let places = [votes[0], either(1, 3), either(2, 4), None, None];
        assert_eq!(quorum.state(), dumb(&[(2, &list)], &places), "{votes:?}");
    }
}

#[test]
fn a_fallback_is_another_machine() {
    let mut quorum = Quorum::new(2, &[NodeId(0), NodeId(1), NodeId(2)]);
    assert!(!quorum.stand_in(NodeId(2), NodeId(1)), "it is a replica");
    assert!(quorum.stand_in(NodeId(2), NodeId(3)));
    assert!(
        !quorum.stand_in(NodeId(1), NodeId(3)),
        "it stands in already"
    );
    quorum.vote(NodeId(0), true);
    quorum.vote(NodeId(3), true);
    assert_eq!(quorum.for_it().collect::<Vec<_>>(), [NodeId(0)]);
    let fallback = Fallback {
        node: NodeId(3),
        place: NodeId(2),
    };
    assert_eq!(quorum.fallbacks_for_it().collect::<Vec<_>>(), [fallback]);
}

#[test]
fn open_places_want_a_fallback() {
    let mut quorum = Quorum::new(2, &[NodeId(0), NodeId(1), NodeId(2)]);
    let open = |quorum: &Quorum| quorum.open_places().map(|node| node.0).collect::<Vec<_>>();
    assert_eq!(open(&quorum), [0, 1, 2]);
    quorum.vote(NodeId(0), true);
    quorum.vote(NodeId(1), false);
    assert_eq!(open(&quorum), [1, 2]);
    quorum.stand_in(NodeId(1), NodeId(3));
    assert_eq!(open(&quorum), [1, 2], "its fallback is silent, too");
    assert!(quorum.has_fallback(NodeId(1)) && !quorum.has_fallback(NodeId(2)));
    quorum.vote(NodeId(3), true);
    assert_eq!(open(&quorum), [2]);
    assert_eq!(open(&quorum.unanswered()), [0, 1, 2]);
}
