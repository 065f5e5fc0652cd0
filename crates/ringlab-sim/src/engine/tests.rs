//! Stories of an engine, as a page would tell them: commands in, snapshots out.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::hash::{Token, token};
use ringlab::keyspace::{KeyspaceBuilder, Load};
use ringlab::ring::{RingError, Weight};

use super::*;
use crate::protocol::{
    Answer, Inspection, NewNode, NodeState, NodeTable, Owners, Phase, Setting, SituationError,
    StepKind,
};

mod bad_input;
mod faults;
mod membership;
mod requests;
mod settings;
mod undo;

const KEYS: u32 = 2_000;
/// What a write is answered when nobody wrote beside it.
const STORED: Answer = Answer::Stored { beside: 0 };

/// `key-0`, `key-1`, ... of which the k-th has k requests.
fn keyspace(keys: u32) -> Arc<Keyspace> {
    let mut builder = KeyspaceBuilder::new(keys.into());
    for number in 0..keys {
        builder
            .push(format!("key-{number}").as_bytes(), number.into(), None)
            .unwrap();
    }
    Arc::new(builder.finish())
}

fn own(keys: u32) -> KeySource {
    KeySource::Own {
        label: "numbered".into(),
        keys: keys.into(),
    }
}

fn engine() -> Engine {
    engine_of(
        Situation {
            keys: own(KEYS),
            ..Situation::fresh(7)
        },
        KEYS,
    )
}

fn engine_of(situation: Situation, keys: u32) -> Engine {
    Engine::new(situation, keyspace(keys)).unwrap()
}

/// Everything there is to see.
fn whole(engine: &mut Engine) -> Snapshot {
    engine.snapshot(Revisions::default())
}

fn table(engine: &mut Engine) -> NodeTable {
    whole(engine).nodes.unwrap()
}

fn put(key: &str, value: &str) -> Command {
    Command::Request(
        User::Ada,
        Request::Put {
            key: key.into(),
            value: value.into(),
        },
    )
}

fn get(key: &str) -> Command {
    Command::Request(User::Ada, Request::Get { key: key.into() })
}

fn delete(key: &str) -> Command {
    Command::Request(User::Ada, Request::Delete { key: key.into() })
}

fn set(setting: Setting, value: u64) -> Command {
    Command::Set(vec![(setting, value)])
}

fn add(count: usize) -> Command {
    Command::Add(vec![NewNode::default(); count])
}

/// Does these commands one after the other, each to its end; none may be refused.
fn run(engine: &mut Engine, commands: impl IntoIterator<Item = Command>) {
    for command in commands {
        engine.handle(command);
        engine.handle(Command::Settle);
        assert_eq!(whole(engine).refusals, []);
    }
}

fn answer_to(engine: &mut Engine, command: Command) -> Answer {
    run(engine, [command]);
    whole(engine).trace.unwrap().answer.unwrap()
}

fn values(values: &[&str]) -> Answer {
    Answer::Values(
        values
            .iter()
            .map(|value| value.as_bytes().to_vec())
            .collect(),
    )
}

/// What each node must hold when nothing is under way, counted key by key.
fn owed(engine: &Engine) -> SortedMap<NodeId, u64> {
    let replication = engine.situation.settings.replication();
    let mut owed = SortedMap::new();
    let keyspace = engine.contents.keyspace();
    let loaded = (0..keyspace.len()).map(|row| keyspace.key(row).to_vec());
    let written = engine.situation.writes.clone();
    let deleted = |key: &Vec<u8>| {
        written
            .iter()
            .any(|write| write.0 == *key && write.1.is_none())
    };
    let new = written.iter().map(|(key, _)| key.clone());
    let new = new.filter(|key| keyspace.find(key).is_none());
    for key in loaded.chain(new).filter(|key| !deleted(key)) {
        for &node in &*engine.ring.preference_list(token(&key), replication) {
            *owed.entry(node).or_default() += 1;
        }
    }
    owed
}

/// Each node holds exactly what it owns.
fn check_held(engine: &mut Engine) {
    assert!(engine.is_settled());
    let owed = owed(engine);
    for row in table(engine).rows {
        let expected = owed.get(&row.id).copied().unwrap_or_default();
        assert_eq!(row.held.keys, expected, "{} holds what it owns", row.name);
    }
}

#[test]
fn a_fresh_engine_shows_everything_once() {
    let mut engine = engine();
    let first = Ask {
        number: 1,
        ..Ask::default()
    };
    let first = engine.answer(first, || true);
    assert_eq!(first.number, 1);
    let nodes = first.nodes.unwrap();
    assert_eq!(
        nodes.rows.len(),
        8,
        "the coordinator is not among the nodes"
    );
    assert_eq!(nodes.total.keys, u64::from(KEYS));
    assert_eq!(
        nodes.rows.iter().map(|row| row.primary.keys).sum::<u64>(),
        u64::from(KEYS)
    );
    assert_eq!(
        nodes.rows.iter().map(|row| row.held.keys).sum::<u64>(),
        3 * u64::from(KEYS)
    );
    let ring = first.ring.unwrap();
    assert_eq!(
        ring.density
            .iter()
            .map(|keys| u64::from(*keys))
            .sum::<u64>(),
        u64::from(KEYS)
    );
    assert!(matches!(ring.owners, Owners::Arcs(arcs) if arcs.len() == 8 * 256));

    let second = Ask {
        number: 2,
        seen: first.revisions,
        ..Ask::default()
    };
    let second = engine.answer(second, || true);
    assert_eq!(second.revisions, first.revisions);
    assert!(second.nodes.is_none() && second.ring.is_none() && second.situation.is_none());
}

/// A run that uses every command.
fn busy_run(seed: u64) -> Snapshot {
    let situation = Situation {
        keys: own(KEYS),
        ..Situation::fresh(seed)
    };
    let mut engine = engine_of(situation, KEYS);
    let millisecond = Duration::from_millis(1);
    let commands = [
        add(1),
        put("key-1", "one"),
        get("key-1"),
        Command::Remove(vec![NodeId(2)]),
        delete("key-2"),
        Command::Reweight(NodeId(3), Weight::from_thousandths(2_500).unwrap()),
        Command::Settle,
        Command::Set(vec![(Setting::Spread, 1), (Setting::W, 3)]),
        Command::Set(vec![(Setting::GossipInterval, 2_000)]),
        Command::Settle,
        Command::Rezone(NodeId(1), "d".parse().unwrap()),
        put("new", "value"),
        Command::Settle,
        Command::Undo,
        add(3),
        Command::Settle,
    ];
    for (number, command) in (1..).zip(commands) {
        let ask = Ask {
            number,
            commands: vec![command],
            advance: millisecond,
            ..Ask::default()
        };
        assert_eq!(engine.answer(ask, || true).refusals, []);
    }
    whole(&mut engine)
}

#[test]
fn the_same_seed_and_commands_give_the_same_history_here_and_everywhere() {
    let (once, again, other) = (busy_run(1), busy_run(1), busy_run(2));
    assert_eq!((once.events, once.history), (again.events, again.history));
    assert_ne!(once.history, other.history);
    // Fixed on every platform; a change of the protocol changes it, and says so here.
    assert_eq!((once.events, once.history), GOLDEN_HISTORY);
}

#[test]
fn without_time_an_answer_goes_less_far_and_the_next_ones_catch_up() {
    let ask = |advance| Ask {
        commands: Vec::new(),
        advance,
        ..Ask::default()
    };
    let (mut at_once, mut in_pieces) = (engine(), engine());
    for engine in [&mut at_once, &mut in_pieces] {
        engine.handle(add(20));
    }
    let until = Duration::from_millis(20);
    let whole = at_once.answer(ask(until), || true);
    let mut pieces = 0;
    let piece = loop {
        let left = whole.now.since(in_pieces.cluster.now());
        let piece = in_pieces.answer(ask(left), || false);
        pieces += 1;
        if piece.now == whole.now {
            break piece;
        }
    };
    assert!(pieces > 3, "{} events in {pieces} pieces", whole.events);
    assert_eq!((piece.events, piece.history), (whole.events, whole.history));
}

/// Events of `busy_run(1)` and their digest.
const GOLDEN_HISTORY: (u64, u64) = (640, 10_881_901_570_388_699_201);

#[test]
fn above_an_arc_a_pixel_the_ring_is_drawn_in_bins_that_add_up() {
    let mut engine = engine();
    run(&mut engine, [Command::VirtualNodes(1_000)]);
    let picture = whole(&mut engine).ring.unwrap();
    assert_eq!(picture.virtual_nodes, 8_000);
    let Owners::Bins(bins) = picture.owners else {
        panic!("8,000 arcs are too many")
    };
    assert_eq!(bins.len(), 2_048);
    let width = 1_u64 << 53;
    for (bin, (owner, part)) in (0_u64..).zip(bins) {
        // Asked at 256 points of the bin, most must be the owner's, about as many as it says.
        let points = (0..256).map(|point| Token(bin * width + point * (width / 256) + width / 512));
        let owners: Vec<_> = points.map(|point| engine.ring.primary(point)).collect();
        let its = owners
            .iter()
            .filter(|primary| **primary == Some(owner))
            .count();
        assert!(
            its.abs_diff(part.into()) <= 8,
            "bin {bin}: {its} of 256 points, part {part}"
        );
    }
}

#[test]
fn bins_follow_each_change_as_if_all_were_looked_at_anew() {
    let mut engine = engine();
    run(&mut engine, [Command::VirtualNodes(400)]);
    let changes = [
        add(1),
        Command::Remove(vec![NodeId(3)]),
        Command::Reweight(NodeId(2), Weight::from_thousandths(2_500).unwrap()),
        add(3),
        Command::Remove(vec![NodeId(1), NodeId(9)]),
    ];
    for change in changes {
        let before = engine.bins.clone();
        run(&mut engine, [change.clone()]);
        assert_ne!(engine.bins, before, "{change:?}");
        assert_eq!(engine.bins, Bins::of(&engine.ring), "{change:?}");
    }
    // With few arcs there are none, and then there are again.
    run(&mut engine, [Command::VirtualNodes(10)]);
    assert_eq!(engine.bins, Bins::default());
}

#[test]
fn a_place_of_the_ring_tells_whether_a_key_has_its_token() {
    let mut engine = engine();
    run(&mut engine, [put("written", "x"), delete("key-78")]);
    for (key, is_there) in [
        ("key-77", true),
        ("written", true),
        ("key-78", false),
        ("no such key", false),
    ] {
        engine.handle(Command::Inspect(Inspect::Token(token(key.as_bytes()))));
        let Some(Inspection::Range { has_key, .. }) = whole(&mut engine).inspection else {
            panic!("a range")
        };
        assert_eq!(has_key, is_there, "{key}");
    }
}

#[test]
fn a_place_of_the_ring_tells_its_range_owners_and_keys() {
    let mut engine = engine();
    let token = token(b"key-77");
    engine.handle(Command::Inspect(Inspect::Token(token)));
    let Some(Inspection::Range {
        range,
        owners,
        load,
        hottest,
        ..
    }) = whole(&mut engine).inspection
    else {
        panic!("a range")
    };
    assert!(range.contains(token));
    let replication = engine.situation.settings.replication();
    assert_eq!(
        owners,
        engine.ring.preference_list(token, replication).to_vec()
    );
    assert_eq!(load, engine.contents.load(range));
    assert!(hottest.iter().all(|key| range.contains(key.token)));
    assert!(load.keys > 10 || hottest.len() as u64 == load.keys);

    engine.handle(Command::Inspect(Inspect::Node(NodeId(3))));
    let Some(Inspection::Node {
        tokens, hottest, ..
    }) = whole(&mut engine).inspection
    else {
        panic!("a node")
    };
    assert_eq!(tokens.len(), 256);
    assert!(
        hottest
            .windows(2)
            .all(|pair| pair[0].requests >= pair[1].requests)
    );
    assert!(
        hottest
            .iter()
            .all(|key| engine.ring.primary(key.token) == Some(NodeId(3)))
    );
    // A ring made anew is looked at in the same place.
    run(&mut engine, [Command::VirtualNodes(100)]);
    let Some(Inspection::Node { tokens, .. }) = whole(&mut engine).inspection else {
        panic!("still the node")
    };
    assert_eq!(tokens.len(), 100);
}
