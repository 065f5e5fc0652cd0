//! How fast simulated time runs beside the wall's. It is pure: the caller brings both times.
//!
//! A change of membership may last a millisecond or an hour of simulated time. Here it always
//! takes a few seconds of the wall's, so that it can be watched: the pace follows what remains. A
//! request answers at once at the normal pace, and step by step before the eyes at the slow one.

use std::time::Duration;

use ringlab_sim::protocol::{Snapshot, StepKind, Trace};

#[cfg(test)]
mod tests;

/// How fast a person wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Four times slower.
    Slow,
    /// A change lasts about four seconds.
    #[default]
    Normal,
    /// Four times faster.
    Fast,
}

/// Wall time of one change at the normal pace.
const CHANGE_MS: f64 = 4_000.0;
/// The last part of a change is never stretched longer than this: its estimate shrinks for ever.
const CHANGE_END_MS: f64 = 100.0;
/// A frame that came late does not run a jump ahead.
const FRAME_MS_MAX: f64 = 100.0;
/// A request for which nothing has happened for so long waits for someone who may not answer.
const WAITS_LONG: Duration = Duration::from_millis(5);
/// Replies that never come stop being waited for this long after the answer.
const LATE_REPLIES_MAX: Duration = Duration::from_millis(50);

impl Pace {
    /// All of them, slowest first.
    pub const ALL: [Self; 3] = [Self::Slow, Self::Normal, Self::Fast];

    const fn factor(self) -> f64 {
        match self {
            Self::Slow => 0.25,
            Self::Normal => 1.0,
            Self::Fast => 4.0,
        }
    }

    /// The same while something is wrong, and nodes find out in seconds.
    const fn uneasy_micros_per_ms(self) -> f64 {
        match self {
            Self::Slow => 500.0,
            Self::Normal => 2_000.0,
            Self::Fast => 10_000.0,
        }
    }

    /// Simulated microseconds in a millisecond of the wall's while only a request is under way: one
    /// of two milliseconds lasts four seconds, an eighth of one, or two frames.
    const fn request_micros_per_ms(self) -> f64 {
        match self {
            Self::Slow => 0.5,
            Self::Normal => 16.0,
            Self::Fast => 64.0,
        }
    }
}

/// What moves in the world, as far as the page knows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Motion {
    /// Version and time left of the transfer under way.
    pub transfer: Option<(u64, Duration)>,
    /// A request, or a change that waits, is under way.
    pub pending: bool,
    /// Something is wrong, or not yet put right again.
    pub is_uneasy: bool,
    /// A request waits, and nothing has happened to it for long.
    pub waits_long: bool,
}

/// Turns frames of the wall into spans of simulated time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metronome {
    version: Option<u64>,
    shown_ms: f64,
}

impl Motion {
    /// Whether simulated time has to run at all.
    #[must_use]
    pub const fn is_moving(&self) -> bool {
        self.transfer.is_some() || self.pending || self.is_uneasy
    }

    /// From the transfer, the changes that wait and the last request at `now`.
    #[must_use]
    pub fn of(snapshot: &Snapshot, trace: Option<&Trace>) -> Self {
        // A change that waits for someone who does not answer has no end to be paced to.
        let (transfer, stalled) = match &snapshot.transfer {
            Some(transfer) if transfer.is_stalled => (None, true),
            transfer => (transfer.as_ref(), false),
        };
        let pending = trace.filter(|trace| is_pending(trace, snapshot.now));
        let last = pending.and_then(|trace| trace.steps.last());
        Self {
            transfer: transfer.map(|transfer| (transfer.version, transfer.remaining)),
            pending: snapshot.waiting > 0 || pending.is_some(),
            is_uneasy: snapshot.is_uneasy || stalled,
            waits_long: last.is_some_and(|step| snapshot.now.since(step.at) > WAITS_LONG),
        }
    }
}

impl Metronome {
    /// The simulated time to run for a frame that lasted `frame_ms`.
    pub fn tick(&mut self, frame_ms: f64, pace: Pace, motion: Motion) -> Duration {
        let frame_ms = frame_ms.clamp(0.0, FRAME_MS_MAX);
        let Some((version, remaining)) = motion.transfer else {
            self.version = None;
            let is_watched = motion.pending && !motion.waits_long;
            let micros_per_ms = if motion.is_uneasy && !is_watched {
                pace.uneasy_micros_per_ms()
            } else {
                pace.request_micros_per_ms()
            };
            return Duration::from_micros((frame_ms * micros_per_ms).ceil() as u64);
        };
        let frame_ms = frame_ms * pace.factor();
        if self.version != Some(version) {
            *self = Self {
                version: Some(version),
                shown_ms: 0.0,
            };
        }
        let left_ms = (CHANGE_MS - self.shown_ms).max(CHANGE_END_MS);
        self.shown_ms += frame_ms;
        let micros = remaining.as_micros() as f64 * frame_ms / left_ms;
        Duration::from_micros(micros.ceil().max(1.0) as u64)
    }
}

fn is_pending(trace: &Trace, now: ringlab::time::Instant) -> bool {
    let Some(answered) = trace
        .steps
        .iter()
        .rfind(|step| step.what == StepKind::Answer)
    else {
        return true;
    };
    let (mut asked, mut replied) = (0, 0);
    for step in &trace.steps {
        match &step.what {
            StepKind::Ask { replicas, .. } => asked += replicas.len(),
            StepKind::Reply { .. } | StepKind::Late { .. } => replied += 1,
            StepKind::Fallbacks(fallbacks) => asked += fallbacks.len(),
            StepKind::Coordinate { .. }
            | StepKind::Hedge
            | StepKind::Quorum
            | StepKind::Repaired(_)
            | StepKind::Answer => {}
        }
    }
    replied < asked && now.since(answered.at) < LATE_REPLIES_MAX
}
