//! A node that began again, and may have forgotten a change that it led and others know.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::VecDeque;

use super::laggards::{Said, VERSION, says};
use super::*;
use crate::layout::ChangeError;
use crate::quorum::Sizes;
use crate::settings::Setting;

const NODES: u32 = 3;
/// Messages that a change of three nodes takes at most.
const MESSAGES_MAX: usize = 1_000;

/// What was said by whom to whom, and is on its way.
type OnTheWay = VecDeque<(u32, u32, Membership)>;

/// Nodes of which the first began again.
fn cluster() -> Vec<Node> {
    let mut nodes: Vec<_> = (0..NODES).map(|id| node(id, NODES)).collect();
    nodes[0].inquiry = Inquiry::Due;
    nodes
}

fn other_r(r: u32) -> Arc<MembershipChange> {
    let sizes = Sizes {
        r,
        ..SETTINGS.sizes()
    };
    Arc::new(MembershipChange {
        sizes: Some(sizes),
        ..MembershipChange::default()
    })
}

fn without(node: u32) -> Arc<MembershipChange> {
    Arc::new(MembershipChange {
        remove: vec![NodeId(node)],
        ..MembershipChange::default()
    })
}

/// The second node passes an operator's wish on to the first.
fn wanted(wish: Arc<MembershipChange>) -> OnTheWay {
    OnTheWay::from([(1, 0, Membership::Wanted(wish))])
}

/// Lets all that is said arrive, but for what is stopped; all of it, in order.
fn talk(
    nodes: &mut [Node],
    mut way: OnTheWay,
    stops: impl Fn(u32, u32, &Membership) -> bool,
) -> OnTheWay {
    let mut all = OnTheWay::new();
    for _ in 0..MESSAGES_MAX {
        let Some((by, to, message)) = way.pop_front() else {
            return all;
        };
        all.push_back((by, to, message.clone()));
        if !stops(by, to, &message) {
            let arrives = from(by, Message::Membership(message));
            note(to, says(&mut nodes[to as usize], arrives), &mut way);
        }
    }
    panic!("they never come to an end: {way:?}");
}

fn note(by: u32, said: Said, way: &mut OnTheWay) {
    way.extend(said.into_iter().map(|(to, message)| (by, to, message)));
}

/// Another R is announced to nobody but the second node, and the disk of the first forgets it.
fn forgotten() -> Vec<Node> {
    let mut nodes = cluster();
    let stops = |by, to, said: &Membership| {
        by != 0 && to == 0 && matches!(said, Membership::Taken(_)) || to == 2 && !is_inquiry(said)
    };
    talk(&mut nodes, wanted(other_r(3)), stops);
    assert!(nodes[1].layout().and_then(Layout::change).is_some());
    nodes[0] = cluster().swap_remove(0);
    nodes
}

const fn is_inquiry(said: &Membership) -> bool {
    matches!(said, Membership::Inquire { .. } | Membership::Known { .. })
}

fn refusals(said: &OnTheWay) -> Vec<ChangeError> {
    let refused = said.iter().filter_map(|said| match said {
        (0, 1, Membership::Refused(reason)) => Some(reason.clone()),
        _ => None,
    });
    refused.collect()
}

fn r_of(node: &Node) -> (u64, u32) {
    let layout = node.layout().unwrap();
    (layout.stage().version, layout.placement().sizes.r)
}

#[test]
fn it_asks_everyone_once_before_it_plans() {
    let mut nodes = cluster();
    let said = talk(&mut nodes, wanted(other_r(3)), |_, _, _| false);
    let place = |what: fn(&Membership) -> bool| said.iter().position(|(_, _, said)| what(said));
    let announced = place(|said| matches!(said, Membership::Announce(_))).unwrap();
    let asked = said.range(..announced);
    let known = asked.filter(|(_, _, said)| matches!(said, Membership::Known { .. }));
    assert_eq!(known.count(), 2, "{said:?}");
    assert!(nodes.iter().all(|node| r_of(node) == (VERSION, 3)));
    let said = talk(&mut nodes, wanted(other_r(1)), |_, _, _| false);
    assert!(!said.iter().any(|(_, _, said)| is_inquiry(said)));
    assert!(nodes.iter().all(|node| r_of(node) == (VERSION + 1, 1)));
}

#[test]
fn who_has_forgotten_a_change_that_others_know_plans_no_other() {
    let mut nodes = forgotten();
    let said = talk(&mut nodes, wanted(without(2)), |_, _, _| false);
    let (version, known_by) = (VERSION, NodeId(1));
    assert_eq!(refusals(&said), [ChangeError::Behind { version, known_by }]);
    assert_eq!(r_of(&nodes[0]), (VERSION - 1, SETTINGS.r));
    // The way out: another one leads on.
    let mut way = OnTheWay::new();
    let lead_on = Input::TakeOver([].into());
    note(1, says(&mut nodes[1], lead_on), &mut way);
    talk(&mut nodes, way, |_, _, _| false);
    assert!(nodes.iter().all(|node| r_of(node) == (VERSION, SETTINGS.r)));
}

#[test]
fn who_has_forgotten_a_layout_is_told_it() {
    let mut nodes = cluster();
    talk(&mut nodes, wanted(other_r(3)), |_, _, _| false);
    nodes[0] = cluster().swap_remove(0);
    let said = talk(&mut nodes, wanted(without(2)), |_, _, _| false);
    assert!(nodes[..2].iter().all(|node| r_of(node) == (VERSION + 1, 3)));
    let mut announced = said.iter().filter_map(|(_, _, said)| match said {
        Membership::Announce(change) => Some(change.version),
        _ => None,
    });
    assert!(announced.all(|version| version == VERSION + 1), "{said:?}");
}

#[test]
fn one_number_that_is_wished_for_leaves_what_was_forgotten_of_the_others() {
    let mut nodes = cluster();
    talk(&mut nodes, wanted(other_r(3)), |_, _, _| false);
    nodes[0] = cluster().swap_remove(0);
    let before = nodes[0].settings().request_deadline;
    let deadline = before.as_millis() as u64 + 1;
    let wish = [(Setting::W, 3), (Setting::RequestDeadline, deadline)];
    let mut way = OnTheWay::new();
    note(
        0,
        says(&mut nodes[0], Input::Settings(wish.into())),
        &mut way,
    );
    assert_eq!(
        nodes[0].settings().request_deadline,
        before,
        "all of it waits"
    );
    let said = talk(&mut nodes, way, |_, _, _| false);
    let planned = said.iter().filter_map(|(_, _, said)| match said {
        Membership::Announce(change) => Some((change.version, change.after.sizes)),
        _ => None,
    });
    let sizes = Sizes {
        r: 3,
        w: 3,
        ..SETTINGS.sizes()
    };
    let planned: Vec<_> = planned.collect();
    assert!(!planned.is_empty(), "{:?}", nodes[0].inquiry);
    assert!(
        planned
            .iter()
            .all(|planned| *planned == (VERSION + 1, sizes)),
        "{planned:?}"
    );
    assert!(nodes[0].settings().request_deadline > before);
}

#[test]
fn a_wish_that_waits_can_be_taken_back() {
    let mut nodes = cluster();
    talk(&mut nodes, wanted(other_r(3)), |_, to, _| to == 2);
    let mut way = OnTheWay::new();
    note(0, says(&mut nodes[0], Input::Withdraw([].into())), &mut way);
    assert_eq!(refusals(&way), [ChangeError::TakenBack]);
    assert!(says(&mut nodes[0], Input::Timer(TimerId::Inquiry)).is_empty());
}

#[test]
fn who_does_not_answer_is_asked_again_and_then_the_wish_is_refused() {
    let mut nodes = cluster();
    let is_deaf = |_, to: u32, _: &Membership| to == 2;
    talk(&mut nodes, wanted(other_r(3)), is_deaf);
    let said = talk(&mut nodes, wanted(other_r(1)), is_deaf);
    assert_eq!(refusals(&said), [ChangeError::AnotherWaits]);
    let lost = Arc::new(MembershipChange {
        lost: vec![NodeId(2)],
        ..MembershipChange::default()
    });
    let said = talk(&mut nodes.clone(), wanted(lost), is_deaf);
    assert_eq!(refusals(&said), [ChangeError::TakenBack]);
    assert!(
        said.iter()
            .any(|(_, _, said)| matches!(said, Membership::Announce(_)))
    );
    let said = says(&mut nodes[0], Input::Timer(TimerId::Inquiry));
    assert!(matches!(said[..], [(2, Membership::Inquire { .. })]));
    let mut way = OnTheWay::new();
    note(
        0,
        says(&mut nodes[0], Input::Timer(TimerId::Inquiry)),
        &mut way,
    );
    assert_eq!(refusals(&way), [ChangeError::Unheard(NodeId(2))]);
    talk(&mut nodes, wanted(other_r(3)), |_, _, _| false);
    assert!(nodes.iter().all(|node| r_of(node) == (VERSION, 3)));
}

#[test]
fn the_lost_are_not_asked_and_answers_to_an_earlier_life_do_not_count() {
    let mut nodes = cluster();
    let lost = Arc::new(MembershipChange {
        lost: vec![NodeId(2)],
        ..MembershipChange::default()
    });
    let said = says(&mut nodes[0], Input::Admin(lost));
    let [(1, Membership::Inquire { life, .. })] = said[..] else {
        panic!("it asks who is left: {said:?}");
    };
    let stage = nodes[1].layout().map(Layout::stage);
    let known = |life| from(1, Message::Membership(Membership::Known { life, stage }));
    assert!(says(&mut nodes[0], known(life + 1)).is_empty());
    let said = says(&mut nodes[0], known(life));
    assert!(
        matches!(said[..], [(1, Membership::Announce(_))]),
        "{said:?}"
    );
}

#[test]
fn of_two_changes_to_one_version_the_second_is_not_taken() {
    let mut nodes = forgotten();
    let before = nodes[0].layout().unwrap().placement().clone();
    let other = Change::plan(VERSION, NodeId(0), before, &without(2)).unwrap();
    let announce = Membership::Announce(Arc::new(other));
    let said = talk(&mut nodes, [(0, 1, announce)].into(), |_, _, _| false);
    assert_eq!(said.len(), 1, "nobody says a word to it: {said:?}");
}
