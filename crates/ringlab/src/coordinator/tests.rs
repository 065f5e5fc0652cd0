//! Writes in flight over one list and over two.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

mod options;

use std::sync::Arc;

use super::*;
use crate::health::Health;
use crate::layout::{Change, MembershipChange};
use crate::message::{Effect, Message, Random};
use crate::pair::Value;
use crate::ring::{NodeSpec, REPLICAS_MAX, Ring, Weight};
use crate::time::Instant;
use crate::version::{Dot, VersionVector};

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

const SETTINGS: Settings = Settings::DEFAULT;

/// Who coordinates: no owner, so that every message is seen.
const STRANGER: NodeId = NodeId(99);
const ID: RequestId = RequestId { number: 1, leg: 1 };

fn spec(id: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::ONE,
        zone: Default::default(),
    }
}

/// All three nodes of the ring are replaced by three others: both lists have nobody in common.
fn replaced() -> Layout {
    let ring = Arc::new(Ring::with_nodes(4, (0..3).map(spec)).unwrap());
    let wanted = MembershipChange {
        add: (3..6).map(spec).collect(),
        remove: (0..3).map(NodeId).collect(),
        ..MembershipChange::default()
    };
    let mut layout = Layout::settled(1, ring, SETTINGS.sizes());
    let change = Change::plan(2, NodeId(0), layout.placement().clone(), &wanted);
    layout.announce(Arc::new(change.unwrap()));
    layout
}

fn with(
    coordinator: &mut Coordinator,
    act: impl FnOnce(&mut Coordinator, &mut Outbox<'_>),
) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut zeros = Zeros;
    let out = &mut Outbox::new(STRANGER, Instant::ZERO, &mut zeros, &mut effects);
    act(coordinator, out);
    effects
}

fn view(layout: &Layout) -> View<'_> {
    View {
        layout,
        settings: &SETTINGS,
        health: &|_| Health::Up,
    }
}

fn put() -> Command {
    Command::Put {
        key: Key::new(b"key").unwrap(),
        context: VersionVector::default(),
        value: Value::new(b"value").unwrap(),
    }
}

fn begin(coordinator: &mut Coordinator, layout: &Layout) -> Vec<(NodeId, Message)> {
    sends(with(coordinator, |coordinator, out| {
        coordinator.begin(ID, (put(), Options::default()), view(layout), out);
    }))
}

fn reply(coordinator: &mut Coordinator, from: NodeId, reply: Reply) -> Vec<Effect> {
    with(coordinator, |coordinator, out| {
        coordinator.reply(from, ID, reply, out)
    })
}

fn sends(effects: Vec<Effect>) -> Vec<(NodeId, Message)> {
    let sends = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send { to, message } => Some((to, message)),
        _ => None,
    });
    sends.collect()
}

fn answer(effects: &[Effect]) -> Option<&Outcome> {
    effects.iter().find_map(|effect| match effect {
        Effect::Reply { outcome, .. } => Some(outcome),
        _ => None,
    })
}

fn cell() -> Siblings {
    let mut cell = Siblings::default();
    cell.write(Dot::LOADED, VersionVector::default(), None);
    cell
}

#[test]
fn in_a_change_a_write_needs_w_old_owners_and_w_new_ones() {
    let layout = replaced();
    let mut coordinator = Coordinator::default();
    let asked = begin(&mut coordinator, &layout);
    let [(namer, Message::Write { .. })] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert!(
        namer.0 < 3,
        "an old owner names: new ones lack what is not copied yet"
    );
    let others = sends(reply(&mut coordinator, *namer, Reply::Cell(cell())));
    assert_eq!(others.len(), 5, "all others of both lists");
    let (old, new): (Vec<_>, Vec<_>) = others.iter().map(|(to, _)| *to).partition(|to| to.0 < 3);
    let one_new = reply(&mut coordinator, new[0], Reply::Stored);
    assert_eq!(answer(&one_new), None);
    let both_old = reply(&mut coordinator, old[0], Reply::Stored);
    assert_eq!(
        answer(&both_old),
        None,
        "two old ones are W of the old list alone"
    );
    let enough = reply(&mut coordinator, new[1], Reply::Stored);
    let Some(Outcome::Stored(stored)) = answer(&enough) else {
        panic!("{enough:?}");
    };
    assert_eq!((&stored.siblings, stored.replicas.len()), (&cell(), 4));
    let late = reply(&mut coordinator, new[2], Reply::Stored);
    assert!(matches!(
        late[..],
        [Effect::Observe(Event::RepliedLate { .. })]
    ));
}

#[test]
fn a_request_holds_the_steps_back_until_every_replica_replied() {
    let layout = replaced();
    let mut coordinator = Coordinator::default();
    let namer = begin(&mut coordinator, &layout)[0].0;
    let (now, later) = (
        layout.stage(),
        Stage {
            version: 3,
            ..layout.stage()
        },
    );
    assert!(coordinator.is_past(now) && !coordinator.is_past(later));
    let others = sends(reply(&mut coordinator, namer, Reply::Cell(cell())));
    for (other, _) in &others {
        assert!(!coordinator.is_past(later), "answered is not finished");
        reply(&mut coordinator, *other, Reply::Stored);
    }
    assert!(coordinator.is_past(later) && coordinator.len() == 0);
}

#[test]
fn when_no_owner_names_a_write_it_ends_at_once() {
    let mut coordinator = Coordinator::default();
    let mut asked = begin(&mut coordinator, &replaced());
    let mut effects = Vec::new();
    for namers in 1..=2 {
        let [(namer, Message::Write { .. })] = asked[..] else {
            panic!("{asked:?} is asked as number {namers}");
        };
        assert_eq!(answer(&effects), None);
        effects = reply(&mut coordinator, namer, Reply::Declined);
        asked = sends(effects.clone());
    }
    let (needed, answered) = (2, 0);
    let unreachable = Outcome::QuorumUnreachable { needed, answered };
    assert_eq!(answer(&effects), Some(&unreachable));
    reply(&mut coordinator, asked[0].0, Reply::Declined);
    assert_eq!(coordinator.len(), 0);
}

/// A replica that began another life is asked again, once for each, and from then on in that one.
#[test]
fn a_namer_in_another_life_is_asked_in_that_one() {
    let layout = replaced();
    let mut coordinator = Coordinator::default();
    let life_of = |asked: &[(NodeId, Message)]| match asked {
        [(namer, Message::Write { life, .. })] => (*namer, *life),
        _ => panic!("{asked:?}"),
    };
    let (namer, life) = life_of(&begin(&mut coordinator, &layout));
    assert_eq!(life, 0);
    let mut in_life = |life| {
        sends(with(&mut coordinator, |coordinator, out| {
            coordinator.in_life(namer, (ID, life), out);
        }))
    };
    assert_eq!(life_of(&in_life(3)), (namer, 3));
    assert!(in_life(3).is_empty(), "this it knows");
    assert_eq!(
        life_of(&in_life(2)),
        (namer, 2),
        "after a wipe the number may be lower"
    );
    assert_eq!(life_of(&in_life(3)), (namer, 3));
    reply(&mut coordinator, namer, Reply::Declined);
    let next = RequestId { number: 7, leg: 0 };
    let asked = with(&mut coordinator, |coordinator, out| {
        coordinator.begin(next, (put(), Options::default()), view(&layout), out);
    });
    assert_eq!(life_of(&sends(asked)), (namer, 3));
}

#[test]
fn it_remembers_the_lives_of_so_many_nodes() {
    let mut coordinator = Coordinator::default();
    for node in 0..LIVES_MAX as u32 + 10 {
        with(&mut coordinator, |coordinator, out| {
            coordinator.in_life(NodeId(node), (ID, 7), out);
            coordinator.in_life(NodeId(node), (ID, 8), out);
        });
        assert_eq!(coordinator.lives[&NodeId(node)], 8);
    }
    assert_eq!(coordinator.lives.len(), LIVES_MAX);
}

#[test]
fn a_full_coordinator_refuses() {
    let layout = replaced();
    let mut coordinator = Coordinator::default();
    let mut ask = |number| {
        let id = RequestId { number, leg: 0 };
        with(&mut coordinator, |coordinator, out| {
            coordinator.begin(id, (put(), Options::default()), view(&layout), out);
        })
    };
    for number in 0..REQUESTS_IN_FLIGHT_MAX as u64 {
        assert_eq!(answer(&ask(number)), None);
    }
    let refused = Outcome::Refused(Refusal::Overloaded);
    assert_eq!(answer(&ask(u64::MAX)), Some(&refused));
}

#[test]
fn without_replicas_a_request_is_unreachable_at_once() {
    let layout = Layout::settled(1, Arc::new(Ring::new(4).unwrap()), SETTINGS.sizes());
    let mut coordinator = Coordinator::default();
    let effects = with(&mut coordinator, |coordinator, out| {
        coordinator.begin(ID, (put(), Options::default()), view(&layout), out);
    });
    let (needed, answered) = (1, 0);
    let unreachable = Outcome::QuorumUnreachable { needed, answered };
    assert_eq!(answer(&effects), Some(&unreachable));
}

#[test]
fn who_is_down_names_last_and_too_few_who_are_up_are_refused_at_once() {
    let ring = Arc::new(Ring::with_nodes(4, (0..3).map(spec)).unwrap());
    let layout = Layout::settled(1, ring, SETTINGS.sizes());
    let without = |down: &[NodeId]| {
        with(&mut Coordinator::default(), |coordinator, out| {
            let health = &|node| match down.contains(&node) {
                true => Health::Down,
                false => Health::Up,
            };
            let view = View {
                health,
                ..view(&layout)
            };
            coordinator.begin(ID, (put(), Options::default()), view, out);
        })
    };
    let namer = |effects| sends(effects)[0].0;
    let first = namer(without(&[]));
    let second = namer(without(&[first]));
    assert_ne!(second, first);
    let refused = Outcome::Refused(Refusal::TooFewReplicasUp);
    assert_eq!(answer(&without(&[first, second])), Some(&refused));
}

#[test]
fn with_as_many_replicas_as_there_can_be_there_are_fallbacks() {
    let ring = Arc::new(Ring::with_nodes(4, (0..20).map(spec)).unwrap());
    let mut sizes = SETTINGS.sizes();
    sizes.replication.n = REPLICAS_MAX as u32;
    let layout = Layout::settled(1, ring, sizes);
    for number in 0..100_u32 {
        let key = Key::new(&number.to_le_bytes()).unwrap();
        let nodes = fallbacks(&layout, &key);
        assert_eq!(nodes.len(), REPLICAS_MAX + FALLBACKS_MAX);
        let list = layout.placement().replicas(key.token());
        assert_eq!(nodes[..REPLICAS_MAX], *list, "the replicas come first");
        let distinct: std::collections::BTreeSet<_> = nodes.iter().collect();
        assert_eq!(distinct.len(), nodes.len());
    }
    let few = Layout::settled(
        1,
        Arc::new(Ring::with_nodes(4, (0..3).map(spec)).unwrap()),
        sizes,
    );
    assert_eq!(fallbacks(&few, &Key::new(b"key").unwrap()).len(), 3);
}
