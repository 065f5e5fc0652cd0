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
        hints.keep(place, &cell(counter), Duration::ZERO, out);
    });
}

/// Which hints of which keys go to whom.
fn round(
    hints: &mut Hints,
    now: Instant,
    may_take: impl Fn(&Place) -> bool,
) -> Vec<(HintId, Place)> {
    let receivers = |place: &Place| Vec::from_iter(may_take(place).then_some(place.1));
    let (_, effects) = with(now, |out| hints.round(STAGE, receivers, |_| vec![], out));
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
    let owners = |_: &Key| vec![NodeId(1)];
    let late = |hints: &mut Hints, id| {
        with(Instant::ZERO, |out| {
            hints.confirmed((NodeId(1), id), owners, out)
        })
        .0
    };
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
    let owners = [NodeId(2), NodeId(3), HOLDER];
    let of = |_: &Key| owners.to_vec();
    let own = hints.own_orphans(of);
    let [(id, key, siblings)] = &own[..] else {
        panic!("{own:?}");
    };
    assert_eq!((key, siblings), (&place(1, 1).0, &cell(1)));
    let confirmed = |hints: &mut Hints, from| {
        with(Instant::ZERO, |out| hints.confirmed((from, *id), of, out)).0
    };
    let sent = |hints: &mut Hints| {
        let (_, effects) = with(Instant::ZERO, |out| {
            hints.round(
                STAGE,
                |(_, node)| {
                    if *node == NodeId(1) {
                        owners[..2].to_vec()
                    } else {
                        vec![]
                    }
                },
                |_| vec![],
                out,
            )
        });
        receivers_of(effects)
    };
    assert_eq!(confirmed(&mut hints, HOLDER), None);
    assert_eq!(hints.own_orphans(of), []);
    assert_eq!(sent(&mut hints), [NodeId(2), NodeId(3)]);
    assert_eq!(confirmed(&mut hints, NodeId(2)), None);
    assert_eq!(confirmed(&mut hints, NodeId(7)), None, "no owner");
    assert_eq!(sent(&mut hints), [NodeId(3)]);
    // It is one hint all the time, however many own its key.
    assert_eq!(hints.len(), 2);
    hints.forget_owners();
    assert_eq!(sent(&mut hints), [NodeId(2), NodeId(3)]);
    for owner in [HOLDER, NodeId(2)] {
        assert_eq!(confirmed(&mut hints, owner), None);
    }
    assert_eq!(confirmed(&mut hints, NodeId(3)), Some(place(1, 1)));
    assert_eq!(hints.len(), 1);
    let old = Instant::ZERO + HintSettings::DEFAULT.lifetime;
    let (expired, _) = with(old, |out| hints.round(STAGE, |_| vec![], |_| vec![], out));
    assert_eq!(expired, [place(2, 2)]);
    assert_eq!(hints.len(), 0);
}

/// What an owner had as an orphan's is no confirmation once the replica owns the key again.
#[test]
fn an_orphan_no_more_waits_for_its_replica() {
    let mut hints = hints();
    keep(&mut hints, &place(1, 1), 1);
    let id = *hints.ids.first_key_value().unwrap().0;
    let confirmed = |hints: &mut Hints, from, owners: &[NodeId]| {
        with(Instant::ZERO, |out| {
            hints.confirmed((from, id), |_| owners.to_vec(), out)
        })
        .0
    };
    for owners in [&[NodeId(1), NodeId(2)][..], &[]] {
        assert_eq!(confirmed(&mut hints, NodeId(2), owners), None);
    }
    with(Instant::ZERO, |out| {
        hints.round(STAGE, |_| vec![], |_| vec![NodeId(5)], out)
    });
    assert_eq!(
        confirmed(&mut hints, NodeId(5), &[NodeId(1)]),
        Some(place(1, 1)),
        "the heir has it"
    );
    keep(&mut hints, &place(1, 1), 1);
    let id = *hints.ids.first_key_value().unwrap().0;
    with(Instant::ZERO, |out| {
        let heirs = |_: &Place| vec![NodeId(5), NodeId(6)];
        hints.round(STAGE, |_| vec![], heirs, out)
    });
    let mut confirmed = |from| {
        let owners = |_: &Key| vec![NodeId(1)];
        with(Instant::ZERO, |out| {
            hints.confirmed((from, id), owners, out)
        })
        .0
    };
    assert_eq!(confirmed(NodeId(5)), None, "the other heir may lack it");
    assert_eq!(confirmed(NodeId(6)), Some(place(1, 1)));
}

/// Who keeps a hint is not asked again, and whoever is no heir any more is not waited for.
#[test]
fn heirs_that_keep_a_hint_are_left_alone() {
    let mut hints = hints();
    keep(&mut hints, &place(1, 1), 1);
    let id = *hints.ids.first_key_value().unwrap().0;
    let round = |hints: &mut Hints, heirs: &[u32]| {
        let heirs: Vec<NodeId> = heirs.iter().copied().map(NodeId).collect();
        let heirs = |_: &Place| heirs.clone();
        let round = with(Instant::ZERO, |out| {
            hints.round(STAGE, |_| vec![], heirs, out)
        });
        (round.0, receivers_of(round.1))
    };
    let (gone, asked) = round(&mut hints, &[5, 6]);
    assert_eq!((gone, asked), (vec![], vec![NodeId(5), NodeId(6)]));
    let confirmed = with(Instant::ZERO, |out| {
        hints.confirmed((NodeId(5), id), |_| vec![NodeId(1)], out)
    });
    assert_eq!(confirmed.0, None);
    assert_eq!(round(&mut hints, &[5, 6]), (vec![], vec![NodeId(6)]));
    assert_eq!(round(&mut hints, &[5]), (vec![place(1, 1)], vec![]));
    assert_eq!(hints.len(), 0);
}

fn receivers_of(effects: Vec<Effect>) -> Vec<NodeId> {
    let sent = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send { to, .. } => Some(to),
        _ => None,
    });
    sent.collect()
}

/// Whose clock a holder or an heir goes by, and at what it stands, changes nothing.
#[test]
fn a_hint_ages_over_restarts_and_heirs() {
    let lifetime = HintSettings::DEFAULT.lifetime;
    let expired =
        |hints: &mut Hints, now| with(now, |out| hints.round(STAGE, |_| vec![], |_| vec![], out)).0;
    let mut first = hints();
    keep(&mut first, &place(1, 1), 1);
    let half = Instant::ZERO + lifetime / 2;
    let kept = |hints: &Hints, now| {
        let all = hints.all(now).map(|(place, kept)| (place.clone(), kept));
        all.collect::<LongMap<_, _>>()
    };
    for begins in [Instant::ZERO, Instant(7), Instant(u64::MAX / 2)] {
        let mut second = Hints::new(HOLDER, 1);
        second.restore(kept(&first, half));
        with(begins, |out| second.begin(out));
        assert_eq!(
            expired(
                &mut second,
                begins + (lifetime / 2 - Duration::from_micros(1))
            ),
            []
        );
        assert_eq!(kept(&second, begins), kept(&first, half));
        assert_eq!(expired(&mut second, begins + lifetime / 2), [place(1, 1)]);
    }
    let (_, effects) = with(half, |out| {
        first.round(STAGE, |_| vec![], |_| vec![NodeId(3)], out)
    });
    let told = effects.into_iter().find_map(|effect| match effect {
        Effect::Send {
            message: Message::HandOver { siblings, age, .. },
            ..
        } => Some((siblings, age)),
        _ => None,
    });
    let (siblings, age) = told.expect("the heir is told");
    let mut heir = Hints::new(NodeId(3), 0);
    keep(&mut heir, &place(1, 1), 2);
    with(Instant(9), |out| {
        heir.keep(&place(1, 1), &siblings, age, out)
    });
    assert_eq!(expired(&mut heir, Instant(8) + lifetime / 2), []);
    assert_eq!(expired(&mut heir, Instant(9) + lifetime / 2), [place(1, 1)]);
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
