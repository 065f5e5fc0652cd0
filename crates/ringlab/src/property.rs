//! Random tests that tell how to replay them. For tests alone, of this crate and of those that
//! switch on its feature `testing`; it knows nothing of what they test.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Set to a number to try other random inputs, or to replay a run that failed.
const SEED_VARIABLE: &str = "RINGLAB_SEED";

/// Runs a property on random inputs and shrinks what breaks it. `test` is the test's path, for
/// the command that replays it.
pub fn holds<S: Strategy>(
    test: &str,
    cases: u32,
    inputs: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let seed = seed();
    if let Err(error) = broken_by(seed, cases, inputs, property) {
        let package = std::env::var("CARGO_PKG_NAME").unwrap_or_else(|_| "ringlab".into());
        panic!(
            "{error}\nseed {seed}; replay: {SEED_VARIABLE}={seed} cargo test -p {package} {test}"
        );
    }
}

/// For checks that must fail: a planted bug has to be found, or the property holds nothing.
pub fn is_broken<S: Strategy>(
    cases: u32,
    inputs: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> bool {
    broken_by(seed(), cases, inputs, property).is_err()
}

fn broken_by<S: Strategy>(
    seed: u64,
    cases: u32,
    inputs: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> Result<(), String> {
    let config = Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&inputs, property)
        .map_err(|error| error.to_string())
}

fn seed() -> u64 {
    let given = std::env::var(SEED_VARIABLE).ok();
    given.map_or(0, |seed| seed.parse().expect("the seed is a number"))
}
