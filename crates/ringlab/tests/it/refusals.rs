//! Changes that must not begin.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::layout::{ChangeError, MembershipChange};
use ringlab::message::Event;
use ringlab::ring::{NodeId, RingError, Weight};

use crate::seeds::with_seeds;
use crate::world::{Setup, World};

fn refused(world: &World) -> Vec<ChangeError> {
    let reasons = world.events.iter().filter_map(|(_, event)| match event {
        Event::ChangeRefused { reason } => Some(reason.clone()),
        _ => None,
    });
    reasons.collect()
}

fn refusal_of(weights: &[u32], change: MembershipChange) -> ChangeError {
    let mut setup = Setup::of(1, 0);
    setup.weights = weights.to_vec();
    let mut world = World::new(setup);
    world.change(NodeId(weights.len() as u32 - 1), change);
    world.run(20);
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
    let mut reasons = refused(&world);
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    reasons.remove(0)
}

#[test]
fn the_last_storage_node_stays() {
    let last = ChangeError::LastStorageNode("node-0".parse().unwrap());
    let remove = MembershipChange {
        remove: vec![NodeId(0)],
        ..MembershipChange::default()
    };
    assert_eq!(refusal_of(&[1_000], remove.clone()), last);
    assert_eq!(refusal_of(&[1_000, 0], remove), last);
    let starve = MembershipChange {
        reweight: vec![(NodeId(0), Weight::ZERO)],
        ..MembershipChange::default()
    };
    assert_eq!(refusal_of(&[1_000], starve), last);
}

#[test]
fn what_the_ring_cannot_take_is_said() {
    let unknown = MembershipChange {
        remove: vec![NodeId(9)],
        ..MembershipChange::default()
    };
    let reason = ChangeError::Ring(RingError::UnknownNode(NodeId(9)));
    assert_eq!(refusal_of(&[1_000; 3], unknown), reason);
    let nothing = MembershipChange::default();
    assert_eq!(refusal_of(&[1_000; 3], nothing), ChangeError::Nothing);
}

#[test]
fn the_second_change_at_a_time_is_refused_whoever_is_asked() {
    let test = "the_second_change_at_a_time_is_refused_whoever_is_asked";
    with_seeds(test, 10, |seed| {
        let mut world = World::new(Setup::of(seed, 4));
        for asked in [1, 2, 3, 0] {
            let change = MembershipChange {
                remove: vec![NodeId(asked)],
                ..MembershipChange::default()
            };
            world.change(NodeId(asked), change);
        }
        world.run(100);
        world.checks.at_the_end(&world.nodes);
        let version = 2;
        assert_eq!(refused(&world), vec![ChangeError::UnderWay { version }; 3]);
        world
    });
}
