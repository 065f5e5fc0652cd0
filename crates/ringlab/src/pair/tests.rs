//! The limits of keys and values.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_key_has_a_byte_and_at_most_64_kib() {
    assert_eq!(Key::new(b""), Err(KeyError::Empty));
    assert!(Key::new(&[0; KEY_BYTES_MAX]).is_ok());
    let bytes = KEY_BYTES_MAX as u64 + 1;
    assert_eq!(
        Key::new(&[0; KEY_BYTES_MAX + 1]),
        Err(KeyError::TooLong { bytes })
    );
}

#[test]
fn a_value_has_at_most_a_mebibyte() {
    assert!(Value::new(b"").is_ok());
    assert!(Value::new(&vec![0; VALUE_BYTES_MAX]).is_ok());
    let refused = Value::new(&vec![0; VALUE_BYTES_MAX + 1]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the value has 1048577 bytes; 1048576 are the most"
    );
}

#[test]
fn keys_stand_in_the_order_of_the_ring() {
    let mut keys: Vec<Key> = (0_u8..200).map(|byte| Key::new(&[byte]).unwrap()).collect();
    keys.sort();
    assert!(keys.is_sorted_by_key(Key::token));
    assert!(Key::lowest_at(keys[7].token()) < keys[7]);
    assert!(Key::lowest_at(keys[7].token()) > keys[6]);
}
