//! Leaders whose disks have forgotten what they lead: others know it, and wait.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::laggards::{Said, VERSION, says};
use super::*;
use crate::gossip::HEARSAY;
use crate::layout::ChangeError;
use crate::message::Probe;
use crate::quorum::Sizes;
use crate::settings::Epoch;
use std::collections::VecDeque;

const NODES: u32 = 3;
/// Messages that a change of three nodes takes at most, taken over and withdrawn.
const MESSAGES_MAX: usize = 1_000;

/// What was said by whom, and is on its way.
type OnTheWay = VecDeque<(u32, u32, Membership)>;

fn cluster() -> Vec<Node> {
    (0..NODES).map(|id| node(id, NODES)).collect()
}

/// Another R: nothing is to be copied.
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

fn leaving(id: u32) -> Arc<MembershipChange> {
    Arc::new(MembershipChange {
        remove: vec![NodeId(id)],
        ..MembershipChange::default()
    })
}

fn note(by: u32, said: Said, way: &mut OnTheWay) {
    way.extend(said.into_iter().map(|(to, message)| (by, to, message)));
}

/// Lets all that is said arrive, but for what is stopped on its way.
fn talk(nodes: &mut [Node], mut way: OnTheWay, stops: impl Fn(u32, u32, &Membership) -> bool) {
    for _ in 0..MESSAGES_MAX {
        let Some((by, to, message)) = way.pop_front() else {
            return;
        };
        if !stops(by, to, &message) {
            let arrives = from(by, Message::Membership(message));
            note(to, says(&mut nodes[to as usize], arrives), &mut way);
        }
    }
    panic!("they never come to an end: {way:?}");
}

/// An operator asks the first node for a change.
fn asked(nodes: &mut [Node], wanted: Arc<MembershipChange>) -> OnTheWay {
    let mut way = OnTheWay::new();
    note(0, says(&mut nodes[0], Input::Admin(wanted)), &mut way);
    way
}

fn gossip(by: u32, version: u64, waits: bool) -> Input {
    let node = NodeId(by);
    let asker = node;
    let gossip = Message::Gossip {
        probe: Probe::Ask { asker, number: 1 },
        version,
        waits,
        epoch: Epoch::default(),
        rumours: Vec::new(),
    };
    from(by, gossip)
}

fn all_settled(nodes: &[Node], r: u32) {
    let settled = Stage {
        version: VERSION,
        step: Step::Released,
    };
    for node in nodes {
        let layout = node.layout().unwrap();
        assert_eq!(layout.stage(), settled, "{:?}", node.id());
        assert_eq!(layout.placement().sizes.r, r);
        assert_eq!(layout.placement().ring.nodes().count(), NODES as usize);
        assert_eq!(node.state(), NodeState::Live);
    }
}

/// The first node has announced another R, as far as others are not stopped from knowing; then its
/// disk forgets it.
fn forgets(stops: impl Fn(u32, u32, &Membership) -> bool) -> Vec<Node> {
    let mut nodes = cluster();
    let way = asked(&mut nodes, other_r(3));
    talk(&mut nodes, way, stops);
    nodes[0] = node(0, NODES);
    nodes
}

const fn tells_only_the_second(by: u32, to: u32, _: &Membership) -> bool {
    by == 0 && to == 2 || by != 0
}

const fn is_stopped_when_committed(_: u32, to: u32, message: &Membership) -> bool {
    let is_committed =
        matches!(message, Membership::Taken(stage) if matches!(stage.step, Step::Committed));
    to == 0 && is_committed
}

#[test]
fn whoever_waits_for_it_tells_it_and_the_change_is_withdrawn() {
    let mut nodes = forgets(tells_only_the_second);
    let mut way = OnTheWay::new();
    note(
        1,
        says(&mut nodes[1], gossip(0, VERSION - 1, false)),
        &mut way,
    );
    talk(&mut nodes, way, |_, _, _| false);
    all_settled(&nodes, SETTINGS.r);
}

#[test]
fn what_was_committed_goes_on() {
    let mut nodes = forgets(is_stopped_when_committed);
    let mut way = OnTheWay::new();
    note(
        2,
        says(&mut nodes[2], gossip(0, VERSION - 1, false)),
        &mut way,
    );
    talk(&mut nodes, way, |_, _, _| false);
    all_settled(&nodes, 3);
}

#[test]
fn a_second_change_to_one_version_is_not_taken_by_who_knows_the_first() {
    let mut nodes = forgets(tells_only_the_second);
    let way = asked(&mut nodes, leaving(2));
    talk(&mut nodes, way, |_, _, _| false);
    all_settled(&nodes, SETTINGS.r);
    let mut nodes = forgets(is_stopped_when_committed);
    let way = asked(&mut nodes, leaving(2));
    talk(&mut nodes, way, |_, _, _| false);
    all_settled(&nodes, 3);
}

#[test]
fn a_second_change_to_a_version_that_is_settled_is_not_taken() {
    let mut nodes = forgets(|_, _, _| false);
    let way = asked(&mut nodes, leaving(2));
    talk(&mut nodes, way, |_, _, _| false);
    all_settled(&nodes, 3);
    // It was withdrawn.
    let mut nodes = forgets(tells_only_the_second);
    let mut way = OnTheWay::new();
    note(
        1,
        says(&mut nodes[1], gossip(0, VERSION - 1, false)),
        &mut way,
    );
    talk(&mut nodes, way, |_, _, _| false);
    nodes[0] = node(0, NODES);
    let way = asked(&mut nodes, leaving(2));
    talk(&mut nodes, way, |_, _, _| false);
    all_settled(&nodes, SETTINGS.r);
}

#[test]
fn who_forgets_that_it_took_over_is_told_that_too() {
    let mut nodes = cluster();
    let way = asked(&mut nodes, other_r(3));
    talk(&mut nodes, way, tells_only_the_second);
    let mut way = OnTheWay::new();
    let lost = Input::TakeOver([NodeId(0)].into());
    note(1, says(&mut nodes[1], lost), &mut way);
    let arrives = |by: u32, to: u32| by == 2 && to == 1;
    talk(&mut nodes, way, |by, to, _| !arrives(by, to) && by != to);
    // Those that follow it.
    let lead = nodes[1].layout().and_then(Layout::lead).cloned().unwrap();
    assert_eq!((lead.leader, lead.term), (NodeId(1), 1));
    nodes[1] = node(1, NODES);
    let change = nodes[0].layout().and_then(Layout::change).cloned().unwrap();
    for message in [
        Membership::Announce(change),
        Membership::Lead {
            version: VERSION,
            lead,
        },
    ] {
        says(&mut nodes[2], from(1, Message::Membership(message)));
    }
    for (version, waits) in [(VERSION - 1, false), (VERSION, true)] {
        let mut way = OnTheWay::new();
        note(2, says(&mut nodes[2], gossip(1, version, waits)), &mut way);
        talk(&mut nodes, way, |by, to, _| by == 0 || to == 0);
    }
    let version = VERSION;
    let withdrawn = Stage {
        version,
        step: Step::Released,
    };
    for node in &nodes[1..] {
        let layout = node.layout().unwrap();
        assert_eq!(
            (layout.stage(), layout.placement().sizes.r),
            (withdrawn, SETTINGS.r)
        );
    }
}

#[test]
fn who_has_heard_of_a_later_version_plans_none_until_it_is_long_ago() {
    let mut leader = node(0, NODES);
    handle(&mut leader, gossip(1, VERSION, false));
    let mut refusals = Vec::new();
    for at in [Instant::ZERO, Instant::ZERO + HEARSAY] {
        let mut effects = Vec::new();
        leader.handle(at, &mut Zeros, Input::Admin(other_r(3)), &mut effects);
        refusals.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Observe(Event::ChangeRefused { reason }) => Some((at, reason)),
            _ => None,
        }));
    }
    let version = VERSION;
    assert_eq!(refusals, [(Instant::ZERO, ChangeError::Behind { version })]);
    assert!(leader.layout().and_then(Layout::change).is_some());
}
