//! A node's clock, which need not agree with the world's. It knows no node.

use std::time::Duration;

use ringlab::time::Instant;

/// What drift is a part of: so many of a million.
const MILLION: i64 = 1_000_000;
/// The fastest and slowest drift, in parts of a million: a clock neither stops nor goes back by it.
pub const DRIFT_MAX: i32 = 500_000;

/// How a node's clock goes. At first as the world's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// How far ahead of the world's it was at `since`, in microseconds.
    ahead: i64,
    /// How much faster it goes, in parts of a million.
    drift: i32,
    since: Instant,
    strobe: Option<Strobe>,
}

/// A clock that goes to and fro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strobe {
    /// How long it is right, then how long it is wrong.
    pub every: Duration,
    /// How far ahead it then is.
    pub by: Duration,
}

impl Clock {
    /// What it shows.
    #[must_use]
    pub fn read(&self, world: Instant) -> Instant {
        let strobe = self.strobe.map_or(0, |strobe| {
            let every = strobe.every.as_micros().max(1) as u64;
            let wrong = (world.0 / every) % 2 == 1;
            i64::from(wrong) * strobe.by.as_micros() as i64
        });
        world_plus(world, self.ahead_at(world) + strobe)
    }

    /// When in the world it will show a moment, if nothing about it changes; its strobe aside.
    #[must_use]
    pub fn when(&self, shown: Instant) -> Instant {
        // At `since` it was `ahead` ahead; from there on it goes (1 + drift) times as fast.
        let base = world_plus(self.since, self.ahead);
        let left = shown.0.saturating_sub(base.0);
        let speed = (MILLION + i64::from(self.drift)) as u128;
        let micros = (u128::from(left) * MILLION as u128).div_ceil(speed);
        let due = self.since + Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
        if shown < base { self.since } else { due }
    }

    /// Goes ahead by so many microseconds, or back.
    pub fn jump(&mut self, now: Instant, micros: i64) {
        self.ahead = self.ahead_at(now).saturating_add(micros);
        self.since = now;
    }

    /// Goes faster or slower from now on, within [`DRIFT_MAX`].
    pub fn set_drift(&mut self, now: Instant, parts_per_million: i32) {
        self.ahead = self.ahead_at(now);
        self.since = now;
        self.drift = parts_per_million.clamp(-DRIFT_MAX, DRIFT_MAX);
    }

    /// Goes to and fro from now on, or no longer.
    pub const fn set_strobe(&mut self, strobe: Option<Strobe>) {
        self.strobe = strobe;
    }

    fn ahead_at(&self, world: Instant) -> i64 {
        let passed = world.since(self.since).as_micros() as i128;
        // Downwards, also when it goes slower: else it would show a moment before it is due.
        let gained = (passed * i128::from(self.drift)).div_euclid(i128::from(MILLION));
        self.ahead.saturating_add(gained as i64)
    }
}

fn world_plus(world: Instant, micros: i64) -> Instant {
    Instant(world.0.saturating_add_signed(micros))
}

#[cfg(test)]
mod tests;
