//! One node at a time: what it says before and after its disk, to whom it listens, when it gives
//! up.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

mod forgetful;
mod laggards;
mod malformed;
mod outsiders;

use std::sync::Arc;

use super::*;
use crate::layout::{Change, MembershipChange};
use crate::leader::STEP_RETRIES_MAX;
use crate::message::Membership;
use crate::message::{Answered, Outcome};
use crate::pair::{Key, Value};
use crate::ring::{NodeSpec, Weight};
use crate::settings::{Merge, REQUEST_DEADLINE};
use crate::version::VersionVector;

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

const SETTINGS: Settings = Settings::DEFAULT;

fn spec(id: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::ONE,
        zone: Default::default(),
    }
}

fn ring(nodes: u32) -> Arc<Ring> {
    Arc::new(Ring::with_nodes(16, (0..nodes).map(spec)).unwrap())
}

fn node(id: u32, nodes: u32) -> Node {
    let layout = Layout::settled(1, ring(nodes), SETTINGS.sizes());
    Node::restored(NodeId(id), SETTINGS, layout, Storage::default())
}

fn handle(node: &mut Node, input: Input) -> Vec<Effect> {
    let mut out = Vec::new();
    node.handle(Instant::ZERO, &mut Zeros, input, &mut out);
    out
}

fn asks(id: RequestId, command: Command) -> Input {
    let options = Options::default();
    Input::Request {
        id,
        command,
        options,
    }
}

fn from(from: u32, message: Message) -> Input {
    let from = NodeId(from);
    Input::Message { from, message }
}

fn key(number: u64) -> Key {
    Key::new(&number.to_le_bytes()).unwrap()
}

/// A key that a node owns, or does not.
fn key_of(id: u32, nodes: u32, owned: bool) -> Key {
    let ring = ring(nodes);
    let owns = |key: &Key| {
        let list = ring.preference_list(key.token(), SETTINGS.replication);
        list.contains(&NodeId(id))
    };
    (0..).map(key).find(|key| owns(key) == owned).unwrap()
}

fn write(key: Key, version: u64) -> Message {
    let step = Step::Released;
    Message::Write {
        request: RequestId::default(),
        stage: Stage { version, step },
        key,
        context: VersionVector::default(),
        value: Some(Value::new(b"1").unwrap()),
        merge: Merge::Siblings,
        place: None,
        life: 0,
    }
}

fn sends(effects: &[Effect]) -> Vec<(&NodeId, &Message)> {
    let sends = effects.iter().filter_map(|effect| match effect {
        Effect::Send { to, message } => Some((to, message)),
        _ => None,
    });
    sends.collect()
}

#[test]
fn a_replica_acknowledges_after_its_disk_and_once() {
    let mut node = node(1, 5);
    let effects = handle(&mut node, from(2, write(key_of(1, 5, true), 1)));
    assert!(
        sends(&effects).is_empty(),
        "nothing is said before the disk has it"
    );
    let asks = |effect: &&Effect| matches!(effect, Effect::Sync);
    assert_eq!(effects.iter().filter(asks).count(), 1);
    let effects = handle(&mut node, Input::Sync);
    assert!(matches!(
        sends(&effects)[..],
        [(&NodeId(2), Message::Written { .. })]
    ));
    assert!(handle(&mut node, Input::Sync).is_empty());
}

#[test]
fn a_write_that_comes_twice_is_named_once() {
    let mut node = node(1, 5);
    let named = |effects: &[Effect]| {
        let names = |effect: &&Effect| matches!(effect, Effect::Observe(Event::Named { .. }));
        effects.iter().filter(names).count()
    };
    let key = key_of(1, 5, true);
    assert_eq!(named(&handle(&mut node, from(2, write(key.clone(), 1)))), 1);
    assert_eq!(named(&handle(&mut node, from(2, write(key.clone(), 1)))), 0);
    // Another coordinator counts its own requests.
    assert_eq!(named(&handle(&mut node, from(3, write(key, 1)))), 1);
}

/// A write that was declined may have been named elsewhere since: its copy is no second chance.
#[test]
fn a_write_that_was_declined_is_not_named_when_it_comes_again() {
    let mut node = node(1, 5);
    let foreign = key_of(1, 5, false);
    handle(&mut node, from(2, write(foreign.clone(), 1)));
    let again = handle(&mut node, from(2, write(foreign, 2)));
    assert!(sends(&again).is_empty());
    assert_eq!(node.storage().try_cells().unwrap().len(), 0);
}

/// What an earlier life named, this one does not know.
#[test]
fn a_write_for_another_life_is_not_named() {
    let mut node = node(1, 5);
    let mut write = write(key_of(1, 5, true), 1);
    if let Message::Write { life, .. } = &mut write {
        *life = 7;
    }
    let effects = handle(&mut node, from(2, write));
    assert!(matches!(
        sends(&effects)[..],
        [(&NodeId(2), Message::OtherLife { life: 0, .. })]
    ));
    assert_eq!(node.storage().try_cells().unwrap().len(), 0);
}

/// A crash may take what is not stored: nobody is told it before.
#[test]
fn what_is_not_stored_is_not_read() {
    let mut node = node(1, 5);
    let key = key_of(1, 5, true);
    handle(&mut node, from(2, write(key.clone(), 1)));
    let (step, request) = (Step::Released, RequestId::default());
    let read = Message::Read {
        request,
        stage: Stage { version: 1, step },
        key,
        place: None,
    };
    assert!(sends(&handle(&mut node, from(3, read))).is_empty());
    let stored = handle(&mut node, Input::Sync);
    let read = |(to, message): &(&NodeId, &Message)| {
        **to == NodeId(3)
            && matches!(message, Message::ReadReply { siblings, .. } if !siblings.is_empty())
    };
    assert!(sends(&stored).iter().any(read));
}

#[test]
fn what_is_not_its_own_it_declines_unless_the_sender_knows_better() {
    let mut node = node(1, 5);
    let foreign = key_of(1, 5, false);
    let declined = handle(&mut node, from(2, write(foreign.clone(), 1)));
    assert!(matches!(
        sends(&declined)[..],
        [(_, Message::Declined { .. })]
    ));
    assert_eq!(node.storage().try_cells().unwrap().len(), 0);
    // Another coordinator, or this would be the same write again.
    handle(&mut node, from(3, write(foreign, 2)));
    let cells = node.storage().try_cells().unwrap();
    assert_eq!(cells.len(), 1, "a later layout is right");
}

#[test]
fn a_node_outside_the_cluster_coordinates_nothing() {
    let mut node = Node::joining(NodeId(8), SETTINGS);
    let command = Command::Get { key: key(1) };
    let id = RequestId::default();
    let effects = handle(&mut node, asks(id, command));
    let refused = Outcome::Refused(Refusal::NotInCluster);
    let reply =
        |effect: &Effect| matches!(effect, Effect::Reply { outcome, .. } if *outcome == refused);
    assert!(effects.iter().any(reply));
}

#[test]
fn a_request_that_nobody_answers_ends_at_its_deadline() {
    let mut node = node(1, 5);
    let command = Command::Get {
        key: key_of(1, 5, false),
    };
    let id = RequestId::default();
    let effects = handle(&mut node, asks(id, command));
    let timer = |effect: &Effect| match effect {
        Effect::SetTimer { id, at } => Some((*id, *at)),
        _ => None,
    };
    let (timer, at) = effects.iter().find_map(timer).unwrap();
    assert_eq!(at, Instant::ZERO + REQUEST_DEADLINE);
    let effects = handle(&mut node, Input::Timer(timer));
    let (needed, answered) = (2, 0);
    let answer = Answered::QuorumUnreachable { needed, answered };
    let says = |effect: &Effect| matches!(effect, Effect::Observe(Event::Answered { answer: a, .. }) if *a == answer);
    assert!(effects.iter().any(says));
    assert_eq!(node.requests_in_flight(), 0);
}

#[test]
fn enough_replicas_that_decline_end_a_request_early() {
    let mut node = node(1, 5);
    let key = key_of(1, 5, false);
    let owners = ring(5).preference_list(key.token(), SETTINGS.replication);
    let id = RequestId::default();
    let command = Command::Get { key };
    handle(&mut node, asks(id, command));
    let declined = |owner: NodeId| from(owner.0, Message::Declined { request: id });
    assert!(handle(&mut node, declined(owners[0])).is_empty());
    let effects = handle(&mut node, declined(owners[1]));
    assert!(
        matches!(effects[1], Effect::Reply { .. }),
        "two of three cannot come: {effects:?}"
    );
}

#[test]
fn a_name_in_flight_is_refused() {
    let mut node = node(1, 5);
    let command = Command::Get {
        key: key_of(1, 5, false),
    };
    let id = RequestId::default();
    let request = asks(id, command);
    handle(&mut node, request.clone());
    let effects = handle(&mut node, request);
    let refused = Outcome::Refused(Refusal::RepeatedId);
    let reply =
        |effect: &Effect| matches!(effect, Effect::Reply { outcome, .. } if *outcome == refused);
    assert!(effects.iter().any(reply));
    assert_eq!(node.requests_in_flight(), 1);
}

#[test]
fn a_leader_that_nobody_answers_reports_and_asks_on_less_and_less_often() {
    let mut leader = node(0, 3);
    let wanted = Arc::new(MembershipChange {
        add: vec![spec(3)],
        ..MembershipChange::default()
    });
    let planned = handle(&mut leader, Input::Admin(wanted));
    assert!(sends(&planned).is_empty(), "it could still forget it");
    let asked = handle(&mut leader, Input::Sync);
    assert_eq!(sends(&asked).len(), 3, "all but itself, the new one too");
    for _ in 0..STEP_RETRIES_MAX {
        let again = handle(&mut leader, Input::Timer(TimerId::Step));
        assert_eq!(sends(&again).len(), 3);
    }
    let effects = handle(&mut leader, Input::Timer(TimerId::Step));
    let stuck = Event::ChangeStuck {
        version: 2,
        waiting: vec![NodeId(1), NodeId(2), NodeId(3)],
    };
    let told = |effect: &Effect| matches!(effect, Effect::Observe(event) if *event == stuck);
    assert!(told(&effects[0]));
    assert_eq!(sends(&effects).len(), 3);
    let mut waits = vec![patience(&effects)];
    for _ in 0..9 {
        let again = handle(&mut leader, Input::Timer(TimerId::Step));
        assert!(!again.iter().any(told), "told once");
        assert_eq!(sends(&again).len(), 3);
        waits.push(patience(&again));
    }
    let seconds: Vec<u64> = waits.iter().map(|wait| wait.0 / 1_000_000).collect();
    assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 320, 320, 320, 320]);
    // Who comes back is heard.
    let stage = Stage {
        version: 2,
        step: Step::Announced,
    };
    let taken = |node| from(node, Message::Membership(Membership::Taken(stage)));
    for node in 1..=3 {
        handle(&mut leader, taken(node));
    }
    let streams = handle(&mut leader, Input::Timer(TimerId::Step));
    let stream =
        |message: &Message| matches!(message, Message::Membership(Membership::Stream { .. }));
    assert!(sends(&streams).iter().all(|(_, message)| stream(message)));
}

/// When the leader asks again.
fn patience(effects: &[Effect]) -> Instant {
    let step = effects.iter().find_map(|effect| match effect {
        Effect::SetTimer {
            id: TimerId::Step,
            at,
        } => Some(*at),
        _ => None,
    });
    step.unwrap()
}

#[test]
fn a_leader_asks_again_whether_all_is_copied_for_the_word_of_it_may_be_lost() {
    let mut leader = node(0, 3);
    let wanted = Arc::new(MembershipChange {
        add: vec![spec(3)],
        ..MembershipChange::default()
    });
    handle(&mut leader, Input::Admin(wanted));
    handle(&mut leader, Input::Sync);
    let (version, step) = (2, Step::Announced);
    for id in 1..=3 {
        let taken = Membership::Taken(Stage { version, step });
        handle(&mut leader, from(id, Message::Membership(taken)));
    }
    for id in 1..3 {
        let streaming = Membership::Streaming { version };
        handle(&mut leader, from(id, Message::Membership(streaming)));
    }
    let asked = |effects: &[Effect]| {
        let stream = |sent: &&(&NodeId, &Message)| {
            matches!(sent.1, Message::Membership(Membership::Stream { .. }))
        };
        sends(effects).iter().filter(stream).count()
    };
    let late = |leader: &mut Node, speaks: &[u32]| {
        let mut reported = Vec::new();
        for _ in 0..2 * STEP_RETRIES_MAX {
            let effects = handle(leader, Input::Timer(TimerId::Step));
            assert_eq!(asked(&effects), 2, "{effects:?}");
            reported.extend(effects.iter().filter_map(|effect| match effect {
                Effect::Observe(Event::ChangeStuck { waiting, .. }) => Some(waiting.clone()),
                _ => None,
            }));
            for &id in speaks {
                let streaming = Membership::Streaming { version };
                handle(leader, from(id, Message::Membership(streaming)));
            }
        }
        reported
    };
    assert!(late(&mut leader, &[1, 2]).is_empty(), "both go on");
    let one = vec![NodeId(2)];
    assert_eq!(late(&mut leader, &[1]), [one], "the silent one, once");
}

#[test]
fn a_step_is_acknowledged_again_and_steps_are_not_skipped() {
    let wanted = MembershipChange {
        remove: vec![NodeId(2)],
        ..MembershipChange::default()
    };
    let change = Change::plan(
        2,
        NodeId(0),
        node(0, 3).layout().unwrap().placement().clone(),
        &wanted,
    )
    .unwrap();
    let announce = || Message::Membership(Membership::Announce(Arc::new(change.clone())));
    let mut node = node(1, 3);
    for _ in 0..2 {
        let mut effects = handle(&mut node, from(0, announce()));
        effects.extend(handle(&mut node, Input::Sync));
        let taken =
            |message: &Message| matches!(message, Message::Membership(Membership::Taken(_)));
        assert!(matches!(sends(&effects)[..], [(_, message)] if taken(message)));
    }
    let stage = Stage {
        version: 2,
        step: Step::Released,
    };
    let skip = Message::Membership(Membership::Take(stage));
    let effects = handle(&mut node, from(0, skip));
    let said = sends(&effects);
    let far = Stage {
        version: 2,
        step: Step::Announced,
    };
    assert!(
        matches!(said[..], [(_, Message::Membership(Membership::Taken(own)))] if *own == far),
        "it says how far it is: {said:?}"
    );
    assert_eq!(node.layout().unwrap().stage().step, Step::Announced);
}

#[test]
fn held_ranges_are_what_each_node_owns() {
    let ring = ring(7);
    let held = held_ranges(&ring, SETTINGS.replication);
    for number in 0..2_000 {
        let token = key(number).token();
        let list = ring.preference_list(token, SETTINGS.replication);
        for spec in ring.nodes() {
            let owns = list.contains(&spec.id);
            assert_eq!(held[&spec.id].contains(token), owns);
        }
    }
}
