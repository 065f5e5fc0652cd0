//! Each checker catches the mistake that it is there for.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::layout::MembershipChange;
use ringlab::ring::NodeId;

use crate::checks::Check;
use crate::sabotage::{NEW_FROM, Sabotage};
use crate::seeds::with_seeds;
use crate::world::{Setup, World};

const SEEDS: u64 = 30;

/// A cluster in which a mistake is made while three nodes join and one leaves.
fn with_mistake(sabotage: Sabotage, seed: u64) -> World {
    let mut setup = Setup::of(seed, NEW_FROM as usize);
    setup.sabotage = sabotage;
    setup.loss = if seed.is_multiple_of(2) { 0 } else { 4 };
    let mut world = World::new(setup);
    let change = MembershipChange {
        add: world.new_nodes(&[1_000; 3]),
        remove: vec![NodeId(3)],
        ..MembershipChange::default()
    };
    for _ in 0..40 {
        world.ask_something();
    }
    world.change(NodeId(0), change);
    world.run(300);
    world.checks.at_the_end(&world.nodes);
    world
}

fn catches(sabotage: Sabotage, check: Check) {
    let caught = |seed| {
        let violations = with_mistake(sabotage, seed).checks.violations;
        violations.iter().any(|(by, _)| *by == check)
    };
    assert!((0..SEEDS).any(caught), "{check:?} misses {sabotage:?}");
}

#[test]
fn a_correct_cluster_violates_nothing() {
    with_seeds("a_correct_cluster_violates_nothing", SEEDS / 3, |seed| {
        with_mistake(Sabotage::None, seed)
    });
}

#[test]
fn a_lying_disk_is_caught() {
    catches(Sabotage::DiskLies, Check::AcknowledgedIsStored);
}

#[test]
fn a_source_that_copies_nothing_is_caught() {
    catches(Sabotage::NothingCopied, Check::EveryKeyAnswers);
}

#[test]
fn a_batch_confirmed_but_not_stored_is_caught() {
    catches(Sabotage::BatchNotStored, Check::EveryKeyAnswers);
}

#[test]
fn writing_to_old_owners_only_is_caught() {
    catches(Sabotage::OldOwnersOnly, Check::EveryKeyAnswers);
}

#[test]
fn copies_from_the_wrong_owner_are_caught() {
    catches(Sabotage::WrongPairs, Check::EveryKeyAnswers);
}

#[test]
fn acknowledging_before_older_requests_ended_is_caught() {
    catches(Sabotage::NoBarrier, Check::EveryKeyAnswers);
}

#[test]
fn going_on_by_another_stage_is_caught() {
    catches(Sabotage::StageMoves, Check::OneStageEach);
}

#[test]
fn deleting_before_retirement_is_caught() {
    catches(Sabotage::NoRetirement, Check::DeletedLast);
}

#[test]
fn sending_the_new_version_without_its_siblings_is_caught() {
    catches(Sabotage::VersionAlone, Check::NoLostUpdate);
}
