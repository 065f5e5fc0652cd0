//! Writers who do not know of each other: what stands beside each other, what is dropped when it is
//! asked for, what is refused.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::client::Wish;
use ringlab::message::{Event, Options, Outcome, Refusal};
use ringlab::ring::NodeId;
use ringlab::settings::{Merge, Setting};

use crate::checks::Check;
use crate::seeds::with_seeds;
use crate::world::{Setup, World, key, value};

const SEEDS: u64 = 8;

/// A busy cluster whose writes drop what they have not read.
fn last_writer_wins(seed: u64, is_counted: bool) -> World {
    let mut setup = Setup::of(seed, 5);
    setup.loss = if seed.is_multiple_of(2) { 0 } else { 6 };
    let mut world = World::new(setup);
    world.checks.counts_drops = is_counted;
    world.of_writes = Options {
        merge: Some(Merge::LastWriterWins),
        ..Options::default()
    };
    world.run(600);
    world.checks.at_the_end(&world.nodes);
    world
}

fn dropped(world: &World) -> usize {
    let dropped = world.events.iter().map(|(_, event)| match event {
        Event::Dropped { versions, .. } => versions.len(),
        _ => 0,
    });
    dropped.sum()
}

#[test]
fn what_the_last_writer_drops_is_counted_and_nothing_else_is_lost() {
    let mut all = 0;
    with_seeds(
        "what_the_last_writer_drops_is_counted_and_nothing_else_is_lost",
        SEEDS,
        |seed| {
            let world = last_writer_wins(seed, true);
            assert!(dropped(&world) > 0, "nobody met");
            world
        },
    );
    // Who does not count them takes them for lost.
    for seed in 0..SEEDS {
        let world = last_writer_wins(seed, false);
        let lost = world.checks.violations.iter();
        all += lost
            .filter(|(check, _)| *check == Check::NoLostUpdate)
            .count();
    }
    assert!(all > 0);
}

#[test]
fn half_of_the_nodes_keep_shorter_contexts_and_no_write_is_lost() {
    let test = "half_of_the_nodes_keep_shorter_contexts_and_no_write_is_lost";
    with_seeds(test, SEEDS, |seed| {
        let mut setup = Setup::of(seed, 6);
        setup.loss = if seed.is_multiple_of(2) { 0 } else { 6 };
        let mut world = World::new(setup);
        // Those who are away go by the old threshold for as long.
        world.checks.contexts_are_cut = true;
        for pairs in [2, 50, 3, 2] {
            world.choose(NodeId(0), &[(Setting::ClockPairs, pairs)]);
            world.run(150);
        }
        world.checks.at_the_end(&world.nodes);
        world
    });
}

#[test]
fn a_cell_that_is_full_takes_no_new_version_until_a_reader_writes() {
    let mut world = World::new(Setup::of(4, 5));
    world.choose(NodeId(1), &[(Setting::SiblingsMax, 1)]);
    world.run(0);
    world.checks.refusals_are_wished = true;
    for client in 0..2 {
        world.ask(client, Wish::Get(key(3)));
    }
    world.run(0);
    // Both have read the loaded value; the second that writes would stand beside the first.
    let mut put = |client: usize| {
        let put = world.ask(client, Wish::Put(key(3), value(client as u64)));
        world.run(0);
        world.answers[&put].clone()
    };
    assert!(matches!(put(0), Outcome::Stored(_)));
    let refusal = Refusal::TooManySiblings {
        siblings: 2,
        limit: 1,
    };
    assert_eq!(put(1), Outcome::Refused(refusal));
    // Who reads first may write.
    let read = world.ask(2, Wish::Get(key(3)));
    world.run(0);
    assert!(
        matches!(&world.answers[&read], Outcome::Values(answer) if answer.siblings.versions().len() == 1)
    );
    let put = world.ask(2, Wish::Put(key(3), value(9)));
    world.run(0);
    assert!(matches!(world.answers[&put], Outcome::Stored(_)));
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
}
