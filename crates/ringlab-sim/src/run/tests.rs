//! Runs are the same each time and everywhere, and a healthy store breaks nothing in any of them.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::ops::Range;

use super::*;
use crate::workload::{Deed, End, What};

/// The digests of the histories of the first seeds, one a line.
const HISTORIES: &str = include_str!("../../data/histories.txt");
/// How many seeds a test takes. In a browser it is slow: `RINGLAB_SEEDS=1000 cargo xtask test wasm`
/// holds all histories there.
const SEEDS: u64 = {
    let few = cfg!(target_arch = "wasm32");
    match option_env!("RINGLAB_SEEDS") {
        Some(seeds) => match u64::from_str_radix(seeds, 10) {
            Ok(seeds) => seeds,
            Err(_) => panic!("RINGLAB_SEEDS is a number"),
        },
        None if few => 20,
        None => 2_000,
    }
};

/// Runs each seed twice.
fn breaks_nothing(seeds: Range<u64>) {
    for seed in seeds {
        let script = Script::of(seed);
        let (once, again) = (run(&script, &Keep::All), run(&script, &Keep::All));
        assert_eq!(once.history, again.history, "seed {seed}");
        let replay = format!("replay: cargo xtask sim --seed {seed}");
        assert_eq!(once.violations, [], "{replay}");
        if let Some(history) = HISTORIES.lines().nth(seed as usize) {
            assert_eq!(format!("{:016x}", once.history.1), history, "{replay}");
        }
    }
}

#[test]
fn the_first_seeds_run_the_same_each_time_and_break_nothing() {
    breaks_nothing(0..SEEDS / 2);
}

#[test]
fn more_seeds_run_the_same_each_time_and_break_nothing() {
    breaks_nothing(SEEDS / 2..SEEDS);
}

/// A client of the library reads, writes and deletes in some runs, beside users without one.
#[test]
fn clients_take_part() {
    let with_patron = (0..SEEDS.min(20)).map(Script::of);
    let with_patron = with_patron.filter(|script| script.setup.has_patron);
    let mut done = [0; 3];
    for script in with_patron {
        let deeds = run(&script, &Keep::All).chronicle.deeds;
        let is_its = |deed: &&Deed| deed.user == script.setup.users && deed.end == End::Done;
        for deed in deeds.iter().filter(is_its) {
            done[match deed.what {
                What::Read(_) => 0,
                What::Wrote { .. } => 1,
                _ => 2,
            }] += 1;
        }
    }
    assert!(done.iter().all(|&done| done > 0), "{done:?}");
}

/// `RINGLAB_REWRITE=1 cargo test -p ringlab-sim histories` writes the file anew.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn histories_can_be_written_anew() {
    const KEPT: u64 = 1_000;
    const PARTS: u64 = 8;
    if std::env::var_os("RINGLAB_REWRITE").is_none() {
        return assert_eq!(HISTORIES.lines().count() as u64, KEPT);
    }
    let digest = |seed| format!("{:016x}\n", run(&Script::of(seed), &Keep::All).history.1);
    let part = |part| (part * KEPT / PARTS..(part + 1) * KEPT / PARTS).map(digest);
    let histories: String = std::thread::scope(|scope| {
        let parts = (0..PARTS).map(|number| scope.spawn(move || part(number).collect::<String>()));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    });
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/histories.txt");
    std::fs::write(path, histories).unwrap();
}
