//! The bindings as the package uses them: objects in, objects out, errors with codes.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "what does not convert fails the test")]

use js_sys::Reflect;
use ringlab_wasm::cluster::{Cluster, NewNodes};
use ringlab_wasm::keyspace::Builder;
use ringlab_wasm::ring::HashRing;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

fn field(object: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(object.clone(), |object, name| {
        Reflect::get(&object, &JsValue::from_str(name)).unwrap()
    })
}

fn nodes(all: &[(Option<&str>, &str)]) -> NewNodes {
    let mut nodes = NewNodes::new();
    for (name, weight) in all {
        nodes.push(name.map(str::to_owned), (*weight).to_owned(), None);
    }
    nodes
}

fn code(error: &JsValue) -> String {
    field(error, &["name"]).as_string().unwrap()
}

fn cluster() -> Cluster {
    let mut builder = Builder::new();
    let keys: Vec<String> = (0..100).map(|key| format!("key-{key}")).collect();
    for key in &keys {
        let end = key.len() as u32;
        builder.push(key.as_bytes(), &[end], &[], &[]).unwrap();
    }
    let (names, values) = (vec!["r".to_owned()], vec!["1".to_owned()]);
    let two = nodes(&[(Some("amber"), "1"), (Some("birch"), "1.5")]);
    Cluster::new(7, 64, two, names, values, &builder.finish()).unwrap()
}

#[wasm_bindgen_test]
fn a_node_joins_and_the_snapshot_counts_its_keys() {
    let mut cluster = cluster();
    cluster.add(nodes(&[(None, "1")])).unwrap();
    cluster.settle().unwrap();
    let snapshot = cluster.snapshot().unwrap();
    let rows: js_sys::Array = field(&snapshot, &["nodes"]).unchecked_into();
    assert_eq!(rows.length(), 3);
    let keys_of = |row: JsValue| field(&row, &["primary", "keys"]).as_f64().unwrap();
    assert_eq!(rows.iter().map(keys_of).sum::<f64>(), 100.0);
    assert_eq!(field(&rows.get(2), &["state"]), JsValue::from_str("live"));
}

#[wasm_bindgen_test]
fn what_is_wrong_is_thrown_with_a_code() {
    let mut cluster = cluster();
    let unknown = cluster.remove(vec!["walnut".to_owned()]).unwrap_err();
    assert_eq!(code(&unknown), "UNKNOWN_NODE");
    let setting = cluster.set(vec!["r".to_owned()], vec!["9".to_owned()]);
    assert_eq!(code(&setting.unwrap_err()), "BAD_SETTING");
    let twice = nodes(&[(Some("amber"), "1")]);
    assert_eq!(code(&cluster.add(twice).unwrap_err()), "NODE_EXISTS");
    assert_eq!(code(&cluster.undo().unwrap_err()), "REFUSED");
    let list = || vec!["amber".to_owned()];
    let ring = HashRing::new(0, list(), vec!["1".to_owned()], vec![String::new()]);
    assert_eq!(code(&ring.unwrap_err()), "BAD_VIRTUAL_NODES");
}
