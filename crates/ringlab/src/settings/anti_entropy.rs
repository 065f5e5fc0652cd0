//! How replicas find out that they differ. It knows no node.

use std::fmt;
use std::time::Duration;

use super::Setting;

/// Shortest time between two exchanges that a node begins.
pub const EXCHANGE_INTERVAL_MIN: Duration = Duration::from_millis(100);
/// Longest: Riak's hashtrees expire after a week.
pub const EXCHANGE_INTERVAL_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Usual: that of Garage and, within minutes, of Riak (8 minutes).
pub const EXCHANGE_INTERVAL: Duration = Duration::from_secs(10 * 60);
/// Most buckets of a tree: the segments of Riak's hashtree, and Cassandra's deepest tree.
pub const BUCKETS_MAX: u32 = 1 << 20;
/// Usual buckets: the width of one level of Riak's hashtree. A tree here covers what two nodes
/// share, not all that a node has.
pub const BUCKETS: u32 = 1 << 10;

/// How replicas find out that they differ: the same on every node, changed while it runs.
///
/// ```
/// use ringlab::settings::{AntiEntropy, BUCKETS_MAX, EXCHANGE_INTERVAL};
/// assert!(AntiEntropy::new(EXCHANGE_INTERVAL, 64).is_ok());
/// assert!(AntiEntropy::new(EXCHANGE_INTERVAL, 63).is_err(), "not a power of two");
/// assert!(AntiEntropy::new(EXCHANGE_INTERVAL, 2 * BUCKETS_MAX).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AntiEntropy {
    interval: Duration,
    buckets: BucketCount,
}

/// Buckets of a tree: a power of two, 1 to [`BUCKETS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BucketCount {
    exponent: u8,
}

/// Why a setting is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// A tree has a power of two of buckets, at most [`BUCKETS_MAX`].
    Buckets(u32),
    /// The time between exchanges is out of bounds.
    ExchangeInterval(Duration),
}

impl AntiEntropy {
    /// An exchange at every `interval`, with trees of so many buckets.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] when one of them is out of bounds.
    pub fn new(interval: Duration, buckets: u32) -> Result<Self, SettingsError> {
        if !(EXCHANGE_INTERVAL_MIN..=EXCHANGE_INTERVAL_MAX).contains(&interval) {
            return Err(SettingsError::ExchangeInterval(interval));
        }
        let buckets = BucketCount::new(buckets)?;
        Ok(Self { interval, buckets })
    }

    /// The usual.
    pub const DEFAULT: Self = Self {
        interval: EXCHANGE_INTERVAL,
        buckets: BucketCount {
            exponent: BUCKETS.trailing_zeros() as u8,
        },
    };

    /// What to choose for replicas to compare themselves like this; for `None`, not at all.
    ///
    /// ```
    /// use ringlab::settings::{AntiEntropy, Settings};
    /// let often = AntiEntropy::new(std::time::Duration::from_secs(1), 16)?;
    /// let settings = Settings::DEFAULT.with(&AntiEntropy::chosen(Some(often)))?;
    /// assert!(settings.compares && settings.anti_entropy == often);
    /// assert!(!settings.with(&AntiEntropy::chosen(None))?.compares);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn chosen(compared: Option<Self>) -> Vec<(Setting, u64)> {
        let Some(compared) = compared else {
            return vec![(Setting::AntiEntropy, 0)];
        };
        vec![
            (Setting::AntiEntropy, 1),
            (
                Setting::AntiEntropyInterval,
                compared.interval.as_millis() as u64,
            ),
            (Setting::BucketCount, compared.buckets.get().into()),
        ]
    }

    /// The same at another interval, within bounds.
    pub(super) const fn every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The same with so many buckets, which is a power of two within bounds.
    pub(super) const fn in_buckets(mut self, buckets: u32) -> Self {
        self.buckets.exponent = buckets.trailing_zeros() as u8;
        self
    }

    /// The time between two exchanges that a node begins.
    #[must_use]
    pub const fn interval(self) -> Duration {
        self.interval
    }

    /// How finely a difference is located.
    #[must_use]
    pub const fn buckets(self) -> BucketCount {
        self.buckets
    }
}

impl Default for AntiEntropy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl BucketCount {
    /// So many.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Buckets`] unless they are a power of two, at most [`BUCKETS_MAX`].
    pub const fn new(count: u32) -> Result<Self, SettingsError> {
        if !count.is_power_of_two() || count > BUCKETS_MAX {
            return Err(SettingsError::Buckets(count));
        }
        let exponent = count.trailing_zeros() as u8;
        Ok(Self { exponent })
    }

    /// How many.
    #[must_use]
    pub const fn get(self) -> u32 {
        1 << self.exponent
    }

    /// The power of two.
    #[must_use]
    pub const fn exponent(self) -> u8 {
        self.exponent
    }
}

impl Default for BucketCount {
    fn default() -> Self {
        let exponent = BUCKETS.trailing_zeros() as u8;
        Self { exponent }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Buckets(count) => write!(
                f,
                "{count} buckets: a tree has a power of two, 1 to {BUCKETS_MAX}"
            ),
            Self::ExchangeInterval(interval) => write!(
                f,
                "an exchange every {interval:?}: {EXCHANGE_INTERVAL_MIN:?} to \
                 {EXCHANGE_INTERVAL_MAX:?} are possible"
            ),
        }
    }
}

impl std::error::Error for SettingsError {}
