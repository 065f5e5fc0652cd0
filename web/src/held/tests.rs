//! Sections keep what is newest and compare by revision.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::ring::NodeId;
use ringlab_sim::protocol::{Refusal, Refused, Setting};

use super::*;

fn snapshot(number: u64, nodes: u64, table: Option<NodeTable>) -> News {
    News::Snapshot(Box::new(Snapshot {
        number,
        revisions: Revisions {
            nodes,
            ..Revisions::default()
        },
        nodes: table,
        ..Snapshot::default()
    }))
}

fn after(news: Vec<News>) -> Rc<Held> {
    news.into_iter()
        .fold(Rc::new(Held::default()), Reducible::reduce)
}

#[test]
fn a_section_that_was_left_out_is_kept() {
    let held = after(vec![
        snapshot(1, 4, Some(NodeTable::default())),
        snapshot(2, 4, None),
    ]);
    assert_eq!((held.number, held.seen().nodes), (2, 4));
    assert!(held.nodes.get().is_some());
}

#[test]
fn a_section_that_ended_is_dropped() {
    let held = after(vec![
        snapshot(1, 4, Some(NodeTable::default())),
        snapshot(2, 5, None),
    ]);
    assert!(held.nodes.get().is_none());
}

#[test]
fn equal_revisions_of_two_worlds_are_not_equal() {
    let first = after(vec![
        News::Opened,
        snapshot(1, 1, Some(NodeTable::default())),
    ]);
    let second = Rc::clone(&first).reduce(News::Opened);
    assert_eq!(
        second.seen(),
        Revisions::default(),
        "a new world is asked for everything"
    );
    let second = second.reduce(snapshot(1, 1, Some(NodeTable::default())));
    assert!(first.nodes != second.nodes);
}

#[test]
fn a_refusal_stands_until_it_is_edited_or_something_else_is_asked() {
    let weight = |node| Subject::Weight(NodeId(node));
    let refused = Snapshot {
        refusals: vec![Refusal {
            subject: weight(2),
            reason: Refused::TooManyWaiting,
        }],
        ..Snapshot::default()
    };
    let held = after(vec![
        News::Snapshot(Box::new(refused)),
        snapshot(2, 0, None),
        News::Edited(weight(3)),
    ]);
    let why = held.refusals.why(&weight(2)).unwrap();
    assert!(why.contains("wait for the one under way"), "{why}");
    assert_eq!(held.refusals.why(&weight(3)), None);
    assert_eq!(held.refusals.why(&Subject::Zone(NodeId(2))), None);
    for news in [News::Edited(weight(2)), News::Sent(Command::Settle, 3)] {
        let held = Rc::clone(&held).reduce(news);
        assert_eq!(held.refusals, Refusals::default());
    }
}

#[test]
fn what_makes_no_refusal_obsolete_gives_the_same_back() {
    let held = after(vec![snapshot(1, 0, None)]);
    let edited = Rc::clone(&held).reduce(News::Edited(Subject::Setting(Setting::N)));
    assert!(Rc::ptr_eq(&held, &edited));
}

#[test]
fn each_command_sent_and_nothing_else_is_counted() {
    let before = after(vec![
        snapshot(1, 0, None),
        News::Edited(Subject::Setting(Setting::N)),
    ]);
    assert_eq!(before.sent, Sent::default());
    let sent = Rc::clone(&before).reduce(News::Sent(Command::Settle, 1));
    assert!(sent.sent != before.sent);
    let opened = Rc::clone(&sent).reduce(News::Opened);
    assert_eq!(opened.sent, sent.sent, "a new world is no command");
}

#[test]
fn a_value_that_waits_is_shown_until_its_turn() {
    let (subject, weight) = (Subject::Weight(NodeId(2)), "3".parse().unwrap());
    let sent = News::Sent(Command::Reweight(NodeId(2), weight), 5);
    let answer = |number, waiting| {
        News::Snapshot(Box::new(Snapshot {
            number,
            waiting,
            ..Snapshot::default()
        }))
    };
    let asked = after(vec![sent, answer(4, 0), answer(5, 2)]);
    assert_eq!(asked.wanted.of(&subject).as_deref(), Some("3"));
    assert_eq!(asked.wanted.of(&Subject::Zone(NodeId(2))), None);
    let ended = Rc::clone(&asked).reduce(answer(6, 0));
    assert_eq!(ended.wanted, Wanted::default());
    let mut situation = Situation::fresh(1);
    situation.nodes[1].weight = weight;
    let begun = News::Snapshot(Box::new(Snapshot {
        number: 6,
        waiting: 1,
        situation: Some(Arc::new(situation)),
        ..Snapshot::default()
    }));
    let begun = Rc::clone(&asked).reduce(begun);
    assert_eq!(begun.wanted, Wanted::default());
    let refused = News::Snapshot(Box::new(Snapshot {
        number: 6,
        waiting: 1,
        refusals: vec![Refusal {
            subject,
            reason: Refused::TooManyWaiting,
        }],
        ..Snapshot::default()
    }));
    assert_eq!(asked.reduce(refused).wanted, Wanted::default());
}

#[test]
fn a_setting_of_the_layout_waits_as_a_weight_does() {
    let subject = Subject::Setting(Setting::N);
    let sent = News::Sent(Command::Set(vec![(Setting::N, 5)]), 5);
    let answer = |situation| {
        News::Snapshot(Box::new(Snapshot {
            number: 6,
            waiting: 1,
            situation,
            ..Snapshot::default()
        }))
    };
    let asked = after(vec![sent, answer(None)]);
    assert_eq!(asked.wanted.of(&subject).as_deref(), Some("5"));
    let mut situation = Situation::fresh(1);
    situation.settings = situation.settings.with(&[(Setting::N, 5)]).unwrap();
    let begun = asked.reduce(answer(Some(Arc::new(situation))));
    assert_eq!(begun.wanted, Wanted::default());
}

#[test]
fn what_was_compared_stands_until_another_text_is_read() {
    let counted = || News::Comparing(Comparing::Counted(Rc::new(Comparison::default())));
    let counting = Comparing::Counting { done: 1, total: 2 };
    let held = after(vec![
        News::Topology(TopologyRead::Nothing),
        counted(),
        News::Comparing(counting.clone()),
        News::Opened,
    ]);
    assert_eq!((held.reads, &held.comparing), (1, &counting));
    assert!(held.comparison.is_some());
    let why = Comparing::Refused("too many".into());
    assert_eq!(held.clone().reduce(News::Comparing(why)).comparison, None);
    let held = held.reduce(News::Topology(TopologyRead::Nothing));
    assert_eq!((held.reads, &held.comparison), (2, &None));
    assert_eq!(held.comparing, Comparing::Nothing);
}
