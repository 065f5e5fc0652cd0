//! Rows of JSON lines, held against what serde derives.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;
use ringlab::property::holds;
use serde::Deserialize;

use super::*;

/// What serde derives: a key, requests and bytes.
#[derive(Deserialize)]
struct Theirs<'text> {
    #[serde(borrow, alias = "name")]
    key: Cow<'text, str>,
    #[serde(default = "one", alias = "count", alias = "downloads", alias = "hits")]
    requests: u64,
    #[serde(default, alias = "size")]
    bytes: Option<u64>,
}

const fn one() -> u64 {
    1
}

type Read = Option<(String, u64, Option<u64>)>;

fn ours(line: &[u8]) -> Read {
    let object = parse(line).ok()?;
    let requests = object.requests.unwrap_or(1);
    Some((object.key?.into_owned(), requests, object.bytes.flatten()))
}

fn theirs(line: &[u8]) -> Read {
    if line.trim_ascii_start().starts_with(b"\"") {
        let key = serde_json::from_slice(line).ok()?;
        return Some((key, 1, None));
    }
    let row: Theirs<'_> = serde_json::from_slice(line).ok()?;
    Some((row.key.into_owned(), row.requests, row.bytes))
}

/// Pieces of lines, good ones and others.
fn a_line() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&'static [u8]> = vec![
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b" ",
        b"\"",
        b"\\",
        b"\"key\":",
        b"\"name\":",
        b"\"hits\":",
        b"\"size\":",
        b"\"requests\":",
        b"\"bytes\":",
        b"\"other\":",
        b"\"k\\u0065y\":",
        b"\"a\"",
        b"\"b\\n\\u00e9\"",
        b"\"\\ud83d\\ude00\"",
        b"\"\\ud83d\"",
        b"\"\\ude00\"",
        b"\"\\ud83d\\u0041\"",
        b"\"\\x\"",
        b"\"\xff\"",
        b"\"\x01\"",
        b"0",
        b"1",
        b"12",
        b"01",
        b"-",
        b"-1",
        b"-0",
        b"1.5",
        b"1.",
        b"1e3",
        b"1e",
        b"1E+3",
        b"18446744073709551615",
        b"18446744073709551616",
        b"true",
        b"false",
        b"null",
        b"nul",
        b"{\"key\":\"a\"",
        b"[1,{\"a\":[]}]",
        b"{}",
        b"[]",
        b",\"requests\":5",
        b",\"bytes\":null",
        b"}\t",
        b"\xc3\xa9",
    ];
    proptest::collection::vec(proptest::sample::select(pieces), 0..8)
        .prop_map(|pieces| pieces.concat())
}

/// Objects with some fields.
fn an_object() -> impl Strategy<Value = Vec<u8>> {
    let names = vec![
        "key",
        "name",
        "requests",
        "count",
        "bytes",
        "size",
        "other",
        "k\\u0065y",
    ];
    let values = vec![
        "\"a\"",
        "\"\\\"b\\\\\"",
        "1",
        "0",
        "-1",
        "2.0",
        "1e2",
        "null",
        "true",
        "[]",
        "{\"key\":[1,2.5e-1,\"\\u12\"]}",
        "{\"key\":{\"a\":[[],{}]}}",
        "18446744073709551615",
    ];
    let field = (
        proptest::sample::select(names),
        proptest::sample::select(values),
    );
    proptest::collection::vec(field, 0..5).prop_map(|fields| {
        let fields = fields.iter();
        let fields: Vec<_> = fields
            .map(|(name, value)| format!("\"{name}\" : {value}"))
            .collect();
        format!(" {{{}}} ", fields.join(", ")).into_bytes()
    })
}

#[test]
fn lines_say_what_they_say_to_derived_rows() {
    let test = "keyfile::json::tests::lines_say_what_they_say_to_derived_rows";
    holds(test, 20_000, prop_oneof![a_line(), an_object()], |line| {
        prop_assert_eq!(ours(&line), theirs(&line));
        let is_a_string = serde_json::from_slice::<String>(&line).is_ok();
        prop_assert_eq!(is_string(&line), is_a_string);
        Ok(())
    });
}

#[test]
fn a_deep_value_is_passed_over() {
    let deep = "[".repeat(100_000);
    let line = format!("{{\"other\":{deep}{},\"key\":\"a\"}}", "]".repeat(100_000));
    assert_eq!(ours(line.as_bytes()), Some(("a".to_owned(), 1, None)));
    assert_eq!(ours(&line.as_bytes()[..150_000]), None);
}
