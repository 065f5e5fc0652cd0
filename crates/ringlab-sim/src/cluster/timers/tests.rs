//! Timers against a plain list of them.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn moment(at: u64, order: u64) -> Moment {
    Moment {
        at: Instant(at),
        order,
    }
}

fn popped(timers: &mut Timers) -> Option<(NodeId, TimerId)> {
    timers.pop().map(|(_, node, id)| (node, id))
}

#[test]
fn timers_come_by_time_and_then_in_the_order_in_which_they_were_set() {
    let (one, two) = (NodeId(1), NodeId(2));
    let mut timers = Timers::default();
    timers.set(two, TimerId::Gossip, moment(5, 0), Instant(5));
    timers.set(one, TimerId::Gossip, moment(5, 1), Instant(5));
    timers.set(one, TimerId::Step, moment(4, 2), Instant(4));
    assert_eq!(timers.next(), Some(moment(4, 2)));
    assert_eq!(popped(&mut timers), Some((one, TimerId::Step)));
    assert_eq!(popped(&mut timers), Some((two, TimerId::Gossip)));
    assert_eq!(popped(&mut timers), Some((one, TimerId::Gossip)));
    assert_eq!(popped(&mut timers), None);
}

#[test]
fn a_timer_that_is_moved_or_cancelled_is_not_the_one_that_was_set() {
    let node = NodeId(1);
    let mut timers = Timers::default();
    timers.set(node, TimerId::Gossip, moment(3, 0), Instant(3));
    timers.set(node, TimerId::Probe, moment(3, 1), Instant(3));
    timers.set(node, TimerId::Gossip, moment(3, 2), Instant(9));
    assert_eq!(timers.next(), Some(moment(3, 0)), "due when it was");
    assert_eq!(timers.of(node)[0], (TimerId::Gossip, Instant(9)));
    timers.set(node, TimerId::Gossip, moment(7, 3), Instant(7));
    timers.cancel(node, TimerId::Probe);
    timers.cancel(node, TimerId::Step);
    assert_eq!((timers.next(), timers.len()), (Some(moment(7, 3)), 1));
    assert_eq!(popped(&mut timers), Some((node, TimerId::Gossip)));
    assert_eq!(timers.of(node), []);
}

#[test]
fn those_of_a_node_that_is_gone_are_gone() {
    let mut timers = Timers::default();
    for node in 0..3 {
        timers.set(
            NodeId(node),
            TimerId::Gossip,
            moment(1, node.into()),
            Instant(1),
        );
    }
    timers.retain(|node| node != NodeId(1));
    assert_eq!(popped(&mut timers), Some((NodeId(0), TimerId::Gossip)));
    assert_eq!(popped(&mut timers), Some((NodeId(2), TimerId::Gossip)));
    assert_eq!(timers.len(), 0);
}
