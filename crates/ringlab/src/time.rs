//! Time as the core knows it: a number that the caller gives. It knows no clock.
//!
//! Microseconds, because a round trip inside a data centre is shorter than a millisecond.

use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

/// A moment, in microseconds since the caller's own zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Instant(pub u64);

impl Instant {
    /// The caller's zero.
    pub const ZERO: Self = Self(0);

    /// How long after `earlier` this moment is; nothing when it is not after it.
    ///
    /// ```
    /// use ringlab::time::Instant;
    /// use std::time::Duration;
    /// assert_eq!(Instant(1_500).since(Instant(500)), Duration::from_millis(1));
    /// assert_eq!(Instant(500).since(Instant(1_500)), Duration::ZERO);
    /// ```
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// A span, doubled so many times: how long to wait before one asks again.
///
/// ```
/// use ringlab::time::doubled;
/// use std::time::Duration;
/// assert_eq!(doubled(Duration::from_secs(1), 3), Duration::from_secs(8));
/// ```
#[must_use]
pub fn doubled(span: Duration, times: u32) -> Duration {
    span.saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX))
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)),
        )
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, span: Duration) {
        *self = *self + span;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}
