//! Words that depend on what they are about.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab_sim::protocol::{Answer, KeySource, Refused, Request, Setting};
use ringlab_sim::situation::{Situation, SituationError};

use super::*;
use crate::wire::{Moved, SystemText};

const ONE_MOVES: Moved = Moved {
    keys: 1,
    needless: 1,
};
const STORED: Answer = Answer::Stored { beside: 0 };

#[test]
fn a_delete_is_not_answered_like_a_put() {
    let key = b"key".to_vec();
    let delete = Request::Delete { key: key.clone() };
    assert_eq!(ring::answer(&delete, &STORED), "Deleted");
    let value = Vec::new();
    let put = Request::Put { key, value };
    assert_eq!(ring::answer(&put, &STORED), "Stored");
}

#[test]
fn one_is_no_plural() {
    for words in [
        verdict::moved(("Adding a", true), "1", 1, "100 %", "1 B", "0 %"),
        verdict::evenness(1, 1, "node-1", "0 %"),
        nodes::bar(1, None, "1"),
        settings::summary(1, (3, 2, 2), &[]),
        ring::canvas_label(1, 1, 1, "node-1", "100 %"),
        frame::own_keys_missing("one.txt", 1),
        comparison::homeless(1),
        comparison::removal((SystemText::Nginx, "a"), 1, (1, Some(ONE_MOVES)), ONE_MOVES),
        comparison::removal((SystemText::RedisNodes, "a"), 1, (1, None), ONE_MOVES),
    ] {
        let plurals = [
            "1 keys",
            "1 nodes",
            "1 virtual nodes",
            "1 key from one.txt, which are",
        ];
        let found = plurals.iter().find(|plural| words.contains(**plural));
        assert_eq!(found, None, "{words}");
    }
    assert_eq!((ring::keys(1), ring::keys(2)), ("key", "keys"));
}

#[test]
fn a_name_at_the_start_of_a_reason_keeps_its_letters() {
    let name = "node-8".parse().expect("a short name");
    assert_eq!(
        frame::reason(&Refused::LastNode(name)),
        "The last node that stores, node-8, holds all the data."
    );
}

#[test]
fn a_link_that_cannot_be_opened_says_so_in_sentences() {
    let broken = Situation::from_fragment("v1.x").expect_err("one letter is no situation");
    let impossible = ringlab_sim::situation::FragmentError::Impossible(SituationError::NoStorage);
    for error in [broken, impossible] {
        let words = frame::bad_link(&error);
        assert!(words.matches(':').count() < 2, "{words}");
        assert!(words.starts_with("This link cannot be opened. "), "{words}");
    }
}

#[test]
fn what_lies_on_the_ring_is_named_and_counted() {
    let label = "one.txt".to_owned();
    let own = KeySource::Own { label, keys: 1 };
    assert_eq!(keys::standing(&own, 1), "On the ring: one.txt, 1 key.");
    assert_eq!(
        keys::standing(&KeySource::Sample, 50_000),
        "On the ring: the sample, 50,000 keys."
    );
}

#[test]
fn a_number_out_of_bounds_is_told_its_bounds() {
    assert_eq!(
        whole_number(1, 5_000_000),
        "A whole number from 1 to 5,000,000 is expected."
    );
}

#[test]
fn how_far_settings_have_come_is_counted_in_words() {
    assert_eq!(settings::taken(7, 8), "7 of 8 nodes go by it");
    assert_eq!(settings::taken(1, 1), "1 of 1 node goes by it");
    assert_eq!(settings::since(Setting::N, 0), "from the start");
    assert_eq!(settings::since(Setting::W, 2), "since layout 2");
    assert_eq!(settings::since(Setting::Merge, 3), "since epoch 3");
}

#[test]
fn what_moves_in_another_system_is_told_beside_the_ring() {
    let (theirs, ours) = (
        Moved {
            keys: 1_200,
            needless: 200,
        },
        Moved {
            keys: 990,
            needless: 0,
        },
    );
    let haproxy = (SystemText::Haproxy, "node-3");
    assert_eq!(
        comparison::removal(haproxy, 10_000, (1_000, Some(theirs)), ours),
        "Without node-3, HAProxy moves 1,200 keys (12.0\u{202f}%), 200 of them needlessly, between \
         nodes that stay. Ringlab's ring moves 990 keys (9.9\u{202f}%), none needlessly."
    );
    let redis = (SystemText::RedisGroups, "node-3");
    assert_eq!(
        comparison::removal(redis, 10_000, (1_000, None), ours),
        "Without node-3, Redis Cluster moves its 1,000 keys (10.0\u{202f}%) at least: operators say to \
         which nodes, and what else. Ringlab's ring moves 990 keys (9.9\u{202f}%), none needlessly."
    );
    assert_eq!(
        comparison::fullest(SystemText::Nginx, ("node-3", 1.312), ("node-1", 1.04)),
        "nginx: node-3 is fullest with 1.31 × its fair share. Ringlab's ring: node-1, 1.04 ×."
    );
}
