//! What one request wants otherwise than the cluster, what it is refused for, and reads that ask
//! few replicas first.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::quorum::SizesError;
use crate::settings::{ReadRepair, Strictness};

fn five() -> Layout {
    let ring = Arc::new(Ring::with_nodes(4, (0..5).map(spec)).unwrap());
    Layout::settled(1, ring, SETTINGS.sizes())
}

fn get() -> Command {
    let key = Key::new(b"key").unwrap();
    Command::Get { key }
}

/// One coordinator, its settings, and what comes of its inputs at a moment.
struct Case {
    layout: Layout,
    settings: Settings,
    coordinator: Coordinator,
    now: Instant,
}

impl Case {
    fn of(settings: Settings) -> Self {
        Self {
            layout: five(),
            settings,
            coordinator: Coordinator::default(),
            now: Instant::ZERO,
        }
    }

    fn with(
        &mut self,
        act: impl FnOnce(&mut Coordinator, View<'_>, &mut Outbox<'_>),
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut zeros = Zeros;
        let out = &mut Outbox::new(STRANGER, self.now, &mut zeros, &mut effects);
        let view = View {
            layout: &self.layout,
            settings: &self.settings,
            health: &|_| Health::Up,
        };
        act(&mut self.coordinator, view, out);
        effects
    }

    fn begin(&mut self, number: u64, command: Command, options: Options) -> Vec<Effect> {
        let id = RequestId { number, leg: 0 };
        self.with(|coordinator, view, out| coordinator.begin(id, (command, options), view, out))
    }

    fn reply(&mut self, number: u64, from: NodeId, reply: Reply) -> Vec<Effect> {
        let id = RequestId { number, leg: 0 };
        self.with(|coordinator, _, out| coordinator.reply(from, id, reply, out))
    }

    /// Reads that all replicas answer, the fastest `fast` first.
    fn learn(&mut self, fast: u64) {
        for number in 0..20 {
            self.now = Instant(number * 1_000_000);
            let asked = asked(&self.begin(number, get(), Options::default()));
            for (place, node) in (1..).zip(asked) {
                self.now = Instant(number * 1_000_000 + place * fast);
                self.reply(number, node, Reply::Cell(cell()));
            }
        }
        assert_eq!(self.coordinator.len(), 0);
    }
}

fn asked(effects: &[Effect]) -> Vec<NodeId> {
    sends(effects.to_vec())
        .into_iter()
        .map(|(to, _)| to)
        .collect()
}

#[test]
fn sizes_out_of_their_bounds_are_refused_with_the_bound() {
    let options = Options::default;
    let rows = [
        (
            Options {
                n: Some(0),
                ..options()
            },
            SizesError::N { asked: 0, most: 3 },
        ),
        (
            Options {
                n: Some(4),
                ..options()
            },
            SizesError::N { asked: 4, most: 3 },
        ),
        (
            Options {
                r: Some(0),
                ..options()
            },
            SizesError::R { asked: 0, most: 3 },
        ),
        (
            Options {
                r: Some(4),
                ..options()
            },
            SizesError::R { asked: 4, most: 3 },
        ),
        (
            Options {
                w: Some(0),
                ..options()
            },
            SizesError::W { asked: 0, most: 3 },
        ),
        (
            Options {
                n: Some(2),
                w: Some(3),
                ..options()
            },
            SizesError::W { asked: 3, most: 2 },
        ),
    ];
    for (options, error) in rows {
        for command in [get(), put()] {
            let effects = Case::of(SETTINGS).begin(1, command, options);
            let refused = Outcome::Refused(Refusal::Sizes(error));
            assert_eq!(answer(&effects), Some(&refused), "{options:?}");
            assert_eq!(asked(&effects), []);
        }
    }
}

#[test]
fn a_request_asks_and_awaits_as_many_as_it_wants() {
    for (n, r) in [(3, 1), (3, 3), (2, 2), (1, 1), (2, 1)] {
        let options = Options {
            n: Some(n),
            r: Some(r),
            ..Options::default()
        };
        let mut case = Case::of(SETTINGS);
        let replicas = asked(&case.begin(1, get(), options));
        let list = case.layout.placement().replicas(get().key().token());
        assert_eq!(replicas, list[..n as usize]);
        for (counted, &node) in (1..).zip(&replicas) {
            let effects = case.reply(1, node, Reply::Cell(cell()));
            assert_eq!(answer(&effects).is_some(), counted == r, "{n} {r}");
        }
    }
}

/// The cluster is strict; one request is not, and neither knows of a change in between.
#[test]
fn a_request_goes_by_what_was_in_force_when_it_began() {
    let mut case = Case::of(SETTINGS);
    let sloppy = Options {
        strictness: Some(Strictness::Sloppy),
        read_repair: Some(ReadRepair::Blocking),
        ..Options::default()
    };
    case.begin(1, get(), sloppy);
    case.settings.strictness = Strictness::Strict;
    case.settings.fallback_patience = Duration::from_secs(9);
    let id = RequestId { number: 1, leg: 0 };
    let effects = case.with(|coordinator, view, out| coordinator.patience(id, view, out));
    let again = effects.iter().find_map(|effect| match effect {
        Effect::SetTimer {
            id: TimerId::Patience(_),
            at,
        } => Some(*at),
        _ => None,
    });
    assert_eq!(again, Some(Instant::ZERO + SETTINGS.fallback_patience));
    assert_eq!(asked(&effects).len(), 2, "both other nodes stand in");
}

#[test]
fn a_value_above_the_limit_is_refused_with_both_figures() {
    let mut settings = SETTINGS;
    settings.value_bytes_max = 4;
    let effects = Case::of(settings).begin(1, put(), Options::default());
    let refusal = Refusal::ValueTooLarge { bytes: 5, limit: 4 };
    assert_eq!(answer(&effects), Some(&Outcome::Refused(refusal)));
    settings.value_bytes_max = 5;
    let effects = Case::of(settings).begin(1, put(), Options::default());
    assert_eq!(answer(&effects), None);
}

#[test]
fn a_namer_that_takes_no_more_siblings_ends_the_write() {
    let mut case = Case::of(SETTINGS);
    let namer = asked(&case.begin(1, put(), Options::default()))[0];
    let refusal = Refusal::TooManySiblings {
        siblings: 4,
        limit: 3,
    };
    let stranger = case.reply(1, STRANGER, Reply::Refused(refusal));
    assert_eq!(answer(&stranger), None);
    let effects = case.reply(1, namer, Reply::Refused(refusal));
    assert_eq!(answer(&effects), Some(&Outcome::Refused(refusal)));
    assert_eq!(case.coordinator.len(), 0);
}

fn hedging() -> Case {
    let mut settings = SETTINGS;
    settings.hedge_percentile = 50;
    let mut case = Case::of(settings);
    case.learn(1_000);
    case
}

fn hedged(effects: &[Effect]) -> bool {
    let hedged = |effect: &Effect| matches!(effect, Effect::Observe(Event::Hedged { .. }));
    effects.iter().any(hedged)
}

#[test]
fn a_hedged_read_asks_the_fastest_and_the_others_only_when_they_are_late() {
    let mut case = hedging();
    case.now = Instant(100_000_000);
    let effects = case.begin(50, get(), Options::default());
    let list = case.layout.placement().replicas(get().key().token());
    assert_eq!(
        asked(&effects),
        list[..2],
        "these answered first every time"
    );
    let timer = effects.iter().find_map(|effect| match effect {
        Effect::SetTimer {
            id: TimerId::Hedge(_),
            at,
        } => Some(*at),
        _ => None,
    });
    assert_eq!(
        timer,
        Some(case.now + Duration::from_millis(2)),
        "the median"
    );
    case.reply(50, list[0], Reply::Cell(cell()));
    let id = RequestId { number: 50, leg: 0 };
    let late = case.with(|coordinator, _, out| coordinator.hedge(id, out));
    assert!(hedged(&late) && asked(&late) == list[2..]);
    let effects = case.reply(50, list[2], Reply::Cell(cell()));
    assert!(matches!(answer(&effects), Some(Outcome::Values(_))));
    case.reply(50, list[1], Reply::Cell(cell()));
    assert_eq!(case.coordinator.len(), 0);
}

#[test]
fn a_hedged_read_that_is_answered_in_time_asks_nobody_else() {
    for repair in [ReadRepair::Background, ReadRepair::Blocking] {
        let mut case = hedging();
        case.settings.read_repair = repair;
        let asked = asked(&case.begin(50, get(), Options::default()));
        assert_eq!(asked.len(), 2);
        case.reply(50, asked[0], Reply::Cell(cell()));
        let mut effects = case.reply(50, asked[1], Reply::Cell(Siblings::default()));
        if repair == ReadRepair::Blocking {
            assert_eq!(answer(&effects), None, "one does not know it yet");
            effects = case.reply(50, asked[1], Reply::Stored);
        }
        assert!(matches!(answer(&effects), Some(Outcome::Values(_))));
        let repaired = Event::Finished {
            request: RequestId { number: 50, leg: 0 },
            behind: match repair {
                ReadRepair::Background => vec![asked[1]],
                ReadRepair::Blocking => vec![],
            },
        };
        let finished = |effect: &Effect| matches!(effect, Effect::Observe(e) if *e == repaired);
        assert!(effects.iter().any(finished), "{effects:?}");
        assert_eq!(case.coordinator.len(), 0);
    }
}

#[test]
fn a_replica_that_declines_a_hedged_read_is_made_up_for_at_once() {
    let mut case = hedging();
    let first = asked(&case.begin(50, get(), Options::default()));
    let effects = case.reply(50, first[0], Reply::Declined);
    assert!(hedged(&effects));
    let all: BTreeSet<NodeId> = first.into_iter().chain(asked(&effects)).collect();
    assert_eq!(all.len(), 3);
}

#[test]
fn nobody_is_held_back_before_latencies_are_known_or_when_all_are_needed() {
    let mut settings = SETTINGS;
    settings.hedge_percentile = 50;
    let mut unknown = Case::of(settings);
    assert_eq!(asked(&unknown.begin(1, get(), Options::default())).len(), 3);
    let all = Options {
        r: Some(3),
        ..Options::default()
    };
    assert_eq!(asked(&hedging().begin(50, get(), all)).len(), 3);
}
