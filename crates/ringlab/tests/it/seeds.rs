//! A story told once for each of many seeds, or for the one that is to be replayed.

use crate::world::World;

/// Set to a number to replay one run.
const SEED_VARIABLE: &str = "RINGLAB_SEED";

/// Tells a story with each seed below `seeds`; in none may anything be violated. `test` is its
/// path, for the command that replays it.
pub(crate) fn with_seeds(test: &str, seeds: u64, story: impl Fn(u64) -> World) {
    let seeds = match std::env::var(SEED_VARIABLE) {
        Ok(seed) => {
            let seed = seed.parse().expect("the seed is a number");
            seed..seed + 1
        }
        Err(_) => 0..seeds,
    };
    for seed in seeds {
        let replay = format!("{SEED_VARIABLE}={seed} cargo test -p ringlab --test it {test}");
        // Told before the story, so that one which fails by itself can be replayed, too.
        println!("seed {seed}; replay: {replay}");
        let world = story(seed);
        let violations = &world.checks.violations;
        assert!(violations.is_empty(), "{violations:#?}\nreplay: {replay}");
    }
}
