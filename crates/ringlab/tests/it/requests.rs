//! Put, get and delete on a settled layout.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::client::Wish;
use ringlab::message::{Event, Outcome};
use ringlab::ring::NodeId;

use crate::seeds::with_seeds;
use crate::world::{Setup, World, key, value};

fn values(world: &World, number: u64) -> Vec<Vec<u8>> {
    match &world.answers[&number] {
        Outcome::Values(answer) => {
            let values = answer.siblings.values();
            values.map(|value| value.bytes().to_vec()).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_loaded_key_is_read_replaced_and_deleted() {
    let mut world = World::new(Setup::of(1, 5));
    let first = world.ask(0, Wish::Get(key(41)));
    world.run(0);
    assert_eq!(
        values(&world, first),
        [b"42"],
        "its requests in decimal text"
    );
    let put = world.ask(1, Wish::Put(key(41), value(7)));
    world.run(0);
    assert!(matches!(world.answers[&put], Outcome::Stored(_)));
    let second = world.ask(2, Wish::Get(key(41)));
    world.run(0);
    assert_eq!(
        values(&world, second),
        [b"7"],
        "a put without a context read first"
    );
    world.ask(2, Wish::Delete(key(41)));
    world.run(0);
    let third = world.ask(1, Wish::Get(key(41)));
    world.run(0);
    assert!(values(&world, third).is_empty());
    assert_eq!(world.checks.violations, []);
}

#[test]
fn writers_who_do_not_know_of_each_other_leave_siblings_and_the_next_one_joins_them() {
    let mut world = World::new(Setup::of(2, 5));
    for client in 0..2 {
        world.ask(client, Wish::Get(key(1)));
    }
    world.run(0);
    for client in 0..2 {
        world.ask(client, Wish::Put(key(1), value(client as u64)));
    }
    world.run(0);
    let both = world.ask(2, Wish::Get(key(1)));
    world.run(0);
    let mut both = values(&world, both);
    both.sort();
    assert_eq!(both, [b"0", b"1"]);
    world.ask(2, Wish::Put(key(1), value(9)));
    world.run(0);
    let one = world.ask(0, Wish::Get(key(1)));
    world.run(0);
    assert_eq!(values(&world, one), [b"9"]);
}

#[test]
fn a_request_is_told_step_by_step() {
    let mut world = World::new(Setup::of(3, 5));
    let number = world.ask(0, Wish::Get(key(5)));
    world.run(0);
    let of_it = |event: &&Event| !matches!(event, Event::State(_));
    let told: Vec<&Event> = world
        .events
        .iter()
        .map(|(_, event)| event)
        .filter(of_it)
        .collect();
    assert!(matches!(told[0], Event::RequestBegan { request, .. } if request.number == number));
    let Event::Asked {
        replicas,
        needed: 2,
        ..
    } = told[1]
    else {
        panic!("{:?}", told[1]);
    };
    assert_eq!(replicas.len(), 3);
    let names = [
        "Replied",
        "Replied",
        "QuorumReached",
        "Answered",
        "RepliedLate",
        "Finished",
    ];
    let shapes: Vec<String> = told[2..].iter().map(|event| format!("{event:?}")).collect();
    for (shape, name) in shapes.iter().zip(names) {
        assert!(shape.starts_with(name), "{shape} instead of {name}");
    }
    assert_eq!(shapes.len(), names.len());
}

#[test]
fn busy_clients_lose_nothing() {
    with_seeds("busy_clients_lose_nothing", 20, |seed| {
        let mut world = World::new(Setup::of(seed, 5));
        world.run(300);
        world.checks.at_the_end(&world.nodes);
        assert_eq!(world.answers.len(), 300);
        world
    });
}

#[test]
fn a_node_of_weight_zero_coordinates_and_stores_nothing() {
    let mut setup = Setup::of(4, 4);
    setup.weights[0] = 0;
    let mut world = World::new(setup);
    world.run(200);
    world.checks.at_the_end(&world.nodes);
    assert_eq!(world.checks.violations, []);
    assert_eq!(world.nodes[&NodeId(0)].load().keys, 0);
    let coordinated = |(node, event): &(NodeId, Event)| {
        *node == NodeId(0) && matches!(event, Event::RequestBegan { .. })
    };
    assert!(world.events.iter().any(coordinated));
}
