//! The hints of one holder: what is sent when, and what a confirmation is for.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::layout::Step;
use crate::message::{Effect, Random};
use crate::pair::Value;
use crate::version::{Dot, VersionVector};

struct Zeros;

impl Random for Zeros {
    fn next_u64(&mut self) -> u64 {
        0
    }
}

const STAGE: Stage = Stage {
    version: 1,
    step: Step::Released,
};
const HOLDER: NodeId = NodeId(9);

const PER_ROUND: usize = HintSettings::DEFAULT.per_round as usize;

fn hints() -> Hints {
    Hints::new(HOLDER, 0)
}

fn place(number: u16, node: u32) -> Place {
    let key = Key::new(&number.to_be_bytes()).unwrap();
    (key, NodeId(node))
}

fn cell(counter: u64) -> Siblings {
    let mut cell = Siblings::default();
    let actor = Actor::default();
    let value = Value::new(b"1").unwrap();
    let dot = Dot { actor, counter };
    cell.write(dot, VersionVector::default(), Some(value));
    cell
}

fn with<T>(now: Instant, act: impl FnOnce(&mut Outbox<'_>) -> T) -> (T, Vec<Effect>) {
    let mut effects = Vec::new();
    let done = act(&mut Outbox::new(HOLDER, now, &mut Zeros, &mut effects));
    (done, effects)
}

fn keep(hints: &mut Hints, place: &Place, counter: u64) {
    with(Instant::ZERO, |out| {
        hints.keep(place, &cell(counter), out.now, out);
    });
}

/// Which hints of which keys go to whom.
fn round(
    hints: &mut Hints,
    now: Instant,
    may_take: impl Fn(&Place) -> bool,
) -> Vec<(HintId, Place)> {
    let (_, effects) = with(now, |out| hints.round(STAGE, may_take, |_| None, out));
    let sent = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send {
            to,
            message: Message::HandOver { hint, key, .. },
        } => Some((hint, (key, to))),
        _ => None,
    });
    sent.collect()
}

#[test]
fn a_confirmation_is_for_what_was_sent() {
    let mut hints = hints();
    keep(&mut hints, &place(1, 1), 1);
    let [(first, _)] = round(&mut hints, Instant::ZERO, |_| true)[..] else {
        panic!("one hint, one message");
    };
    keep(&mut hints, &place(1, 1), 2);
    let late = |hints: &mut Hints, id| with(Instant::ZERO, |out| hints.confirmed(id, out)).0;
    assert_eq!(late(&mut hints, first), None, "more was kept since");
    let [(second, _)] = round(&mut hints, Instant::ZERO, |_| true)[..] else {
        panic!("it is sent again");
    };
    round(&mut hints, Instant::ZERO, |_| true);
    assert_eq!(
        late(&mut hints, second),
        Some(place(1, 1)),
        "an answer to an earlier round counts, too"
    );
    assert_eq!((hints.len(), hints.bytes), (0, 0));
}

#[test]
fn rounds_go_on_where_the_last_one_ended() {
    let mut hints = hints();
    let all = 3 * PER_ROUND / 2;
    for number in 0..all {
        keep(&mut hints, &place(number as u16, 1), 1);
    }
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let sent = round(&mut hints, Instant::ZERO, |_| true);
        assert_eq!(sent.len(), PER_ROUND);
        seen.extend(sent.into_iter().map(|(_, place)| place));
    }
    assert_eq!(seen.len(), all, "those behind have their turn");
}

#[test]
fn who_may_not_take_a_hint_is_sent_none() {
    let mut hints = hints();
    keep(&mut hints, &place(1, 1), 1);
    keep(&mut hints, &place(1, 2), 1);
    let sent = round(&mut hints, Instant::ZERO, |place| place.1 == NodeId(2));
    assert!(matches!(&sent[..], [(_, (_, NodeId(2)))]));
}

#[test]
fn an_orphan_goes_to_the_owners_and_ages_on() {
    let mut hints = hints();
    keep(&mut hints, &place(1, 1), 1);
    keep(&mut hints, &place(2, 2), 1);
    let orphans = hints.take_orphans(|_| vec![NodeId(2), NodeId(3)]);
    let [(orphan, siblings, since, owners)] = &orphans[..] else {
        panic!("{orphans:?}");
    };
    assert_eq!((orphan, siblings), (&place(1, 1), &cell(1)));
    assert_eq!(
        (*since, &owners[..]),
        (Instant::ZERO, &[NodeId(2), NodeId(3)][..])
    );
    assert_eq!(hints.len(), 1);
    let old = Instant::ZERO + HintSettings::DEFAULT.lifetime;
    let (expired, _) = with(old, |out| hints.round(STAGE, |_| true, |_| None, out));
    assert_eq!(expired, [place(2, 2)]);
    assert_eq!(hints.len(), 0);
}

#[test]
fn every_hint_names_by_an_actor_of_its_own() {
    let mut hints = hints();
    let (_, first) = hints.cell(&place(1, 1).0, NodeId(1));
    keep(&mut hints, &place(1, 1), 1);
    assert_eq!(hints.cell(&place(1, 1).0, NodeId(1)).1, first);
    let (_, second) = hints.cell(&place(1, 2).0, NodeId(2));
    assert_ne!(second, first);
    hints.forget(&place(1, 1));
    assert_ne!(hints.cell(&place(1, 1).0, NodeId(1)).1, first);
    let next_life = Hints::new(HOLDER, 1);
    let (_, third) = next_life.cell(&place(1, 1).0, NodeId(1));
    assert!(third != first && third != second);
}
