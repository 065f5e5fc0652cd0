//! Deleted keys: their tombstones go when nobody has anything else of them, and not before.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::time::Duration;

use ringlab::client::Wish;
use ringlab::message::{Event, Outcome};
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::settings::{AntiEntropy, Strictness};

use crate::sabotage::Sabotage;
use crate::seeds::with_seeds;
use crate::world::{LOADED, Node, Setup, World, key, value};

/// Long for a request, short for a story.
const GRACE: Duration = Duration::from_secs(20);
/// Just below that.
const HINT_LIFETIME: Duration = Duration::from_millis(19_900);
/// A grace, and rounds enough to come to every cell.
const UNTIL_FORGOTTEN: Duration = Duration::from_secs(60);
const A_WHILE: Duration = Duration::from_secs(5);
/// Long enough for everyone to hear who is away.
const UNTIL_DOWN: Duration = Duration::from_secs(12);

fn setup(seed: u64) -> Setup {
    Setup {
        tombstone_grace: GRACE,
        hint_lifetime: HINT_LIFETIME,
        ..Setup::of(seed, 6)
    }
}

/// A key that no row was loaded of.
fn new_key() -> Key {
    key(LOADED + 5)
}

fn ask(world: &mut World, wish: Wish) -> Outcome {
    let asked = world.ask(0, wish);
    world.run_for(A_WHILE);
    world.answers[&asked].clone()
}

fn put_and_delete(world: &mut World, key: &Key) {
    ask(world, Wish::Put(key.clone(), value(1)));
    let deleted = ask(world, Wish::Delete(key.clone()));
    assert!(matches!(deleted, Outcome::Stored(_)), "{deleted:?}");
}

/// On how many nodes a key has any version.
fn cells(world: &World, key: &Key) -> usize {
    let has = |node: &&Node| !node.cell(key).unwrap().is_empty();
    world.nodes.values().filter(has).count()
}

fn values(world: &World, key: &Key) -> usize {
    let has = |node: &&Node| node.cell(key).unwrap().values().next().is_some();
    world.nodes.values().filter(has).count()
}

fn repair(world: &mut World) {
    let every_second = AntiEntropy::new(Duration::from_secs(1), 64).unwrap();
    world.repair(every_second, 30);
}

#[test]
fn a_deleted_key_is_forgotten_and_can_be_written_again() {
    with_seeds("a_deleted_key_is_forgotten", 10, |seed| {
        let mut world = World::new(setup(seed));
        let key = new_key();
        put_and_delete(&mut world, &key);
        assert_eq!(cells(&world, &key), 3);
        world.run_for(UNTIL_FORGOTTEN);
        assert_eq!(cells(&world, &key), 0);
        let began = |(_, event): &(NodeId, Event)| matches!(event, Event::CollectionBegan { .. });
        assert!(world.events.iter().any(began));

        ask(&mut world, Wish::Put(key.clone(), value(2)));
        assert_eq!(values(&world, &key), 3);
        let cell = world.nodes[&world.owners(&key)[0]].cell(&key).unwrap();
        assert_eq!(cell.versions().len(), 1, "no sibling of what is forgotten");
        world
    });
}

#[test]
fn a_tombstone_over_a_loaded_row_stays() {
    let mut world = World::new(setup(1));
    let loaded = key(41);
    let deleted = ask(&mut world, Wish::Delete(loaded.clone()));
    assert!(matches!(deleted, Outcome::Stored(_)), "{deleted:?}");
    world.run_for(UNTIL_FORGOTTEN);
    assert_eq!((cells(&world, &loaded), values(&world, &loaded)), (3, 0));
}

/// One replica missed the deletion and has the value; it cannot be asked.
fn with_one_away(sabotage: Sabotage) -> (World, Key) {
    let mut setup = setup(3);
    setup.sabotage = sabotage;
    let mut world = World::new(setup);
    let key = new_key();
    ask(&mut world, Wish::Put(key.clone(), value(1)));
    let away = world.owners(&key)[2];
    world.cut_off(&[away]);
    let deleted = ask(&mut world, Wish::Delete(key.clone()));
    assert!(matches!(deleted, Outcome::Stored(_)), "{deleted:?}");
    world.run_for(UNTIL_FORGOTTEN);
    (world, key)
}

#[test]
fn a_replica_that_is_away_is_waited_for() {
    let (mut world, key) = with_one_away(Sabotage::None);
    assert_eq!(cells(&world, &key), 3, "two tombstones, one value");
    world.cut_off(&[]);
    world.run_for(UNTIL_FORGOTTEN);
    assert_eq!(cells(&world, &key), 3, "it still has something else");
    repair(&mut world);
    assert_eq!(values(&world, &key), 0, "a deletion is not undone");
    world.run_for(UNTIL_FORGOTTEN);
    assert_eq!(cells(&world, &key), 0);
}

#[test]
fn forgetting_what_a_replica_never_heard_of_brings_the_value_back() {
    let mut sabotaged = setup(3);
    sabotaged.sabotage = Sabotage::NothingElse;
    let mut world = World::new(sabotaged);
    let key = new_key();
    ask(&mut world, Wish::Put(key.clone(), value(1)));
    let behind = world.owners(&key)[2];
    world.cut_off(&[behind]);
    ask(&mut world, Wish::Delete(key.clone()));
    world.cut_off(&[]);
    world.run_for(UNTIL_FORGOTTEN);
    repair(&mut world);
    assert!(values(&world, &key) > 0, "so the stories above can fail");
}

/// Fallbacks take what replicas that are away miss, and cannot hand it over.
fn with_hints(seed: u64) -> World {
    let mut world = World::new(Setup {
        strictness: Strictness::Sloppy,
        ..setup(seed)
    });
    world.lose_handovers = true;
    world
}

fn hints(world: &World) -> usize {
    world.nodes.values().map(Node::hints).sum()
}

#[test]
fn a_hint_of_the_key_is_waited_for() {
    let mut world = with_hints(4);
    let key = new_key();
    put_and_delete(&mut world, &key);
    let owners = world.owners(&key);
    world.cut_off(&owners);
    world.run_for(UNTIL_DOWN);
    let stored = world.ask(1, Wish::Put(key.clone(), value(2)));
    world.run_for(A_WHILE);
    let outcome = &world.answers[&stored];
    assert!(matches!(outcome, Outcome::Stored(_)), "{outcome:?}");
    assert!(hints(&world) > 0);
    world.cut_off(&[]);
    // The tombstones are old enough now, and the hints are not.
    world.run_for(GRACE / 2);
    assert_eq!((cells(&world, &key), values(&world, &key)), (3, 0));
    assert!(hints(&world) > 0, "fallbacks still keep a value");
    world.lose_handovers = false;
    world.run_for(A_WHILE);
    assert_eq!((hints(&world), values(&world, &key)), (0, 3));
}

#[test]
fn a_hint_of_a_deleted_key_ends_before_its_tombstone_goes() {
    let mut world = with_hints(4);
    let key = new_key();
    let away = world.owners(&key)[1];
    world.cut_off(&[away]);
    ask(&mut world, Wish::Put(key.clone(), value(1)));
    assert!(hints(&world) > 0);
    world.cut_off(&[]);
    ask(&mut world, Wish::Delete(key.clone()));
    world.run_for(GRACE);
    assert_eq!(hints(&world), 0);
    let expired = |(_, event): &(NodeId, Event)| matches!(event, Event::HintsExpired { .. });
    assert!(world.events.iter().any(expired), "told, not only gone");
    world.run_for(UNTIL_FORGOTTEN);
    world.lose_handovers = false;
    world.run_for(UNTIL_FORGOTTEN);
    assert_eq!(cells(&world, &key), 0, "nothing brings it back");
}
