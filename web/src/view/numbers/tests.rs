//! Numbers, one row a case.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn counts_are_grouped() {
    for (number, text) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (50_000, "50,000"),
        (1_234_567, "1,234,567"),
        (u64::MAX, "18,446,744,073,709,551,615"),
    ] {
        assert_eq!(count(number), text);
    }
}

#[test]
fn short_counts_have_three_figures() {
    for (number, text) in [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10k"),
        (12_345, "12.3k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (4_560_000_000, "4.56G"),
        (u64::MAX, "18.4E"),
    ] {
        assert_eq!(short_count(number), text);
    }
}

#[test]
fn bytes_take_their_unit() {
    for (number, text) in [
        (0, "0\u{202f}B"),
        (999, "999\u{202f}B"),
        (128_400, "128\u{202f}kB"),
    ] {
        assert_eq!(bytes(number), text);
    }
}

#[test]
fn percents_keep_small_parts_visible() {
    for (part, text) in [
        (0.0, "0.0\u{202f}%"),
        (0.000_001, "<0.01\u{202f}%"),
        (0.00123, "0.12\u{202f}%"),
        (0.108_22, "10.8\u{202f}%"),
        (1.0, "100.0\u{202f}%"),
    ] {
        assert_eq!(percent(part), text);
    }
    assert_eq!(percent_of(1, 0), "0.0\u{202f}%");
}

#[test]
fn differences_carry_a_sign() {
    assert_eq!(signed(1_000, 2_500), "+1,500");
    assert_eq!(signed(2_500, 1_000), "\u{2212}1,500");
    assert_eq!(signed(7, 7), "0");
}

#[test]
fn spans_take_their_unit() {
    for (micros, text) in [
        (412, "412\u{202f}µs"),
        (3_200, "3.2\u{202f}ms"),
        (1_240_000, "1.24\u{202f}s"),
        (123_000_000, "2\u{202f}min 3\u{202f}s"),
    ] {
        assert_eq!(span(Duration::from_micros(micros)), text);
    }
    assert_eq!(clock(Duration::from_micros(1_234_567)), "1.234\u{202f}s");
}

#[test]
fn a_token_is_typed_as_it_is_shown() {
    let of = |typed: &str| typed_token(typed).map(Result::ok);
    assert_eq!(of(&token(Token(0xab))), Some(Some(Token(0xab))));
    assert_eq!(of("0xff"), Some(Some(Token(255))));
    assert_eq!(of("react"), None);
    for none in ["0x", "0xzz", "0x+1", "0xfffffffffffffffff"] {
        assert_eq!(of(none), Some(None), "{none}");
    }
}

#[test]
fn tokens_have_sixteen_digits() {
    assert_eq!(token(Token(0xab)), "0x00000000000000ab");
}
