//! The bindings as JavaScript uses them: plain objects in, plain objects out.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "what does not convert fails the test")]

use js_sys::{BigInt, JSON, Reflect};
use ringlab_wasm::{Engine, fresh_situation};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

fn field(object: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(object.clone(), |object, name| {
        Reflect::get(&object, &JsValue::from_str(name)).unwrap()
    })
}

fn parse(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

fn engine() -> Engine {
    let keys: String = (0..100).map(|key| format!("key-{key},{key}\n")).collect();
    Engine::new(fresh_situation(7).unwrap(), keys.as_bytes()).unwrap()
}

#[wasm_bindgen_test]
fn a_node_joins_and_the_snapshot_counts_its_keys() {
    let mut engine = engine();
    engine
        .handle(parse(r#"{"Add": [{"weight": 1000}]}"#))
        .unwrap();
    engine.handle(JsValue::from_str("Settle")).unwrap();
    let snapshot = engine.snapshot().unwrap();
    let rows: js_sys::Array = field(&snapshot, &["nodes", "rows"]).unchecked_into();
    assert_eq!(rows.length(), 9);
    let keys_of = |row: JsValue| field(&row, &["primary", "keys"]).unchecked_into::<BigInt>();
    let keys = rows.iter().map(keys_of);
    let keys: u64 = keys.map(|keys| u64::try_from(keys).unwrap()).sum();
    assert_eq!(keys, 100);
    assert_eq!(field(&rows.get(8), &["name"]), JsValue::from_str("node-9"));
    assert_eq!(field(&rows.get(8), &["state"]), JsValue::from_str("Live"));
}

#[wasm_bindgen_test]
fn what_is_wrong_is_thrown_as_an_error_that_says_so() {
    let mut engine = engine();
    let error: JsValue = engine
        .handle(parse(r#"{"Explode": []}"#))
        .unwrap_err()
        .into();
    let text = field(&error, &["message"]).as_string().unwrap();
    assert!(text.contains("Explode"), "{text}");
    let error: JsValue = Engine::new(fresh_situation(7).unwrap(), b"")
        .unwrap_err()
        .into();
    let text = field(&error, &["message"]).as_string().unwrap();
    assert!(text.contains("no rows"), "{text}");
}
