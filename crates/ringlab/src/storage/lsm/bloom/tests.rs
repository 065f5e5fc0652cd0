//! No token that was put in is denied, and as few others are taken for one as was asked for.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn filled(tokens: impl Iterator<Item = Token> + Clone, one_in: u32) -> Bloom {
    let mut filter = Bloom::new(tokens.clone().count() as u64, one_in);
    tokens.for_each(|token| filter.insert(token));
    filter
}

/// Tokens as they lie in a table: from a narrow range, in order; `odd` ones are never put in.
fn tokens(count: u64, odd: u64) -> impl Iterator<Item = Token> + Clone {
    let first = virtual_token_of(Token(9), 0).0 >> 1;
    (0..count).map(move |number| Token(first + number * 100_000_000_002 + odd))
}

fn forgets(filter: &Bloom, mut tokens: impl Iterator<Item = Token>) -> bool {
    tokens.any(|token| !filter.may_contain(token))
}

/// How many in a million absent tokens are taken for present.
fn false_positives(filter: &Bloom) -> usize {
    let absent = tokens(1_000_000, 1);
    absent.filter(|&token| filter.may_contain(token)).count()
}

#[test]
fn a_million_tokens_are_all_known_and_few_others_are() {
    for (one_in, expected) in [(10, 100_000), (100, 10_000), (1_000, 1_000)] {
        let filter = filled(tokens(1_000_000, 0), one_in);
        assert!(!forgets(&filter, tokens(1_000_000, 0)), "1 in {one_in}");
        let wrong = false_positives(&filter);
        assert!(
            wrong <= expected * 12 / 10,
            "1 in {one_in}: {wrong}, not {expected}"
        );
    }
}

#[test]
fn filters_of_every_small_size_know_what_they_have() {
    for count in 0..300 {
        for one_in in [2, 3, 100, 1_000_000] {
            let filter = filled(tokens(count, 0), one_in);
            assert!(
                !forgets(&filter, tokens(count, 0)),
                "{count}, 1 in {one_in}"
            );
        }
    }
}

#[test]
fn a_filter_that_forgets_or_is_too_small_is_caught() {
    let mut filter = filled(tokens(1_000_000, 0), 100);
    let word = filter.words.len() / 2;
    filter.words[word] = 0;
    assert!(forgets(&filter, tokens(1_000_000, 0)));
    let mut small = Bloom::new(900_000, 100);
    tokens(1_000_000, 0).for_each(|token| small.insert(token));
    assert!(false_positives(&small) > 12_000);
}

#[test]
fn a_filter_comes_back_as_it_was_and_garbage_does_not() {
    let filter = filled(tokens(1_000, 0), 100);
    let mut bytes = Vec::new();
    filter.encode(&mut bytes);
    assert_eq!(Bloom::decode(&bytes), Ok(filter));
    for end in 0..bytes.len() {
        assert_eq!(Bloom::decode(&bytes[..end]), Err(Malformed));
    }
    bytes[0] = 0;
    assert_eq!(Bloom::decode(&bytes), Err(Malformed), "no probes");
}

#[test]
fn the_logarithm_is_right_to_a_thousandth() {
    for number in [1_u32, 2, 3, 7, 10, 100, 1_000, 1_000_000] {
        let exact = f64::from(number).log2() * 1_000.0;
        let told = log2_thousandths(number) as f64;
        assert!((exact - told).abs() <= 1.5, "{number}: {told}, not {exact}");
    }
}
