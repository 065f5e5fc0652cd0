//! What is asked for, and what libFuzzer says, is read as it is meant.

use super::*;

fn ordered(words: &[&str]) -> Result<Order, String> {
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    let known = ["nginx", "redis"].map(String::from);
    parse(&words, &known).map_err(|failure| failure.to_string())
}

#[test]
fn all_targets_or_those_that_are_named() {
    let order = ordered(&[]).unwrap();
    assert_eq!((order.minutes, order.targets.len()), (MINUTES, 2));
    let order = ordered(&["redis", "--minutes", "3"]).unwrap();
    assert_eq!((order.minutes, order.targets), (3, vec!["redis".into()]));
    let unknown = ordered(&["ngnix"]).unwrap_err();
    assert_eq!(unknown, "no target `ngnix`, but nginx, redis");
    assert!(ordered(&["--minutes", "0"]).is_err());
    assert!(ordered(&["--hours", "1"]).is_err());
}

#[test]
fn runs_and_findings_are_read() {
    let clean = "#12 DONE\nDone 12 runs in 1 second(s)\nstat::number_of_executed_units: 12\n";
    let said = Said::of(clean);
    assert_eq!((said.runs, said.input), (12, None));
    let broken = "artifact_prefix='x/'; Test unit written to x/crash-1\nBase64: YQ==\n\
        stat::number_of_executed_units: 7\n";
    let said = Said::of(broken);
    assert_eq!((said.runs, said.input), (7, Some("x/crash-1".into())));
    assert_eq!(Said::of("it did not start"), Said::default());
}
