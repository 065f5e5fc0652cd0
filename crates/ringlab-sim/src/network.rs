//! How long a message takes from node to node. It knows no messages, only their size.

use std::time::Duration;

use crate::random::Chance;

#[cfg(test)]
mod tests;

/// What a network is like; every link alike, no losses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkOptions {
    /// The quickest one-way delay.
    pub delay_least: Duration,
    /// On top of it, evenly from nothing to this.
    pub delay_jitter: Duration,
    /// One message in this many is held up.
    pub slow_one_in: u32,
    /// How much longer a message that is held up takes.
    pub slow_extra: Duration,
    /// Bytes of a link in a second.
    pub bytes_per_second: u64,
}

impl NetworkOptions {
    /// One data centre: 250 to 750 us one way, one message in 200 held up for 5 ms, 10 Gbit/s.
    pub const DATA_CENTRE: Self = Self {
        delay_least: Duration::from_micros(250),
        delay_jitter: Duration::from_micros(500),
        slow_one_in: 200,
        slow_extra: Duration::from_millis(5),
        bytes_per_second: 1_250_000_000,
    };

    /// Every message takes one millisecond: for tests that count steps.
    pub const STEADY: Self = Self {
        delay_least: Duration::from_millis(1),
        delay_jitter: Duration::ZERO,
        slow_one_in: u32::MAX,
        slow_extra: Duration::ZERO,
        bytes_per_second: u64::MAX,
    };

    /// How long a message of this size takes. Whole microseconds.
    pub fn delay(&self, bytes: u64, chance: &mut Chance) -> Duration {
        let jitter = chance.up_to(micros(self.delay_jitter));
        let held_up = chance.up_to(self.slow_one_in.saturating_sub(1)) == 0;
        let wire = bytes.saturating_mul(1_000_000) / self.bytes_per_second.max(1);
        self.delay_least
            + Duration::from_micros(u64::from(jitter) + wire)
            + if held_up {
                self.slow_extra
            } else {
                Duration::ZERO
            }
    }
}

fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}
