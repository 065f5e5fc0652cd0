//! A change lasts about four seconds whatever it moves.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::hash::Token;
use ringlab::ring::NodeId;
use ringlab::time::Instant;
use ringlab_sim::protocol::{Request, Step, User};

use super::*;

/// Wall milliseconds until a transfer of `length` is through, at 60 frames a second.
fn wall_ms(length: Duration, pace: Pace) -> f64 {
    const FRAME_MS: f64 = 1_000.0 / 60.0;
    let mut metronome = Metronome::default();
    let mut left = length;
    let mut shown_ms = 0.0;
    while !left.is_zero() {
        let motion = Motion {
            transfer: Some((2, left)),
            ..Motion::default()
        };
        left = left.saturating_sub(metronome.tick(FRAME_MS, pace, motion));
        shown_ms += FRAME_MS;
        assert!(shown_ms < 60_000.0, "{length:?} does not end");
    }
    shown_ms
}

#[test]
fn a_change_lasts_about_four_seconds() {
    for length in [
        Duration::from_millis(40),
        Duration::from_secs(3),
        Duration::from_secs(7_200),
    ] {
        let normal = wall_ms(length, Pace::Normal);
        assert!(
            (3_000.0..8_000.0).contains(&normal),
            "{length:?}: {normal} ms"
        );
        let fast = wall_ms(length, Pace::Fast);
        assert!(
            (700.0..2_500.0).contains(&fast),
            "{length:?} fast: {fast} ms"
        );
    }
}

#[test]
fn a_late_frame_does_not_jump() {
    let motion = Motion {
        transfer: Some((2, Duration::from_secs(40))),
        ..Motion::default()
    };
    let jump = Metronome::default().tick(30_000.0, Pace::Normal, motion);
    assert!(jump <= Duration::from_secs(1), "{jump:?}");
}

#[test]
fn a_request_answers_at_once_or_step_by_step() {
    // What a put takes in a data centre: it reads, then it writes.
    const PUT: Duration = Duration::from_millis(4);
    let motion = Motion {
        pending: true,
        ..Motion::default()
    };
    let frames = |pace| {
        let frame = Metronome::default().tick(16.0, pace, motion);
        PUT.as_micros().div_ceil(frame.as_micros())
    };
    assert!(frames(Pace::Fast) <= 10);
    assert!(frames(Pace::Normal) <= 20, "a few hundred milliseconds");
    assert!(frames(Pace::Slow) > 200, "slow enough to be read");
}

fn at(now: u64) -> Snapshot {
    Snapshot {
        now: Instant(now),
        ..Snapshot::default()
    }
}

#[test]
fn while_something_is_wrong_seconds_pass_and_a_request_is_still_seen() {
    let uneasy = Motion {
        is_uneasy: true,
        ..Motion::default()
    };
    assert!(uneasy.is_moving());
    let in_a_second = |motion| {
        let mut metronome = Metronome::default();
        let frames = (0..60).map(|_| metronome.tick(1_000.0 / 60.0, Pace::Normal, motion));
        frames.sum::<Duration>()
    };
    assert!(in_a_second(uneasy) >= Duration::from_secs(1));
    let asked = Motion {
        pending: true,
        ..uneasy
    };
    assert!(in_a_second(asked) < Duration::from_millis(100));
    let waiting = Motion {
        waits_long: true,
        ..asked
    };
    assert!(
        in_a_second(waiting) >= Duration::from_secs(1),
        "for its deadline"
    );
}

#[test]
fn a_trace_is_pending_until_every_replica_replied() {
    let step = |at: u64, what: StepKind| Step {
        at: Instant(at),
        what,
    };
    let mut trace = Trace {
        user: User::Ada,
        fallbacks: Vec::new(),
        id: 1,
        request: Request::Get { key: b"k".to_vec() },
        token: Token(1),
        coordinator: NodeId(1),
        steps: vec![step(
            0,
            StepKind::Ask {
                replicas: vec![NodeId(1), NodeId(2)],
                needed: 1,
            },
        )],
        answer: None,
    };
    let pending = |trace: &Trace, now| Motion::of(&at(now), Some(trace)).pending;
    assert!(pending(&trace, 10));
    let reply = StepKind::Reply {
        from: NodeId(1),
        counted: 1,
        needed: 1,
    };
    trace
        .steps
        .extend([step(20, reply), step(21, StepKind::Answer)]);
    assert!(pending(&trace, 30), "a reply is still to come");
    assert!(!pending(&trace, 60_000), "it is not waited for without end");
    trace
        .steps
        .push(step(40, StepKind::Late { from: NodeId(2) }));
    assert!(!pending(&trace, 50));
}
