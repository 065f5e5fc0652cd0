//! One node's judgement, then crowds of them.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::crowd::Hashes;
use super::*;
use crate::health::Status;
use crate::message::Effect;

mod convergence;
mod crowd;
mod faults;

const SETTINGS: fn() -> GossipSettings = GossipSettings::default;

fn nodes(nodes: u32) -> Arc<[NodeId]> {
    (0..nodes).map(NodeId).collect()
}

/// What happens to node 0 at a moment.
fn at(
    now: Instant,
    gossip: &mut Gossip,
    act: impl FnOnce(&mut Gossip, &mut Outbox<'_>),
) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut random = Hashes(now.0);
    act(
        gossip,
        &mut Outbox::new(NodeId(0), now, &mut random, &mut effects),
    );
    effects
}

fn suspects(effects: &[Effect]) -> bool {
    let suspects = |effect: &Effect| matches!(effect, Effect::Observe(Event::Suspected { .. }));
    effects.iter().any(suspects)
}

/// A node that has probed another one, which does not answer.
fn waiting() -> Gossip {
    let mut gossip = Gossip::default();
    at(Instant::ZERO, &mut gossip, |gossip, out| {
        gossip.follow(1, nodes(5), &SETTINGS(), out);
    });
    let due = gossip.due.unwrap();
    at(due, &mut gossip, |gossip, out| {
        gossip.period(&SETTINGS(), out)
    });
    assert!(gossip.asked.is_some());
    gossip
}

#[test]
fn silence_makes_suspect_unless_a_timer_tells_that_the_node_was_away() {
    let second = Duration::from_secs(1);
    for (late, suspected) in [(0, true), (10, false)] {
        let mut gossip = waiting();
        let now = gossip.due.unwrap() + second * late;
        let effects = at(now, &mut gossip, |gossip, out| {
            gossip.period(&SETTINGS(), out);
        });
        assert_eq!(suspects(&effects), suspected, "{late} s late");
    }
    // The period began in time, but others could not be asked in time.
    let mut gossip = waiting();
    let (probe, period) = (gossip.asked.unwrap().due, gossip.due.unwrap());
    let late = at(probe + second / 5, &mut gossip, |gossip, out| {
        gossip.probe_late(&SETTINGS(), out);
    });
    assert!(late.is_empty());
    let effects = at(period, &mut gossip, |gossip, out| {
        gossip.period(&SETTINGS(), out);
    });
    assert!(!suspects(&effects));
}

#[test]
fn as_many_others_as_set_are_asked_to_ask() {
    for wanted in [0, 1, 3, 8] {
        let mut gossip = waiting();
        let settings = GossipSettings {
            indirect_probes: wanted,
            ..SETTINGS()
        };
        let probed = gossip.asked.unwrap();
        let effects = at(probed.due, &mut gossip, |gossip, out| {
            gossip.probe_late(&settings, out);
        });
        let helpers: BTreeSet<_> = effects.iter().map(asked_for(probed.node)).collect();
        assert_eq!(helpers.len(), 3.min(wanted as usize), "of five nodes");
        assert!(!helpers.contains(&probed.node));
    }
}

fn asked_for(wanted: NodeId) -> impl Fn(&Effect) -> NodeId {
    move |effect| match effect {
        Effect::Send {
            to,
            message:
                Message::Gossip {
                    probe: Probe::AskFor { node, .. },
                    ..
                },
        } => {
            assert_eq!(*node, wanted);
            *to
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_to_an_older_probe_is_none() {
    let mut gossip = waiting();
    let number = gossip.asked.unwrap().number;
    for (answered, left) in [(number - 1, true), (number, false)] {
        let probe = Probe::Answer {
            node: NodeId(1),
            asker: NodeId(0),
            number: answered,
        };
        at(Instant::ZERO, &mut gossip, |gossip, out| {
            gossip.receive(NodeId(1), probe, (1, Vec::new()), out);
        });
        assert_eq!(gossip.asked.is_some(), left);
    }
}

#[test]
fn a_node_that_is_alone_or_gone_gossips_to_nobody() {
    for view in [nodes(1), [NodeId(1), NodeId(2)].into()] {
        let mut gossip = waiting();
        let effects = at(Instant::ZERO, &mut gossip, |gossip, out| {
            gossip.follow(2, view, &SETTINGS(), out);
        });
        let cancels = |effect: &Effect| matches!(effect, Effect::CancelTimer(_));
        assert!(effects.len() == 2 && effects.iter().all(cancels));
        let effects = at(Instant(u64::MAX), &mut gossip, |gossip, out| {
            gossip.period(&SETTINGS(), out);
            gossip.probe_late(&SETTINGS(), out);
        });
        assert!(effects.is_empty());
    }
}

#[test]
fn a_later_layout_is_noticed_once() {
    let mut gossip = waiting();
    let probe = Probe::AskFor {
        node: NodeId(2),
        number: 1,
    };
    let mut behind = Vec::new();
    for version in [1, 3, 2, 3, 4] {
        let effects = at(Instant::ZERO, &mut gossip, |gossip, out| {
            gossip.receive(NodeId(1), probe, (version, Vec::new()), out);
        });
        behind.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Observe(event) => Some(event),
            _ => None,
        }));
    }
    let behind_of = |version| Event::Behind { version };
    assert_eq!(behind, [behind_of(3), behind_of(4)]);
}

#[test]
fn of_strangers_nothing_is_believed_and_who_leaves_is_forgotten() {
    let mut gossip = waiting();
    let down = Status::default().but(Health::Down);
    for (node, believed) in [(NodeId(77), Health::Up), (NodeId(3), Health::Down)] {
        at(Instant::ZERO, &mut gossip, |gossip, out| {
            gossip.hear(NodeId(1), Rumour { node, status: down }, out);
        });
        assert_eq!(gossip.health(node), believed);
    }
    at(Instant::ZERO, &mut gossip, |gossip, out| {
        gossip.follow(2, nodes(3), &SETTINGS(), out);
    });
    assert!(gossip.is_up(NodeId(3)) && !gossip.round.has(NodeId(3)));
}

#[test]
fn the_accused_hears_it_first_however_much_there_is_to_tell() {
    let mut gossip = Gossip::default();
    at(Instant::ZERO, &mut gossip, |gossip, out| {
        gossip.follow(1, nodes(40), &SETTINGS(), out);
        for node in 1..40 {
            gossip.accuse(NodeId(node), Health::Suspect, out);
        }
    });
    for to in [1, 20, 39].map(NodeId) {
        let (asker, number) = (NodeId(0), 1);
        let effects = at(Instant::ZERO, &mut gossip, |gossip, out| {
            gossip.say(to, Probe::Ask { asker, number }, &[], out);
        });
        let [
            Effect::Send {
                message: Message::Gossip { rumours, .. },
                ..
            },
        ] = &effects[..]
        else {
            panic!("{effects:?}")
        };
        assert_eq!((rumours.len(), rumours[0].node), (RUMOURS_MAX, to));
    }
}

#[test]
fn a_round_probes_everyone_once_and_the_next_one_in_another_order() {
    let mut effects = Vec::new();
    let mut random = Hashes(1);
    let out = &mut Outbox::new(NodeId(0), Instant::ZERO, &mut random, &mut effects);
    let mut round = Round::default();
    round.follow(nodes(20), out);
    let mut orders = BTreeSet::new();
    for _ in 0..5 {
        let order: Vec<_> = (1..20).filter_map(|_| round.next(out)).collect();
        let all: BTreeSet<NodeId> = order.iter().copied().collect();
        assert!(all.iter().eq(&nodes(20)[1..]), "{order:?}");
        orders.insert(order);
    }
    assert_eq!(orders.len(), 5);
    assert_eq!(Round::default().next(out), None);
}

/// Nodes come and go in the middle of a round: who is there for two rounds is probed in them.
#[test]
fn nobody_is_forgotten_while_nodes_come_and_go() {
    let mut effects = Vec::new();
    let mut random = Hashes(2);
    let out = &mut Outbox::new(NodeId(99), Instant::ZERO, &mut random, &mut effects);
    let mut round = Round::default();
    round.follow(nodes(8), out);
    for turns in 0..60 {
        for _ in 0..turns % 7 {
            round.next(out);
        }
        // One of the first eight is away, and so many others are there.
        let away = NodeId(turns % 8);
        let there = (0..8 + turns % 5).map(NodeId);
        let there: Arc<[NodeId]> = there.filter(|&node| node != away).collect();
        round.follow(Arc::clone(&there), out);
        let mut ahead = round.clone();
        let probed = (0..2 * there.len()).filter_map(|_| ahead.next(out));
        let probed: BTreeSet<NodeId> = probed.collect();
        assert!(probed.iter().eq(&*there), "after {turns}");
    }
}

#[test]
fn news_is_told_so_often_and_the_newest_first() {
    let mut news = News::default();
    for node in 0..4 {
        news.add(NodeId(node));
    }
    let mut told = BTreeMap::<NodeId, u32>::new();
    for _ in 0..3 {
        for node in news.tell(3, 3) {
            *told.entry(node).or_default() += 1;
        }
    }
    news.add(NodeId(9));
    assert_eq!(news.tell(1, 3), [NodeId(9)]);
    while let [node] = news.tell(1, 3)[..] {
        *told.entry(node).or_default() += 1;
    }
    told.entry(NodeId(9)).and_modify(|times| *times += 1);
    assert!(
        told.len() == 5 && told.values().all(|times| *times == 3),
        "{told:?}"
    );
}

#[test]
fn who_is_not_up_is_repeated_in_turn() {
    let mut beliefs = Beliefs::default();
    for node in 0..5 {
        beliefs.learn(NodeId(node), Status::default().but(Health::Suspect));
    }
    beliefs.learn(NodeId(2), Status::default());
    let turns = [beliefs.repeat(3), beliefs.repeat(3), beliefs.repeat(9)];
    let ids = |ids: &[u32]| ids.iter().copied().map(NodeId).collect::<Vec<_>>();
    assert_eq!(
        turns,
        [ids(&[0, 1, 3]), ids(&[4, 0, 1]), ids(&[3, 4, 0, 1])]
    );
}
