//! The hash against its golden file: what is there stays so for ever.
//!
//! `RINGLAB_WRITE_VECTORS=1 cargo test -p ringlab vectors` writes the files under `vectors/` anew;
//! the difference must be additions.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;

use super::*;
use crate::property::holds;
use crate::vectors::{check, from_hex, keys, to_hex};

#[test]
fn vectors_of_keys() {
    let lines: Vec<String> = keys(10_000)
        .iter()
        .map(|key| format!("{} {:016x}", to_hex(key), token(key).0))
        .collect();
    check(
        "tokens.txt",
        include_str!("../../vectors/tokens.txt"),
        &lines,
    );
}

#[test]
fn vectors_of_virtual_nodes() {
    let names = [
        "a",
        "node-1",
        "10.0.0.1:6379",
        "Knoten Ä",
        "a name of exactly thirty-two byte",
    ];
    let line = |(name, index): (&str, u32)| {
        let token = virtual_token(name.as_bytes(), index);
        format!("{} {index} {:016x}", to_hex(name.as_bytes()), token.0)
    };
    let lines: Vec<String> = names
        .into_iter()
        .flat_map(|name| {
            (0..40)
                .chain([65_535, u32::MAX])
                .map(move |index| (name, index))
        })
        .map(line)
        .collect();
    check(
        "virtual-tokens.txt",
        include_str!("../../vectors/virtual-tokens.txt"),
        &lines,
    );
}

#[test]
fn the_file_is_read_as_it_is_written() {
    let keys_read: Vec<Vec<u8>> = include_str!("../../vectors/tokens.txt")
        .lines()
        .map(|line| from_hex(line.split(' ').next().unwrap()))
        .collect();
    assert_eq!(keys_read, keys(10_000));
    let distinct: std::collections::BTreeSet<_> = keys_read.iter().collect();
    assert_eq!(distinct.len(), 10_000);
    assert!(
        keys_read
            .iter()
            .any(|key| std::str::from_utf8(key).is_err())
    );
    assert!(keys_read.iter().any(|key| key.is_empty()));
    assert!(keys_read.iter().any(|key| key.len() > 4_000));
}

/// A property of the function that the golden file alone would not tell.
#[test]
fn a_nodes_own_tokens_never_meet() {
    let mut tokens: Vec<Token> = (0..65_536).map(|i| virtual_token(b"node-1", i)).collect();
    tokens.sort_unstable();
    assert!(tokens.is_sorted_by(|a, b| a < b));
}

/// The crate of SeaHash's authors is the model, for every length around its blocks.
#[test]
fn tokens_are_seahash() {
    let inputs = prop::collection::vec(any::<u8>(), 0..200);
    holds("tokens_are_seahash", 2_000, inputs, |key| {
        prop_assert_eq!(token(&key), Token(seahash::hash(&key)));
        Ok(())
    });
    let key: Vec<u8> = (0..=255).collect();
    for length in 0..=key.len() {
        assert_eq!(token(&key[..length]), Token(seahash::hash(&key[..length])));
    }
}
