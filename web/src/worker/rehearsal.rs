//! A change of members that nobody sees, on a small cluster of its own, soon after the first world
//! stands. A browser compiles the code that it has seen run for a while once more, for speed, on
//! as many cores as there are, and the page gets none meanwhile: rather while it opens than in
//! the middle of the first change that a person looks at.

use std::sync::Arc;
use std::time::Duration;

use ringlab::keyspace::{Keyspace, KeyspaceBuilder};
use ringlab::ring::Weight;
use ringlab_sim::engine::Engine;
use ringlab_sim::protocol::{Ask, Command, NewNode, Situation};

use super::scope;
use crate::wire::{FromWorker, encode};

/// Nodes that join, and keys of the cluster: enough for the browser to call the code hot, and over
/// within half a second.
const JOINING: usize = 60;
const KEYS: u32 = 1_000;
/// Work between two pauses: a question of the page waits for no more than this.
const SLICE_MS: f64 = 12.0;
/// Slices at most, should the change not end.
const SLICES_MAX: u32 = 200;
/// Simulated time that a slice asks for.
const STEP: Duration = Duration::from_millis(50);

/// Carries the change out and forgets it.
pub(super) async fn run() {
    let Ok(mut engine) = Engine::new(Situation::fresh(0), Arc::new(keys())) else {
        return;
    };
    let mut commands = vec![Command::Add(vec![newcomer(); JOINING])];
    for _ in 0..SLICES_MAX {
        scope::pause().await;
        let until_ms = scope::now_ms() + SLICE_MS;
        let ask = Ask {
            commands: std::mem::take(&mut commands),
            advance: STEP,
            ..Ask::default()
        };
        let snapshot = engine.answer(ask, || scope::now_ms() < until_ms);
        // Telling it is part of what the page waits for later on.
        drop(encode(&FromWorker::Snapshot(Box::new(snapshot))));
        if engine.is_settled() {
            return;
        }
    }
}

fn keys() -> Keyspace {
    let mut builder = KeyspaceBuilder::new(u64::from(KEYS));
    for number in 0..KEYS {
        // Short keys with one request each are within every limit.
        let _ = builder.push(&number.to_le_bytes(), 1, None);
    }
    builder.finish()
}

fn newcomer() -> NewNode {
    NewNode {
        name: None,
        weight: Weight::ONE,
        zone: None,
    }
}
