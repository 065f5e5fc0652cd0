//! Orders are read, absurd ones refused, and seeds handed out once.

use super::*;

fn parse(line: &[&str]) -> Result<Order, Failure> {
    let words: Vec<OsString> = line.iter().map(OsString::from).collect();
    order::parse(&words)
}

#[test]
fn seeds_may_end_early() {
    let (failure, minutes) = (true, Some(3));
    for (line, seeds, until) in [
        (&["--seeds", "5..9"][..], 5..9, Until::default()),
        (&["--seeds", "2_000"], 0..2_000, Until::default()),
        (
            &["--seeds", "0..9", "--minutes", "3", "--until-failure"],
            0..9,
            Until { failure, minutes },
        ),
        (
            &["--until-failure"],
            0..1_000_000_000,
            Until {
                failure,
                minutes: None,
            },
        ),
    ] {
        assert_eq!(parse(line).expect("an order"), Order::Seeds(seeds, until));
    }
}

#[test]
fn one_seed_is_replayed_and_one_history_judged_by_the_simulator() {
    let line = ["--seed", "7", "--keep", "1-3", "--export", "history.jsonl"];
    let words = line.map(OsString::from).to_vec();
    assert_eq!(parse(&line).expect("an order"), Order::One(words));
    let line = ["--check", "history.jsonl"];
    let words = line.map(OsString::from).to_vec();
    assert_eq!(parse(&line).expect("an order"), Order::One(words));
}

#[test]
fn what_is_empty_or_absurd_is_refused_by_name() {
    for (line, named) in [
        (&["--seeds", "9..9"][..], "9..9 has no seed"),
        (&["--seeds", "9..3"], "9..3 has no seed"),
        (&["--seeds", "0"], "0 has no seed"),
        (&["--seeds", "0..9000000000"], "more than 1000000000"),
        (&["--seeds", "x..9"], "`x` is no seed"),
        (&["--minutes", "0"], "0 minutes"),
        (
            &["--seed", "1", "--seeds", "1..2"],
            "--seed replays one run",
        ),
        (&["--check", "x", "--seeds", "1..2"], "--check with nothing"),
        (&["--check"], "--check"),
        (&["--fast"], "--fast"),
        (&[], "--seeds A..B"),
    ] {
        let failure = parse(line).expect_err("nothing to run").to_string();
        assert!(failure.contains(named), "{line:?}: {failure}");
    }
}

#[test]
fn every_seed_is_handed_out_once() {
    let mut next = Next {
        seeds: 10..500,
        ends: None,
        stops: true,
        counted: Counted::default(),
    };
    let taken: Vec<_> = std::iter::from_fn(|| next.take())
        .map(|(seeds, _)| seeds)
        .collect();
    assert_eq!(taken, [10..210, 210..410, 410..500]);
    next.seeds = 0..9;
    next.count(Counted {
        broken: 1,
        ..Counted::default()
    });
    assert_eq!(next.take(), None, "it stops at the first failure");
}

#[test]
fn the_last_line_of_a_process_is_what_it_counted() {
    let counted = Counted {
        ran: 200,
        broken: 1,
        events: 90,
        simulated_ms: 7,
    };
    assert_eq!(
        Counted::of_line("ran 200 broken 1 events 90 simulated-ms 7"),
        Some(counted)
    );
    assert_eq!(Counted::of_line("thread 'main' panicked"), None);
}
