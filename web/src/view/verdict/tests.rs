//! The sentences of a change and of a state.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::hash::Token;
use ringlab::keyspace::{Load, Unevenness};
use ringlab::ring::{NodeId, NodeName, Weight, Zone};
use ringlab::time::Instant;
use ringlab_sim::protocol::Health;
use ringlab_sim::protocol::{Hottest, KeyLoad, NodeState, Setting};

use ringlab_sim::protocol::Condition;

use super::*;

fn load(keys: u64, requests: u64, bytes: u64) -> Load {
    Load {
        keys,
        requests,
        bytes,
    }
}

fn row(id: u32, primary: Load) -> NodeRow {
    NodeRow {
        id: NodeId(id),
        name: format!("node-{id}")
            .parse()
            .expect("a short name without control characters"),
        state: NodeState::Live,
        weight: Weight::ONE,
        zone: Zone::default(),
        virtual_nodes: 150,
        share: 0.5,
        fair: 0.5,
        primary,
        before: None,
        held: primary,
        condition: Condition::Well,
        is_apart: false,
        health: Health::Up,
        hints: 0,
        differing: None,
    }
}

fn table() -> NodeTable {
    NodeTable {
        rows: vec![
            row(3, load(30_000, 900, 700_000)),
            row(9, load(20_000, 100, 500_000)),
        ],
        total: load(50_000, 1_000, 1_200_000),
        keys: Unevenness {
            max_over_mean: 1.2,
            ..Unevenness::default()
        },
        ..NodeTable::default()
    }
}

pub(crate) fn change() -> ChangeReport {
    let evenness = (Unevenness::default(), Unevenness::default());
    ChangeReport {
        deed: Deed::Add(1, Some("node-9".parse().expect("a short name"))),
        began: Instant(0),
        ended: Some(Instant(9)),
        total: load(50_000, 1_000, 1_280_000),
        moved: load(5_411, 121, 128_000),
        rerouted: load(1_000, 0, 0),
        to_copy: load(9_000, 0, 90_000),
        sent_again: Load::default(),
        sent: load(9_000, 0, 90_000),
        lost: Load::default(),
        bereft: None,
        share_moved: 0.1,
        balance: load(5_555, 0, 0),
        modulo: Some(load(44_444, 0, 0)),
        keys: evenness,
        requests: evenness,
        hottest: Some(Hottest {
            node: NodeId(3),
            load: load(30_000, 180, 0),
            keys: vec![KeyLoad {
                key: b"semver".to_vec(),
                token: Token(1),
                requests: 21,
                bytes: 9,
            }],
        }),
        links: Vec::new(),
        links_left_out: 0,
    }
}

/// Narrow spaces as plain ones, so that the rows below can be read.
fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ")
}

#[test]
fn a_change_is_told_beside_perfect_balance_and_the_naive() {
    let verdict = verdict(&table(), Some(&change()));
    assert_eq!(
        plain(&verdict.headline),
        "Adding node-9 moved 5,411 of 50,000 keys (10.8 %), 128 kB and 12.1 % of the traffic."
    );
    assert_eq!(
        plain(&verdict.details[0]),
        "For perfect balance 11.1 % would move; hash mod n would have moved 88.9 %."
    );
    assert_eq!(
        plain(&verdict.details[1]),
        "Hottest: node-3 with 18.0 % of requests; its hottest key is semver (2.1 %)."
    );
    assert_eq!(verdict.measures.len(), 3);
}

#[test]
fn a_key_is_the_cause_only_when_it_makes_a_good_part_of_the_excess() {
    let told = |keys, requests| {
        let mut change = change();
        let hottest = change.hottest.as_mut().expect("node-3 is hottest");
        hottest.load = load(keys, requests, 0);
        plain(&verdict(&table(), Some(&change)).details[1])
    };
    // 21 of the requests are semver's; fair are 25,000 keys and 500 requests.
    for (keys, requests, why) in [
        (30_000, 540, "because of semver (2.1 %)."),
        (
            30_000,
            545,
            "because it owns many keys; its hottest is semver (2.1 %).",
        ),
        (
            24_000,
            545,
            "because its keys are popular ones, semver first (2.1 %).",
        ),
        (24_000, 490, "; its hottest key is semver (2.1 %)."),
    ] {
        let words = told(keys, requests);
        assert!(words.ends_with(why), "{words}");
    }
}

#[test]
fn a_change_under_way_is_not_told_as_done() {
    let change = ChangeReport {
        ended: None,
        ..change()
    };
    let headline = verdict(&table(), Some(&change)).headline;
    assert!(
        headline.starts_with("Adding node-9 moves 5,411"),
        "{headline}"
    );
}

#[test]
fn copies_that_several_owners_send_are_told() {
    let change = ChangeReport {
        sent: load(27_000, 0, 270_000),
        ..change()
    };
    let details = verdict(&table(), Some(&change)).details.join(" ");
    assert!(
        details.contains("27,000 copies travel: several owners"),
        "{details}"
    );
}

#[test]
fn less_than_perfect_balance_is_no_contradiction() {
    let change = change();
    assert!(change.moved.keys < change.balance.keys);
    let verdict = verdict(&table(), Some(&change));
    let words = verdict.headline + &verdict.details.join(" ");
    let labels = verdict.measures.into_iter().map(|measure| measure.label);
    assert!(!(words + &labels.collect::<String>()).contains("least"));
}

#[test]
fn the_naive_is_not_compared_where_it_knows_nothing() {
    let told = |deed, modulo| {
        let change = ChangeReport {
            deed,
            modulo: Some(load(modulo, 0, 0)),
            ..change()
        };
        let verdict = verdict(&table(), Some(&change));
        (plain(&verdict.details[0]), verdict.measures.len())
    };
    let name = || "node-9".parse().expect("a short name");
    let (words, measures) = told(Deed::Reweight(name()), 0);
    assert!(words.ends_with("hash mod n knows no weights."), "{words}");
    assert_eq!(measures, 2);
    let (words, measures) = told(Deed::Rezone(name()), 0);
    assert!(words.ends_with("hash mod n knows no zones."), "{words}");
    assert_eq!(measures, 2);
    // To or from weight 0 the number of nodes changes.
    let (words, measures) = told(Deed::Reweight(name()), 44_444);
    assert!(words.ends_with("would have moved 88.9 %."), "{words}");
    assert_eq!(measures, 3);
}

#[test]
fn a_replacement_says_what_went_with_the_lost() {
    let told = |of_all, of_a_quorum| {
        let change = ChangeReport {
            deed: Deed::Replace(1, Some(name(3))),
            bereft: Some(Bereft {
                of_all,
                of_a_quorum,
            }),
            modulo: Some(Load::default()),
            ..change()
        };
        let verdict = verdict(&table(), Some(&change));
        assert!(
            verdict
                .headline
                .starts_with("Replacing node-3 by a new node moved ")
        );
        plain(&verdict.details.join(" "))
    };
    assert!(told(0.0, 0.0).starts_with("Nothing is lost: "));
    assert!(told(0.0, 0.0).contains("hash mod n moves none while n stays."));
    let words = told(0.012, 0.0);
    assert!(
        words.starts_with("All owners of 1.2 % of the ring were lost: "),
        "{words}"
    );
    assert!(!words.contains("acknowledged"), "{words}");
    let words = told(0.0, 0.083);
    assert!(words.starts_with("W owners of 8.3 % "), "{words}");
    assert!(told(0.012, 0.083).contains("gone. W owners of 8.3 % "));
}

fn name(id: u32) -> NodeName {
    format!("node-{id}").parse().expect("a short name")
}

#[test]
fn a_change_that_moves_nothing_says_so() {
    let still = ChangeReport {
        moved: Load::default(),
        ..change()
    };
    let verdict = verdict(&table(), Some(&still));
    assert_eq!(plain(&verdict.headline), "Adding node-9 moved no key.");
}

#[test]
fn a_setting_is_told_by_its_copies() {
    let set = |keys| ChangeReport {
        deed: Deed::Set(Setting::HintLifetime, 3_600_000),
        moved: Load::default(),
        to_copy: load(keys, 0, 90_000),
        ..change()
    };
    let told = verdict(&table(), Some(&set(9_000)));
    assert_eq!(
        plain(&told.headline),
        "Setting hint-lifetime to 1 h makes 9,000 new copies (90 kB); no key changes its primary."
    );
    assert!(told.measures.is_empty() && told.details.is_empty());
    let told = verdict(&table(), Some(&set(0)));
    assert!(
        told.headline.contains("makes no new copy;"),
        "{}",
        told.headline
    );
}

#[test]
fn before_any_change_it_says_how_even_it_is() {
    let verdict = verdict(&table(), None);
    assert_eq!(
        plain(&verdict.headline),
        "50,000 keys on 2 nodes; node-3 is fullest, 20.0 % more than its fair share."
    );
    assert!(verdict.details[0].contains("node-3") && verdict.details[0].contains("30,000"));
    assert!(plain(&verdict.details[1]).contains("90.0 %"));
    assert!(verdict.measures.is_empty());
}

#[test]
fn the_fullest_is_so_against_its_own_fair_share() {
    let mut weighted = table();
    weighted.rows[0].fair = 0.75;
    weighted.rows[1].fair = 0.25;
    weighted.keys.max_over_mean = 1.6;
    let verdict = verdict(&weighted, None);
    let headline = plain(&verdict.headline);
    assert!(headline.contains("node-9 is fullest, 60.0 %"), "{headline}");
    assert!(verdict.details[0].starts_with("Most: node-3"));
    assert_eq!(verdict.figures[0].note, "× fair share");
}

#[test]
fn a_ring_without_keys_has_a_verdict_too() {
    let empty = NodeTable {
        total: Load::default(),
        ..table()
    };
    assert!(verdict(&empty, None).headline.contains("2 nodes"));
}
