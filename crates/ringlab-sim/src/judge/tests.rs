//! Histories of runs are as promised; one with a planted error is not, and neither are those of
//! planted bugs.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::run;
use crate::sabotage::Sabotage;
use crate::script::{Keep, Script};

/// Runs whose histories are judged.
const SEEDS: u64 = if cfg!(target_arch = "wasm32") { 5 } else { 200 };

fn judged(text: &str) -> Vec<String> {
    let chronicle = Chronicle::read(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    judge(&chronicle).iter().map(Breach::to_string).collect()
}

/// Two users, a key that was loaded, one that was not, and a set: all of it as it should be. An
/// operation is `began ended user key what end`.
const GOOD: &[&str] = &[
    r#"10 20 0 key-0 {"Read":["1"]} Done"#,
    r#"30 40 0 key-0 {"Wrote":{"value":"0.1","replaced":["1"]}} Done"#,
    r#"35 45 1 key-0 {"Wrote":{"value":"1.1","replaced":["1"]}} Done"#,
    r#"50 60 1 key-0 {"Read":["0.1","1.1"]} Done"#,
    r#"50 70 0 key-0 {"Wrote":{"value":"0.2","replaced":["0.1","1.1"]}} Unknown"#,
    r#"80 90 1 key-0 {"Read":["0.1","1.1"]} Done"#,
    r#"91 95 1 key-0 {"Read":["0.2"]} Done"#,
    r#"96 97 1 key-1 {"Wrote":{"value":"1.2","replaced":[]}} Refused"#,
    r#"98 99 1 key-1 {"Wrote":{"value":"1.3","replaced":[]}} Done"#,
    r#"100 110 1 key-1 {"Deleted":["1.3"]} Done"#,
    r#"120 130 0 key-1 {"Read":[]} Done"#,
    r#"140 150 0 set-0 {"Added":"0.3"} Done"#,
    r#"141 151 1 set-0 {"Added":"1.4"} Done"#,
    r#"160 170 0 set-0 {"Read":["0.3,1.4"]} Done"#,
    r#"210 220 0 set-0 {"Read":["0.3","1.4,0.3"]} Done"#,
];

fn text(regular: bool, deeds: &[&str]) -> String {
    let promises =
        format!(r#"{{"regular":{regular},"exact":true,"settled":200,"loaded":{{"key-0":"1"}}}}"#);
    let deeds = deeds.iter().map(|deed| {
        let words: Vec<&str> = deed.split(' ').collect();
        let [began, ended, user, key, what, end] = words[..] else {
            panic!("{deed}");
        };
        let (before, after) = (format!(r#""key":"{key}","what":{what}"#), r#""writes":1"#);
        format!(
            r#"{{"began":{began},"ended":{ended},"user":{user},{before},{after},"end":"{end}"}}"#
        )
    });
    [promises]
        .into_iter()
        .chain(deeds)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_good_history_passes() {
    assert_eq!(judged(&text(true, GOOD)), [""; 0]);
}

/// Errors: in place of which operation, what instead, and what must be told.
const PLANTED: &[(usize, &str, &str)] = &[
    (
        0,
        r#"10 20 0 key-0 {"Read":[]} Done"#,
        "line 2: key-0: the read does not see what was loaded",
    ),
    (
        0,
        r#"10 20 0 key-0 {"Read":["7"]} Done"#,
        "line 2: key-0: the read shows `7`, which nobody wrote",
    ),
    (
        0,
        r#"10 20 0 key-0 {"Read":["1","0.2"]} Done"#,
        "line 2: key-0: the read shows `0.2` before it was written",
    ),
    (
        3,
        r#"50 60 1 key-0 {"Read":["1.1"]} Done"#,
        "line 5: key-0: the read does not see the write of line 3",
    ),
    (
        3,
        r#"50 60 1 key-0 {"Read":["0.1","1.1","1"]} Done"#,
        "line 5: key-0: the read shows what was loaded, which the write of line 3 had replaced",
    ),
    (
        2,
        r#"35 45 1 key-0 {"Wrote":{"value":"0.1","replaced":["1"]}} Done"#,
        "line 4: key-0: `0.1` is written a second time",
    ),
    (
        10,
        r#"120 130 0 key-1 {"Read":["1.2"]} Done"#,
        "line 12: key-1: the read shows `1.2`, which was refused",
    ),
    (
        10,
        r#"120 130 0 key-1 {"Read":["1.3"]} Done"#,
        "line 12: key-1: the read shows the write of line 10, which the deletion of line 11 had replaced",
    ),
    (
        9,
        r#"100 110 1 key-1 {"Deleted":["1.3"]} Refused"#,
        "line 12: key-1: the read does not see the write of line 10",
    ),
    (
        13,
        r#"160 170 0 set-0 {"Read":["0.3"]} Done"#,
        "line 15: set-0: it lacks `1.4`, acknowledged in line 14",
    ),
    (
        14,
        r#"210 220 0 set-0 {"Read":["0.3"]} Done"#,
        "line 16: set-0: it lacks `1.4`, acknowledged in line 14",
    ),
    (
        14,
        r#"210 220 0 set-0 {"Read":["0.3,1.4,9"]} Done"#,
        "line 16: set-0: it has `9`, which nobody added",
    ),
    (
        14,
        r#"210 220 0 set-0 {"Read":["0.3,1.4"]} Unknown"#,
        "line 13: set-0: nobody reads the set at the end",
    ),
    (
        12,
        r#"141 151 1 set-0 {"Added":"1.4"} Refused"#,
        "line 15: set-0: it has `1.4`, which was refused",
    ),
    (
        12,
        r#"221 231 1 set-0 {"Added":"1.4"} Done"#,
        "line 15: set-0: it has `1.4` before it was added",
    ),
    (
        12,
        r#"141 151 1 set-0 {"Added":"0.3"} Done"#,
        "line 14: set-0: `0.3` is added a second time",
    ),
];

#[test]
fn each_planted_error_is_refused_with_its_reason() {
    for &(place, deed, reason) in PLANTED {
        let mut deeds = GOOD.to_vec();
        deeds[place] = deed;
        let breaches = judged(&text(true, &deeds));
        let told = breaches.iter().any(|breach| breach.starts_with(reason));
        assert!(told, "{reason}: {breaches:?}");
    }
}

#[test]
fn what_is_not_promised_is_not_asked_for() {
    let mut deeds = GOOD.to_vec();
    deeds[3] = r#"50 60 1 key-0 {"Read":["1.1"]} Done"#;
    deeds[13] = r#"160 170 0 set-0 {"Read":[]} Done"#;
    assert_eq!(judged(&text(false, &deeds)), [""; 0]);
    let late = r#"210 220 1 key-0 {"Read":["1.1"]} Done"#;
    deeds.push(late);
    assert_eq!(
        judged(&text(false, &deeds)),
        ["line 17: key-0: the read does not see the write of line 3, acknowledged before it"],
        "at the end all is there"
    );
}

#[test]
fn histories_of_runs_are_as_promised() {
    let mut regular = 0;
    for seed in 0..SEEDS {
        let verdict = run::run(&Script::of(seed), &Keep::All);
        let text = verdict.chronicle.write().unwrap();
        regular += u64::from(verdict.chronicle.promises.regular);
        let replay =
            format!("cargo xtask sim --seed {seed} --export x && cargo xtask sim --check x");
        assert_eq!(judged(&text), [""; 0], "replay: {replay}");
    }
    assert!(regular > SEEDS / 10, "{regular} runs promise regular reads");
}

#[test]
fn histories_of_planted_bugs_are_not() {
    for sabotage in [
        Sabotage::CopyNotStored,
        Sabotage::VersionAlone,
        Sabotage::ContextIgnored,
    ] {
        let is_refused = |seed| {
            let verdict = run::sabotaged(&Script::of(seed), &Keep::All, sabotage);
            !judge(&verdict.chronicle).is_empty()
        };
        assert!((0..200).any(is_refused), "{sabotage:?} is not seen");
    }
}
