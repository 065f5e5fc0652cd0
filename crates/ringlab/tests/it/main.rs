//! Stories of a whole cluster over a tiny deterministic world: random delays from a seed, checkers
//! that watch every step, planted bugs that each of them must catch.

#![expect(
    clippy::unwrap_used,
    reason = "a harness is a test: where it fails, the test fails"
)]

mod anti_entropy;
mod causality;
mod checks;
mod collection;
mod detection;
mod durability;
#[cfg(not(target_arch = "wasm32"))]
mod flips;
mod handoff;
mod membership;
#[cfg(not(target_arch = "wasm32"))]
mod model;
mod planted;
mod refusals;
mod replacement;
mod requests;
mod sabotage;
mod seeds;
mod settings;
mod sizes;
mod succession;
mod versions;
mod withdrawal;
mod world;
