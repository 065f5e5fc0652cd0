//! Nodes that have forgotten how far they were, leaders that have not told everyone: all come to one
//! end.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::disk::MemoryDisk;
use crate::keyspace::KeyspaceBuilder;
use crate::message::Comparison;
use crate::version::Siblings;

pub(super) const VERSION: u64 = 2;

/// What is said of the membership, by whom it is said to.
pub(super) type Said = Vec<(u32, Membership)>;

/// Gives a node this, and then its disk a turn, as often as it wants one.
pub(super) fn says(node: &mut Node, input: Input) -> Said {
    let mut effects = handle(node, input);
    for _ in 0..3 {
        effects.extend(handle(node, Input::Sync));
    }
    let said = sends(&effects).into_iter();
    said.filter_map(|(to, message)| match message {
        Message::Membership(membership) => Some((to.0, membership.clone())),
        _ => None,
    })
    .collect()
}

const fn at(step: Step) -> Stage {
    Stage {
        version: VERSION,
        step,
    }
}

fn taken(node: u32, stage: Stage) -> Input {
    from(node, Message::Membership(Membership::Taken(stage)))
}

fn steps_asked(said: &Said) -> Vec<(u32, Step)> {
    let asked = said.iter().filter_map(|(to, message)| match message {
        Membership::Take(stage) => Some((*to, stage.step)),
        _ => None,
    });
    asked.collect()
}

/// Node 0 leads; it removes itself or node 2, and everyone has taken all steps up to this one.
fn leader_at(step: Step, removed: u32) -> Node {
    let mut leader = node(0, 3);
    let wanted = Arc::new(MembershipChange {
        remove: vec![NodeId(removed)],
        ..MembershipChange::default()
    });
    says(&mut leader, Input::Admin(wanted));
    for id in 0..3 {
        says(&mut leader, taken(id, at(Step::Announced)));
    }
    for id in 0..3 {
        let version = VERSION;
        let streamed = Message::Membership(Membership::Streamed { version });
        says(&mut leader, from(id, streamed));
        let streaming = Message::Membership(Membership::Streaming { version });
        says(&mut leader, from(id, streaming));
    }
    for reached in [Step::Committed, Step::Retired] {
        if reached <= step {
            let take = Message::Membership(Membership::Take(at(reached)));
            says(&mut leader, from(0, take));
            for id in 0..3 {
                says(&mut leader, taken(id, at(reached)));
            }
        }
    }
    leader
}

fn in_force(leader: &Node, led_by: Option<NodeId>) -> Input {
    let change = leader.layout().and_then(Layout::change);
    let placement = change.map(|change| change.after.clone()).unwrap();
    let version = VERSION;
    let told = Membership::InForce {
        version,
        placement,
        led_by,
    };
    from(1, Message::Membership(told))
}

#[test]
fn who_forgot_a_step_is_asked_for_it_again() {
    let mut leader = leader_at(Step::Announced, 2);
    says(&mut leader, taken(1, at(Step::Committed)));
    let take = Message::Membership(Membership::Take(at(Step::Committed)));
    says(&mut leader, from(0, take));
    // It was not waited for any more; now it is, for the next step.
    for id in [0, 2] {
        says(&mut leader, taken(id, at(Step::Committed)));
    }
    let said = says(&mut leader, taken(1, at(Step::Announced)));
    assert_eq!(steps_asked(&said), [(1, Step::Committed)]);
    let said = says(&mut leader, taken(1, at(Step::Committed)));
    assert_eq!(steps_asked(&said), [(1, Step::Retired)]);
    let before = Stage {
        version: VERSION - 1,
        step: Step::Released,
    };
    let said = says(&mut leader, taken(1, before));
    assert!(
        matches!(said[..], [(1, Membership::Announce(_))]),
        "even if it knows nothing of the change: {said:?}"
    );
}

#[test]
fn a_target_that_forgot_the_change_hears_of_it_from_its_source() {
    let wanted = MembershipChange {
        remove: vec![NodeId(3)],
        ..MembershipChange::default()
    };
    let mut source = node(3, 4);
    let before = source.layout().unwrap().placement().clone();
    let change = Change::plan(VERSION, NodeId(0), before, &wanted).unwrap();
    let announce = Message::Membership(Membership::Announce(Arc::new(change)));
    says(&mut source, from(0, announce));
    let stream = Message::Membership(Membership::Stream { version: VERSION });
    let said = says(&mut source, from(0, stream));
    let is_batch = |(_, said): &(u32, Membership)| matches!(said, Membership::Batch(_));
    let (target, batch) = said.into_iter().find(is_batch).unwrap();
    let mut target_node = node(target, 4);
    let said = says(&mut target_node, from(3, Message::Membership(batch)));
    let [(3, Membership::Taken(known))] = said[..] else {
        panic!("it says how far it is: {said:?}");
    };
    assert!(known < at(Step::Announced));
    let mut said = says(&mut source, taken(target, known));
    let (to, announce) = said.pop().unwrap();
    assert_eq!((to, said.len()), (target, 0));
    says(&mut target_node, from(3, Message::Membership(announce)));
    assert_eq!(target_node.layout().unwrap().stage(), at(Step::Announced));
}

#[test]
fn who_waits_for_a_step_of_a_change_that_is_over_is_told_so() {
    let mut settled = node(0, 3);
    let before = Stage {
        version: 1,
        step: Step::Retired,
    };
    let said = says(&mut settled, taken(1, before));
    let told = |said: &Said| matches!(said[..], [(1, Membership::InForce { version: 1, .. })]);
    assert!(told(&said), "{said:?}");
    let same = Stage {
        version: 1,
        step: Step::Released,
    };
    assert_eq!(says(&mut settled, taken(1, same)).len(), 0);
}

#[test]
fn a_leader_that_hears_its_change_is_settled_ends_after_the_others() {
    for led_by in [None, Some(NodeId(0))] {
        let mut leader = leader_at(Step::Committed, 0);
        let take = Message::Membership(Membership::Take(at(Step::Retired)));
        says(&mut leader, from(0, take));
        let told = in_force(&leader, led_by);
        let said = says(&mut leader, told);
        let asked = [(1, Step::Released), (2, Step::Released)];
        assert_eq!(steps_asked(&said), asked);
        assert_eq!(leader.layout().unwrap().stage(), at(Step::Retired));
        for id in 1..3 {
            says(&mut leader, taken(id, at(Step::Released)));
        }
        let take = Message::Membership(Membership::Take(at(Step::Released)));
        says(&mut leader, from(0, take));
        assert_eq!(leader.layout().unwrap().stage(), at(Step::Released));
        assert_eq!(leader.state(), NodeState::Removed);
    }
}

#[test]
fn a_leader_whose_change_another_one_ended_ends_at_once() {
    let mut leader = leader_at(Step::Committed, 2);
    let take = Message::Membership(Membership::Take(at(Step::Retired)));
    says(&mut leader, from(0, take));
    let told = in_force(&leader, Some(NodeId(1)));
    let said = says(&mut leader, told);
    assert_eq!(steps_asked(&said), []);
    assert_eq!(leader.layout().unwrap().stage(), at(Step::Released));
}

#[test]
fn what_was_copied_and_is_forgotten_is_fetched_again() {
    let wanted = MembershipChange {
        add: vec![spec(3)],
        ..MembershipChange::default()
    };
    let before = node(0, 3).layout().unwrap().placement().clone();
    let change = Change::plan(VERSION, NodeId(0), before, &wanted).unwrap();
    let copied = change.copied_to(NodeId(3));
    let mut machine = Machine::new(MemoryDisk::default());
    machine.keyspace = Some(Arc::new(KeyspaceBuilder::new(0).finish()));
    let mut joining = Node::open(NodeId(3), SETTINGS, machine).unwrap();
    let announce = Message::Membership(Membership::Announce(Arc::new(change)));
    says(&mut joining, from(0, announce));
    // Nobody copies anything to it now: they did, and its disk had said that it was stored.
    for step in [Step::Committed, Step::Retired, Step::Released] {
        assert!(joining.storage().held().is_empty());
        let take = Message::Membership(Membership::Take(at(step)));
        says(&mut joining, from(0, take));
    }
    assert_eq!(joining.storage().held(), &copied);
    assert_eq!(joining.replica.damaged(), &copied);
    let effects = handle(&mut joining, Input::Timer(TimerId::Refetch));
    let fetches = sends(&effects).into_iter().any(|(_, message)| {
        let Message::AntiEntropy(Comparison::Fetch { tokens, .. }) = message else {
            return false;
        };
        !tokens.is_empty()
    });
    assert!(fetches, "{effects:?}");
}

/// Node 0 leads and is told to withdraw, and its disk has not had its turn.
fn withdrawing() -> Node {
    let mut leader = node(0, 3);
    let wanted = Arc::new(MembershipChange {
        remove: vec![NodeId(2)],
        ..MembershipChange::default()
    });
    says(&mut leader, Input::Admin(wanted));
    for id in 0..2 {
        says(&mut leader, taken(id, at(Step::Announced)));
    }
    handle(&mut leader, Input::Withdraw([].into()));
    let own = leader.layout().and_then(Layout::change).cloned().unwrap();
    let lead = leader.layout().and_then(Layout::lead).cloned().unwrap();
    let withdraw = Message::Membership(Membership::Withdraw(own, lead));
    handle(&mut leader, from(0, withdraw));
    assert_eq!(leader.layout().unwrap().stage(), at(Step::Withdrawn));
    leader
}

#[test]
fn what_a_leader_may_forget_it_tells_nobody_who_is_late() {
    let mut leader = withdrawing();
    let effects = handle(&mut leader, taken(2, at(Step::Announced)));
    assert!(sends(&effects).is_empty(), "{effects:?}");
    let told: Vec<u32> = says(&mut leader, Input::Sync)
        .into_iter()
        .filter(|(_, message)| matches!(message, Membership::Withdraw(..)))
        .map(|(to, _)| to)
        .collect();
    assert_eq!(told, [1, 2]);
    let said = says(&mut leader, taken(2, at(Step::Announced)));
    assert!(
        matches!(said[..], [(2, Membership::Withdraw(..))]),
        "{said:?}"
    );
}

/// A write that old owners alone have would be missed when a crash makes the change go on.
#[test]
fn requests_go_by_a_withdrawal_once_it_is_stored() {
    let mut leader = withdrawing();
    let mut stage_of_next = |number| {
        let id = RequestId { number, leg: 0 };
        let effects = handle(&mut leader, asks(id, Command::Get { key: key(7) }));
        let sent = sends(&effects).into_iter();
        let mut stages = sent.filter_map(|(_, message)| match message {
            Message::Read { stage, .. } => Some(*stage),
            _ => None,
        });
        let stage = stages.next().expect("others are asked");
        handle(&mut leader, Input::Sync);
        stage
    };
    assert_eq!(stage_of_next(1), at(Step::Announced));
    assert_eq!(stage_of_next(2), at(Step::Withdrawn));
}

/// Its last step of one change comes with the announcement of the next, by which it leaves.
#[test]
fn who_leaves_by_the_next_change_is_not_out_when_the_one_before_is_over() {
    let remove = |id| MembershipChange {
        remove: vec![NodeId(id)],
        ..MembershipChange::default()
    };
    let before = Layout::settled(1, ring(4), SETTINGS.sizes());
    let before = before.placement().clone();
    let first = Change::plan(VERSION, NodeId(0), before, &remove(1)).unwrap();
    let next = Change::plan(VERSION + 1, NodeId(0), first.after.clone(), &remove(2)).unwrap();
    let mut leaving = node(2, 4);
    let announce = |change| {
        from(
            0,
            Message::Membership(Membership::Announce(Arc::new(change))),
        )
    };
    says(&mut leaving, announce(first));
    for step in [Step::Committed, Step::Retired] {
        let take = Membership::Take(at(step));
        says(&mut leaving, from(0, Message::Membership(take)));
    }
    says(&mut leaving, announce(next));
    assert_eq!(leaving.state(), NodeState::Leaving);
    let version = VERSION + 1;
    let stream = Message::Membership(Membership::Stream { version });
    let said = says(&mut leaving, from(0, stream));
    let streams = |(to, message): &(u32, Membership)| {
        let streaming = matches!(message, Membership::Streaming { .. });
        *to == 0 && streaming
    };
    assert!(said.iter().any(streams), "{said:?}");
}

/// Its disk knows of no layout and has cells all the same, of which it owns some.
#[test]
fn who_was_wiped_lets_go_what_it_does_not_own() {
    let mut wiped = Node::joining(NodeId(2), SETTINGS);
    let cell = Siblings::loaded(Value::new(b"1").unwrap());
    let [own, foreign] = [true, false].map(|owned| key_of(2, 5, owned));
    for key in [&own, &foreign] {
        let storage = wiped.replica.storage_mut();
        storage.try_join(key, &cell).unwrap();
    }
    let before = Layout::settled(1, ring(5), SETTINGS.sizes());
    let before = before.placement().clone();
    let remove = MembershipChange {
        remove: vec![NodeId(4)],
        ..MembershipChange::default()
    };
    let change = Arc::new(Change::plan(VERSION, NodeId(0), before, &remove).unwrap());
    let announce = Message::Membership(Membership::Announce(change));
    says(&mut wiped, from(0, announce));
    assert_eq!(wiped.state(), NodeState::Live);
    assert_eq!(wiped.cell(&own), Some(cell));
    assert_eq!(wiped.cell(&foreign), Some(Siblings::default()));
}

/// Node 1 of five, the next change, which adds a node, and a key that node 1 owns neither before nor
/// after it. Its sender is in a change to that version or a later one.
fn with_stray(version: u64) -> (Node, Arc<Change>, Key) {
    let add = MembershipChange {
        add: vec![spec(5)],
        ..MembershipChange::default()
    };
    let mut node = node(1, 5);
    let before = node.layout().unwrap().placement().clone();
    let change = Change::plan(VERSION, NodeId(0), before, &add).unwrap();
    let owns = |key: &Key| {
        let placements = [&change.before, &change.after];
        let lists = placements.map(|placement| placement.replicas(key.token()));
        lists.iter().any(|list| list.contains(&NodeId(1)))
    };
    let stray = (0..).map(key).find(|key| !owns(key)).unwrap();
    says(&mut node, from(2, write(stray.clone(), version)));
    assert!(!node.cell(&stray).unwrap().is_empty(), "taken on trust");
    (node, change.into(), stray)
}

fn goes_through(node: &mut Node, change: &Arc<Change>) {
    let announce = Membership::Announce(change.clone());
    says(node, from(0, Message::Membership(announce)));
    for step in [Step::Committed, Step::Retired, Step::Released] {
        let take = Membership::Take(at(step));
        says(node, from(0, Message::Membership(take)));
    }
    assert_eq!(node.layout().unwrap().stage(), at(Step::Released));
}

#[test]
fn what_a_node_took_for_a_change_that_never_came_goes_with_the_next_one() {
    let (mut node, change, stray) = with_stray(VERSION);
    goes_through(&mut node, &change);
    assert!(node.cell(&stray).unwrap().is_empty());
}

#[test]
fn what_a_node_took_for_a_change_to_come_stays_through_the_one_before() {
    let (mut node, change, stray) = with_stray(VERSION + 1);
    goes_through(&mut node, &change);
    assert!(!node.cell(&stray).unwrap().is_empty());
}

#[test]
fn what_a_node_took_for_a_change_to_come_survives_its_restart() {
    let (mut node, _, stray) = with_stray(VERSION);
    let disk = std::mem::take(node.replica.storage_mut().engine_mut().disk_mut());
    let machine = Machine::new(disk);
    let node = Node::open(NodeId(1), SETTINGS, machine).unwrap();
    assert!(!node.cell(&stray).unwrap().is_empty());
}
