//! How long a message takes from node to node, and whether it comes at all. It knows no messages,
//! only their size and who sends to whom.

mod trouble;

use std::time::Duration;

use ringlab::sorted::SortedMap;
use ringlab::time::Instant;

use crate::random::Chance;

pub use trouble::{End, Trouble, Ways};

#[cfg(test)]
mod tests;

/// What a network is like when nothing is wrong; every link alike.
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

/// The ways between all ends, and what is wrong with them now.
#[derive(Clone, Debug)]
pub struct Network {
    options: NetworkOptions,
    /// By the number of the fault that brought it.
    troubles: SortedMap<u32, Trouble>,
    seen: NetworkFaultsSeen,
}

/// What has gone wrong so far, in messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NetworkFaultsSeen {
    /// Lost by chance.
    pub lost: u64,
    /// Sent into a way that was cut.
    pub cut: u64,
    /// Dropped, for other bytes came than were sent.
    pub spoilt: u64,
    /// Came twice.
    pub doubled: u64,
    /// Took longer than usual.
    pub late: u64,
}

/// After what time a message comes: never, once or twice.
pub type Arrivals = [Option<Duration>; 2];

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

impl Network {
    /// A network without trouble.
    #[must_use]
    pub fn new(options: NetworkOptions) -> Self {
        Self {
            options,
            troubles: SortedMap::new(),
            seen: NetworkFaultsSeen::default(),
        }
    }

    /// From now on this is wrong, until [`Network::ends`] is told the same number.
    pub fn begins(&mut self, number: u32, trouble: Trouble) {
        self.troubles.insert(number, trouble);
    }

    /// The trouble of this number is over.
    pub fn ends(&mut self, number: u32) {
        self.troubles.remove(&number);
    }

    /// All trouble is over.
    pub fn heal(&mut self) {
        self.troubles.clear();
    }

    /// What has gone wrong so far.
    #[must_use]
    pub const fn seen(&self) -> NetworkFaultsSeen {
        self.seen
    }

    /// When a message that is sent now arrives. Draws from `chance` what a healthy network draws,
    /// then what each trouble on its way does. O(troubles).
    pub fn arrivals(
        &mut self,
        (from, to): (End, End),
        bytes: u64,
        now: Instant,
        chance: &mut Chance,
    ) -> Arrivals {
        let usual = self.options.delay(bytes, chance);
        let mut delay = usual;
        let mut copies = 1;
        let seen = &mut self.seen;
        for trouble in self.troubles.values() {
            let hits = |ways: &Ways, one_in: u32, chance: &mut Chance| {
                ways.have(from, to) && chance.up_to(one_in.saturating_sub(1)) == 0
            };
            match trouble {
                Trouble::Loses { ways, one_in } if hits(ways, *one_in, chance) => {
                    seen.lost += 1;
                    copies = 0;
                }
                Trouble::Spoils { ways, one_in } if hits(ways, *one_in, chance) => {
                    seen.spoilt += 1;
                    copies = 0;
                }
                Trouble::Doubles { ways, one_in } if hits(ways, *one_in, chance) => {
                    seen.doubled += 1;
                    copies *= 2;
                }
                Trouble::Delays {
                    ways,
                    one_in,
                    extra,
                } if hits(ways, *one_in, chance) => {
                    seen.late += 1;
                    delay += Duration::from_micros(chance.up_to(micros(*extra)).into());
                }
                Trouble::Slows { ways, times } if ways.have(from, to) => {
                    seen.late += 1;
                    delay += usual * times.saturating_sub(1);
                }
                Trouble::Clogs { ways, until } if ways.have(from, to) => {
                    seen.late += 1;
                    delay += until.since(now);
                }
                Trouble::Cuts(cut) => {
                    if let (End::Node(from), End::Node(to)) = (from, to)
                        && cut.contains(&(from, to))
                    {
                        seen.cut += 1;
                        copies = 0;
                    }
                }
                _ => {}
            }
        }
        match copies {
            0 => [None, None],
            1 => [Some(delay), None],
            _ => {
                let again = self.options.delay(bytes, chance);
                [Some(delay), Some(delay + again)]
            }
        }
    }
}

fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}
