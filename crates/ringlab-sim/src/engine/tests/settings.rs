//! Settings that change while the cluster runs: what is in force where, and that nothing is lost or
//! made anew for it.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::protocol::{Fault, SettingInForce, SettingsInForce, TABLE};

/// Enough for every node to hear of a setting.
const UNTIL_HEARD: Duration = Duration::from_millis(20);

fn in_force(engine: &mut Engine) -> SettingsInForce {
    whole(engine).settings.unwrap()
}

fn of(engine: &mut Engine, setting: Setting) -> SettingInForce {
    in_force(engine).all[setting as usize]
}

/// Another value than the one in force, that goes together with all others.
fn another(engine: &Engine, setting: Setting) -> u64 {
    let now = engine.situation.settings.get(setting);
    let row = setting.row();
    match setting {
        Setting::BucketCount => 2 * now,
        Setting::GossipInterval => now + 1,
        _ if now > row.least => now - 1,
        _ => now + 1,
    }
}

#[test]
fn every_setting_of_the_table_is_changed_while_the_cluster_runs() {
    let mut engine = engine();
    run(&mut engine, [put("kept", "always")]);
    let (mut epoch, mut layout) = (0, 0);
    for row in &TABLE {
        let setting = row.setting;
        let value = another(&engine, setting);
        // A write may need all of N when W has been N.
        run(&mut engine, [set(setting, value)]);
        engine.advance(UNTIL_HEARD);
        let since = if setting.is_of_the_layout() {
            layout += 1;
            layout
        } else {
            epoch += 1;
            epoch
        };
        let expected = SettingInForce {
            setting,
            value,
            since,
        };
        assert_eq!(of(&mut engine, setting), expected, "{}", row.name);
        let now = in_force(&mut engine);
        assert_eq!((now.epoch, now.layout), (epoch, layout), "{}", row.name);
        assert_eq!((now.taken, now.nodes), (8, 8), "{}", row.name);
        assert_eq!(whole(&mut engine).undo, Some(Deed::Set(setting, value)));
        for node in engine.cluster.nodes() {
            assert_eq!(
                node.settings().get(setting),
                value,
                "{} on {:?}",
                row.name,
                node.id()
            );
        }
        assert_eq!(
            answer_to(&mut engine, get("kept")),
            values(&["always"]),
            "{}",
            row.name
        );
    }
    check_held(&mut engine);
}

#[test]
fn a_setting_that_is_as_wanted_changes_nothing() {
    let mut engine = engine();
    for setting in [Setting::N, Setting::GossipInterval] {
        let value = engine.situation.settings.get(setting);
        run(&mut engine, [set(setting, value)]);
    }
    let snapshot = whole(&mut engine);
    assert_eq!((snapshot.undo, snapshot.settings.unwrap().epoch), (None, 0));
}

#[test]
fn who_does_not_hear_is_counted_until_it_does() {
    let mut engine = engine();
    let node = NodeId(3);
    engine.handle(Command::Fault(Fault::Pause(node)));
    run(&mut engine, [set(Setting::ClockPairs, 10)]);
    engine.advance(UNTIL_HEARD);
    let now = in_force(&mut engine);
    assert_eq!((now.epoch, now.taken, now.nodes), (1, 7, 8));
    engine.handle(Command::Fault(Fault::Resume(node)));
    engine.advance(UNTIL_HEARD);
    assert_eq!(in_force(&mut engine).taken, 8);
}

#[test]
fn who_was_down_hears_when_it_begins_again_and_so_does_who_joins() {
    let mut engine = engine();
    engine.handle(Command::Fault(Fault::Crash(NodeId(3))));
    run(&mut engine, [set(Setting::ClockPairs, 10)]);
    engine.advance(UNTIL_HEARD);
    assert_eq!(in_force(&mut engine).taken, 7);
    engine.handle(Command::Fault(Fault::Restart(NodeId(3))));
    engine.advance(Duration::from_secs(10));
    assert_eq!(in_force(&mut engine).taken, 8);
    run(&mut engine, [add(1)]);
    engine.advance(UNTIL_HEARD);
    let now = in_force(&mut engine);
    assert_eq!((now.taken, now.nodes), (9, 9));
}

/// N is a change of the layout: its copies travel, what is written meanwhile is kept, and a wish
/// that comes meanwhile waits.
#[test]
fn more_replicas_are_copied_while_requests_run() {
    let mut engine = engine();
    engine.handle(set(Setting::N, 5));
    let snapshot = whole(&mut engine);
    assert!(snapshot.transfer.is_some());
    assert_eq!(
        of(&mut engine, Setting::N).value,
        3,
        "until reads turn over"
    );
    let report = snapshot.change.unwrap();
    assert_eq!(report.deed, Deed::Set(Setting::N, 5));
    assert_eq!(
        (report.moved.keys, report.to_copy.keys),
        (0, 2 * u64::from(KEYS))
    );
    engine.handle(set(Setting::R, 4));
    assert_eq!(whole(&mut engine).waiting, 1);
    engine.handle(put("meanwhile", "written"));
    engine.handle(Command::Settle);
    assert_eq!(whole(&mut engine).refusals, []);
    assert_eq!(table(&mut engine).effective, (5, 4, 2));
    engine.advance(UNTIL_HEARD);
    check_held(&mut engine);
    assert_eq!(
        answer_to(&mut engine, get("meanwhile")),
        values(&["written"])
    );
    run(&mut engine, [set(Setting::R, 2), set(Setting::N, 2)]);
    check_held(&mut engine);
    assert_eq!(
        answer_to(&mut engine, get("meanwhile")),
        values(&["written"])
    );
}

#[test]
fn a_setting_of_no_layout_comes_into_force_in_the_middle_of_a_change() {
    let mut engine = engine();
    engine.handle(add(1));
    engine.advance(Duration::from_millis(1));
    engine.handle(set(Setting::Strictness, 1));
    let snapshot = whole(&mut engine);
    assert_eq!(
        (snapshot.refusals.as_slice(), snapshot.waiting),
        ([].as_slice(), 0)
    );
    assert_eq!(of(&mut engine, Setting::Strictness).value, 1);
    engine.handle(Command::Settle);
    engine.advance(UNTIL_HEARD);
    assert_eq!(in_force(&mut engine).taken, 9);
}

/// Undo of such a setting is another epoch: faults stay, and siblings do.
#[test]
fn a_setting_is_undone_while_the_cluster_runs() {
    let mut engine = engine();
    engine.handle(Command::Fault(Fault::Pause(NodeId(3))));
    run(
        &mut engine,
        [set(Setting::HintInterval, 500), Command::Undo],
    );
    assert_eq!(of(&mut engine, Setting::HintInterval).value, 1_000);
    assert_eq!(in_force(&mut engine).epoch, 2);
    assert!(engine.cluster.is_paused(NodeId(3)));
    run(&mut engine, [Command::Redo]);
    assert_eq!(of(&mut engine, Setting::HintInterval).value, 500);
    assert_eq!(whole(&mut engine).redo, None);
}

/// The mode is what the next requests go by: sloppy quorums take what strict ones refuse.
#[test]
fn a_sloppy_quorum_takes_what_a_strict_one_refuses() {
    let mut engine = engine();
    let replication = engine.situation.settings.replication();
    let replicas = engine
        .ring
        .preference_list(token(b"key-9"), replication)
        .to_vec();
    for node in &replicas[1..] {
        engine.handle(Command::Fault(Fault::Crash(*node)));
    }
    engine.advance(Duration::from_secs(60));
    let refused = answer_to(&mut engine, put("key-9", "nine"));
    assert!(matches!(refused, Answer::Refused(_)), "{refused:?}");
    run(&mut engine, [set(Setting::Strictness, 1)]);
    assert_eq!(answer_to(&mut engine, put("key-9", "nine")), STORED);
    let snapshot = whole(&mut engine);
    let trace = snapshot.trace.unwrap();
    assert!(!trace.fallbacks.is_empty());
    let hints: u64 = snapshot
        .nodes
        .unwrap()
        .rows
        .iter()
        .map(|row| row.hints)
        .sum();
    assert!(hints >= trace.fallbacks.len() as u64, "{hints} hints");
    for node in &replicas[1..] {
        engine.handle(Command::Fault(Fault::Restart(*node)));
    }
    engine.advance(Duration::from_secs(60));
    let kept = |row: crate::protocol::NodeRow| row.hints;
    assert_eq!(
        table(&mut engine).rows.into_iter().map(kept).sum::<u64>(),
        0
    );
}

#[test]
fn the_last_writer_wins_where_that_is_chosen() {
    let mut engine = engine();
    run(&mut engine, [set(Setting::Merge, 1)]);
    let by = |user, request| Command::Request(user, request);
    let key = || b"key-9".to_vec();
    for user in [User::Ada, User::Ben] {
        answer_to(&mut engine, by(user, Request::Get { key: key() }));
    }
    for (user, value) in [(User::Ada, b"a"), (User::Ben, b"b")] {
        let put = Request::Put {
            key: key(),
            value: value.to_vec(),
        };
        answer_to(&mut engine, by(user, put));
    }
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&["b"]));
}

/// What a settings change needs is not there: the change waits, and goes on when it is.
#[test]
fn a_change_that_stalls_says_for_whom_and_ends_when_they_are_back() {
    let mut engine = engine();
    engine.handle(Command::Fault(Fault::Crash(NodeId(3))));
    engine.handle(set(Setting::N, 4));
    engine.handle(Command::Settle);
    let transfer = whole(&mut engine).transfer.unwrap();
    assert!(transfer.is_stalled);
    assert_eq!(transfer.waits_for, [NodeId(3)]);
    engine.handle(Command::Fault(Fault::Restart(NodeId(3))));
    run(&mut engine, [Command::Settle]);
    assert!(whole(&mut engine).transfer.is_none());
    check_held(&mut engine);
}

/// A read that is hedged asks R replicas first, and its way says when it asks the others.
#[test]
fn a_hedged_read_says_that_it_asks_the_others() {
    let mut engine = engine();
    run(&mut engine, [set(Setting::HedgePercentile, 50)]);
    // It has to know how long reads take.
    for _ in 0..50 {
        run(&mut engine, [get("key-9")]);
    }
    let replication = engine.situation.settings.replication();
    let replicas = engine
        .ring
        .preference_list(token(b"key-9"), replication)
        .to_vec();
    engine.handle(Command::Fault(Fault::Pause(replicas[0])));
    engine.handle(Command::Fault(Fault::Pause(replicas[1])));
    run(&mut engine, [get("key-9")]);
    let steps = whole(&mut engine).trace.unwrap().steps;
    let place = |what: &dyn Fn(&StepKind) -> bool| steps.iter().position(|step| what(&step.what));
    let hedge = place(&|what| *what == StepKind::Hedge).expect("it asks the others");
    let asks = steps
        .iter()
        .filter(|step| matches!(step.what, StepKind::Ask { .. }));
    assert_eq!(asks.count(), 2);
    assert!(matches!(steps[hedge + 1].what, StepKind::Ask { .. }));
}
