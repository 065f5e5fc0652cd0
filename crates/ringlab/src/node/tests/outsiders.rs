//! To whom a node listens when others are lost, out or behind, and whom it follows.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::layout::{ChangeError, Lead};
use crate::message::HintId;

const LOST: u32 = 4;

const fn stage(version: u64, step: Step) -> Stage {
    Stage { version, step }
}

fn losing() -> Arc<Change> {
    let wanted = MembershipChange {
        lost: vec![NodeId(LOST)],
        ..MembershipChange::default()
    };
    let layout = Layout::settled(1, ring(5), SETTINGS.sizes());
    let before = layout.placement().clone();
    Arc::new(Change::plan(2, NodeId(0), before, &wanted).unwrap())
}

fn announce(change: &Arc<Change>) -> Message {
    Message::Membership(Membership::Announce(change.clone()))
}

fn take(version: u64, step: Step) -> Message {
    Message::Membership(Membership::Take(stage(version, step)))
}

/// What it says when its disk has had its turn, too.
fn says(node: &mut Node, input: Input) -> Vec<(NodeId, Message)> {
    let mut effects = handle(node, input);
    effects.extend(handle(node, Input::Sync));
    let said = sends(&effects);
    said.into_iter()
        .map(|(to, message)| (*to, message.clone()))
        .collect()
}

fn is_taken(message: &Message) -> bool {
    matches!(message, Message::Membership(Membership::Taken(_)))
}

fn is_told(message: &Message) -> bool {
    matches!(message, Message::Membership(Membership::InForce { .. }))
}

fn is_declined(message: &Message) -> bool {
    matches!(message, Message::Declined { .. })
}

/// A node that took these steps of the change.
fn at(steps: &[Step]) -> Node {
    let mut node = node(1, 5);
    says(&mut node, from(0, announce(&losing())));
    for &step in steps {
        says(&mut node, from(0, take(2, step)));
    }
    node
}

#[test]
fn what_a_lost_node_asks_is_refused_from_the_announcement_on() {
    let key = || key_of(1, 5, true);
    let mut node = at(&[]);
    let effects = handle(&mut node, from(LOST, write(key(), 1)));
    let said = sends(&effects);
    assert!(matches!(said[..], [(&NodeId(LOST), message)] if is_declined(message)));
    let fenced = Event::Fenced { node: NodeId(LOST) };
    let told = |effect: &Effect| matches!(effect, Effect::Observe(event) if *event == fenced);
    assert!(effects.iter().any(told));
    let again = says(&mut node, from(LOST, write(key(), 1)));
    assert!(again.is_empty(), "what was said to the first holds");
    let said = says(&mut node, from(2, write(key(), 1)));
    assert!(
        !said.iter().any(|(_, message)| is_declined(message)),
        "{said:?}"
    );
}

#[test]
fn what_it_kept_is_taken_and_it_is_told_once_the_change_is_over() {
    let hand_over = || Message::HandOver {
        hint: HintId(7),
        stage: stage(1, Step::Released),
        key: key_of(1, 5, true),
        siblings: Default::default(),
        place: None,
        age: Default::default(),
    };
    let mut node = at(&[Step::Committed, Step::Retired]);
    let said = says(&mut node, from(LOST, hand_over()));
    assert!(
        !said.iter().any(|(_, message)| is_told(message)),
        "it may not be over"
    );
    says(&mut node, from(0, take(2, Step::Released)));
    let said = says(&mut node, from(LOST, hand_over()));
    let stored = |message: &Message| matches!(message, Message::HandedOver { hint: HintId(7) });
    assert!(said.iter().any(|(_, message)| stored(message)), "{said:?}");
    assert!(said.iter().any(|(_, message)| is_told(message)), "{said:?}");
}

#[test]
fn one_that_is_told_lets_go_and_stays_out() {
    let mut lost = node(LOST, 5);
    let placement = losing().after.clone();
    let version = 2;
    let in_force = Membership::InForce {
        version,
        placement,
        led_by: Some(NodeId(0)),
    };
    says(&mut lost, from(1, Message::Membership(in_force)));
    assert_eq!(lost.state(), NodeState::Removed);
    assert!(lost.storage().held().is_empty());
    let said = says(&mut lost, from(1, write(key_of(LOST, 5, true), 3)));
    assert!(
        said.iter().all(|(_, message)| is_declined(message)),
        "{said:?}"
    );
    let before = losing().after.clone();
    let wanted = MembershipChange {
        sizes: Some(crate::quorum::Sizes {
            w: 3,
            ..SETTINGS.sizes()
        }),
        ..MembershipChange::default()
    };
    let next = Arc::new(Change::plan(3, NodeId(0), before, &wanted).unwrap());
    let said = says(&mut lost, from(0, announce(&next)));
    let removed = ChangeError::WasRemoved(NodeId(LOST));
    let refuses = |message: &Message| matches!(message, Message::Membership(Membership::Refused(reason)) if *reason == removed);
    assert!(said.iter().any(|(_, message)| refuses(message)), "{said:?}");
}

#[test]
fn a_request_that_is_two_steps_behind_is_refused() {
    let refuses = |steps: &[Step], stage: Stage| {
        let mut node = at(steps);
        let mut asked = write(key_of(1, 5, true), 1);
        if let Message::Write { stage: of, .. } = &mut asked {
            *of = stage;
        }
        let said = says(&mut node, from(2, asked));
        said.iter().any(|(_, message)| is_declined(message))
    };
    let committed = [Step::Committed];
    let retired = [Step::Committed, Step::Retired];
    let released = [Step::Committed, Step::Retired, Step::Released];
    for (steps, late, in_time) in [
        (&[][..], stage(1, Step::Committed), stage(1, Step::Retired)),
        // What was settled before what was settled before.
        (&[], stage(0, Step::Released), stage(1, Step::Released)),
        (
            &committed,
            stage(1, Step::Released),
            stage(2, Step::Announced),
        ),
        (
            &retired,
            stage(2, Step::Announced),
            stage(2, Step::Committed),
        ),
        (
            &released,
            stage(2, Step::Committed),
            stage(2, Step::Retired),
        ),
        (
            &[Step::Withdrawn],
            stage(1, Step::Announced),
            stage(2, Step::Announced),
        ),
    ] {
        assert!(refuses(steps, late), "{late:?} at {steps:?}");
        assert!(!refuses(steps, in_time), "{in_time:?} at {steps:?}");
    }
}

#[test]
fn another_leader_s_change_is_not_acknowledged_and_a_committed_one_not_withdrawn() {
    let mut node = at(&[]);
    let mut other = Change::clone(&losing());
    other.leader = NodeId(3);
    let said = says(&mut node, from(3, announce(&Arc::new(other))));
    assert!(
        !said.iter().any(|(_, message)| is_taken(message)),
        "{said:?}"
    );
    let mut node = at(&[Step::Committed]);
    let lead = Lead {
        term: 0,
        leader: NodeId(0),
        lost: Default::default(),
    };
    let withdraw = Message::Membership(Membership::Withdraw(losing(), lead));
    let said = says(&mut node, from(0, withdraw));
    assert!(
        !said.iter().any(|(_, message)| is_taken(message)),
        "{said:?}"
    );
    assert_eq!(node.layout().unwrap().stage(), stage(2, Step::Committed));
}

#[test]
fn who_leads_on_is_followed_and_the_last_leader_is_not() {
    let mut node = at(&[]);
    let lead = |term, leader| {
        let lost = [NodeId(0)].into();
        let leader = NodeId(leader);
        let lead = Lead { term, leader, lost };
        Message::Membership(Membership::Lead { version: 2, lead })
    };
    let follows = |said: &[(NodeId, Message)]| {
        let follows = |message: &Message| {
            matches!(
                message,
                Message::Membership(Membership::Follows {
                    step: Some(Step::Announced),
                    ..
                })
            )
        };
        said.iter().any(|(_, message)| follows(message))
    };
    assert!(follows(&says(&mut node, from(3, lead(1, 3)))));
    assert!(
        follows(&says(&mut node, from(3, lead(1, 3)))),
        "asked again"
    );
    assert!(
        !follows(&says(&mut node, from(2, lead(1, 2)))),
        "the higher id leads"
    );
    assert!(follows(&says(&mut node, from(2, lead(2, 2)))));
    says(&mut node, from(0, take(2, Step::Committed)));
    says(&mut node, from(3, take(2, Step::Committed)));
    assert_eq!(node.layout().unwrap().stage().step, Step::Announced);
    let said = says(&mut node, from(2, take(2, Step::Committed)));
    assert!(
        said.iter()
            .any(|(to, message)| *to == NodeId(2) && is_taken(message))
    );
    assert!(node.layout().unwrap().has_lost(NodeId(0)));
}

/// The one that it owned everything with lives: it begins with nothing and asks for all of it.
#[test]
fn a_wiped_node_says_that_it_takes_part_once_it_has_fetched_all() {
    let mut wiped = Node::joining(NodeId(1), SETTINGS);
    let said = says(&mut wiped, from(0, announce(&losing())));
    assert!(
        !said.iter().any(|(_, message)| is_taken(message)),
        "{said:?}"
    );
    assert_eq!(wiped.state(), NodeState::Live);
    let said = says(&mut wiped, from(2, write(key_of(1, 5, true), 2)));
    let [(_, Message::OtherLife { life, .. })] = said[..] else {
        panic!("it is another life than that of before: {said:?}");
    };
    let mut again = write(key_of(1, 5, true), 2);
    if let Message::Write { life: of, .. } = &mut again {
        *of = life;
    }
    let said = says(&mut wiped, from(2, again));
    assert!(
        said.iter().any(|(_, message)| is_declined(message)),
        "it names nothing yet: {said:?}"
    );
    let mut asked = says(&mut wiped, Input::Timer(TimerId::Refetch));
    let mut told = Vec::new();
    while let Some((to, message)) = asked.pop() {
        if let Message::AntiEntropy(crate::message::Comparison::Fetch { number, .. }) = message {
            assert_ne!(to, NodeId(LOST), "nobody asks the lost");
            let (cells, until) = (Vec::new().into(), None);
            let fetched = crate::message::Comparison::Fetched {
                number,
                cells,
                until,
            };
            told = says(&mut wiped, from(to.0, Message::AntiEntropy(fetched)));
            asked.extend(told.clone());
        }
    }
    assert!(
        told.iter().any(|(_, message)| is_taken(message)),
        "{told:?}"
    );
}
