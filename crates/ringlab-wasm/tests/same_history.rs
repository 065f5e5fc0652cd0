//! What the package's consumers do, done by the core itself: every one of them must come to the
//! same owners and to the same history, here and in each of them.
#![allow(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::sync::Arc;
use std::time::Duration;

use ringlab::hash::token;
use ringlab::keyspace::Keyspace;
use ringlab::ring::{NodeId, NodeSpec, Ring, Weight, Zone};
use ringlab_sim::engine::Engine;
use ringlab_sim::protocol::{Command, Fault, KeySource, NewNode, Request, Situation, User};
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What `npm/consumers/exercise.mjs` is held against, too.
const EXPECTED: &str = include_str!("../npm/consumers/expected.json");

#[test]
fn keys_have_the_owners_that_they_have_in_javascript() {
    let names = ["amber", "birch", "cedar"];
    let node = |(id, name): (u32, &str)| NodeSpec {
        id: NodeId(id),
        name: name.parse().unwrap(),
        weight: Weight::ONE,
        zone: Zone::default(),
    };
    let ring = Ring::with_nodes(160, (0..).zip(names).map(node)).unwrap();
    let mut counts = [0; 3];
    for key in 0..10_000 {
        let owner = ring.primary(token(format!("key-{key}").as_bytes()));
        counts[owner.unwrap().0 as usize] += 1;
    }
    let [amber, birch, cedar] = counts;
    expect(&format!("\"owners\": [{amber}, {birch}, {cedar}]"));
}

#[test]
fn a_cluster_has_the_history_that_it_has_in_javascript() {
    let mut situation = Situation::fresh(7);
    situation.settings.virtual_nodes = 64;
    situation.keys = KeySource::Own {
        label: "keys".to_owned(),
        keys: 0,
    };
    situation.nodes.truncate(5);
    for node in &mut situation.nodes {
        node.zone = Zone::default();
    }
    situation.next_id = 6;
    let mut engine = Engine::new(situation, Arc::new(Keyspace::default())).unwrap();
    put(&mut engine, User::Ada, "tea");
    put(&mut engine, User::Ben, "milk");
    engine.handle(Command::Fault(Fault::Crash(NodeId(2))));
    ask(&mut engine, Request::Get { key: cart() });
    let name = Some("walnut".parse().unwrap());
    let node = NewNode {
        name,
        ..NewNode::default()
    };
    engine.handle(Command::Fault(Fault::Heal));
    engine.handle(Command::Add(vec![node]));
    engine.handle(Command::Settle);
    engine.advance(Duration::from_secs(5));
    assert_eq!(engine.take_refusals(), []);
    let history = engine.history();
    let (events, digest) = (history.events(), history.digest());
    expect(&format!("\"history\": [{events}, \"{digest}\"]"));
}

fn put(engine: &mut Engine, user: User, value: &str) {
    let value = value.as_bytes().to_vec();
    let request = Request::Put { key: cart(), value };
    engine.handle(Command::Request(user, request));
    engine.run_until_answered();
}

fn ask(engine: &mut Engine, request: Request) {
    engine.handle(Command::Request(User::Ada, request));
    engine.run_until_answered();
}

fn cart() -> Vec<u8> {
    b"cart".to_vec()
}

fn expect(line: &str) {
    assert!(EXPECTED.contains(line), "{line} is not in {EXPECTED}");
}
