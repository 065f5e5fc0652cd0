//! N, R, W and the spread change while clients are busy: no request fails, and whatever was
//! acknowledged by the quorums of one version is read by those of the next.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::layout::MembershipChange;
use ringlab::message::Event;
use ringlab::quorum::Sizes;
use ringlab::ring::{NodeId, Replication, Spread};

use crate::checks::Check;
use crate::sabotage::Sabotage;
use crate::seeds::with_seeds;
use crate::world::{Setup, World};

const SEEDS: u64 = 6;

fn sizes(n: u32, r: u32, w: u32) -> Sizes {
    let spread = Spread::Any;
    let replication = Replication { n, spread };
    Sizes { replication, r, w }
}

fn to(sizes: Sizes) -> MembershipChange {
    MembershipChange {
        sizes: Some(sizes),
        ..MembershipChange::default()
    }
}

/// Changes one after the other under load. In every other run copies get lost on the way to
/// replicas, so that not every replica has every write.
fn run(seed: u64, nodes: usize, sabotage: Sabotage, changes: &[Sizes]) -> World {
    let mut setup = Setup::of(seed, nodes);
    setup.loss = if seed.is_multiple_of(2) { 0 } else { 6 };
    setup.sabotage = sabotage;
    let mut world = World::new(setup);
    // Of six replicas four go: what they alone took in the change was acknowledged by nobody.
    world.checks.maybe_is_nothing = !seed.is_multiple_of(2);
    for _ in 0..40 {
        world.ask_something();
    }
    for &sizes in changes {
        let asked = NodeId(world.rng.below(nodes as u64) as u32);
        world.change(asked, to(sizes));
        world.run(80);
    }
    world.checks.at_the_end(&world.nodes);
    world
}

fn ended(world: &World) -> usize {
    let ended = |(_, event): &&(NodeId, Event)| matches!(event, Event::ChangeEnded { .. });
    world.events.iter().filter(ended).count()
}

#[test]
fn quorums_of_neighbouring_versions_meet() {
    let changes = [
        sizes(5, 3, 3),
        sizes(3, 1, 3),
        sizes(3, 3, 1),
        sizes(1, 1, 1),
        sizes(4, 2, 3),
        sizes(6, 1, 6),
        sizes(2, 2, 1),
        sizes(3, 2, 2),
    ];
    with_seeds("quorums_of_neighbouring_versions_meet", SEEDS, |seed| {
        let world = run(seed, 6, Sabotage::None, &changes);
        assert_eq!(ended(&world), changes.len());
        let layout = world.nodes[&NodeId(0)].layout().unwrap();
        assert_eq!(layout.placement().sizes, sizes(3, 2, 2));
        world
    });
}

#[test]
fn replicas_are_spread_over_zones_and_back() {
    with_seeds("replicas_are_spread_over_zones_and_back", SEEDS, |seed| {
        let mut setup = Setup::of(seed, 6);
        setup.loss = if seed.is_multiple_of(2) { 0 } else { 6 };
        let mut world = World::new(setup);
        let zoned = MembershipChange {
            rezone: (0..6)
                .map(|id| (NodeId(id), (id / 2).to_string().parse().unwrap()))
                .collect(),
            ..MembershipChange::default()
        };
        let mut spread = sizes(3, 2, 2);
        spread.replication.spread = Spread::Zones;
        for change in [zoned, to(spread), to(sizes(3, 2, 2))] {
            world.change(NodeId(1), change);
            world.run(80);
        }
        world.checks.at_the_end(&world.nodes);
        assert_eq!(ended(&world), 3);
        world
    });
}

#[test]
fn more_replicas_than_nodes_wait_for_nodes() {
    with_seeds("more_replicas_than_nodes_wait_for_nodes", SEEDS, |seed| {
        let mut world = run(seed, 2, Sabotage::None, &[sizes(5, 3, 3)]);
        let change = MembershipChange {
            add: world.new_nodes(&[1_000; 4]),
            ..MembershipChange::default()
        };
        world.change(NodeId(0), change);
        world.run(80);
        world.checks.at_the_end(&world.nodes);
        assert_eq!(ended(&world), 2);
        world
    });
}

/// One reply instead of two meets a write of two only when everyone has it.
#[test]
fn reading_from_fewer_without_an_exchange_is_caught() {
    let caught = |seed| {
        let world = run(seed, 5, Sabotage::NothingExchanged, &[sizes(3, 1, 3)]);
        let violations = world.checks.violations.iter();
        violations
            .clone()
            .any(|(by, _)| *by == Check::EveryKeyAnswers)
    };
    assert!((0..30).any(caught));
}

#[test]
fn sizes_out_of_their_bounds_are_refused() {
    let mut world = World::new(Setup::of(1, 3));
    for wrong in [
        sizes(0, 1, 1),
        sizes(9, 2, 2),
        sizes(3, 0, 2),
        sizes(3, 2, 4),
    ] {
        world.change(NodeId(2), to(wrong));
        world.run(10);
        let refused = |(_, event): &&(NodeId, Event)| matches!(event, Event::ChangeRefused { .. });
        let told = world.events.iter().rev().find(refused).cloned();
        let Some((_, Event::ChangeRefused { reason })) = told else {
            panic!("{wrong:?} is taken");
        };
        assert_eq!(reason.to_string(), wrong.check().unwrap_err().to_string());
        world.events.clear();
    }
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
}
