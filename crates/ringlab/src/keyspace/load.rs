//! How much: keys, requests and bytes, and how unevenly nodes share them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use crate::ring::Weight;
use crate::sorted::sort_by;

/// Longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 64 * 1024;
/// Most requests, and most bytes, of all keys of a population together: 2^60. Times the largest
/// number of replicas it still is a 64-bit number, so no sum of loads overflows.
pub const LOAD_MAX: u64 = 1 << 60;

/// An amount of load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Load {
    /// Distinct keys.
    pub keys: u64,
    /// Requests on them.
    pub requests: u64,
    /// Their size.
    pub bytes: u64,
}

/// How unevenly nodes share something; each node's amount is taken per unit of its weight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unevenness {
    /// The largest over the mean: 1 is even.
    pub max_over_mean: f64,
    /// Standard deviation over the mean: 0 is even.
    pub coefficient_of_variation: f64,
    /// The amount that 99 of 100 nodes do not exceed, over the mean.
    pub p99_over_mean: f64,
}

/// Why a key cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum KeyError {
    /// A key needs a byte.
    Empty,
    /// Longer than [`KEY_BYTES_MAX`].
    TooLong {
        /// Its length.
        bytes: u64,
    },
    /// The population is full.
    TooMany {
        /// Its largest number of distinct keys.
        limit: u64,
    },
    /// The keys of the population together are too long.
    TooManyBytes {
        /// Most bytes of all keys.
        limit: u64,
    },
    /// All requests, or all bytes, of the population would be more than [`LOAD_MAX`].
    TooMuchLoad {
        /// That limit.
        limit: u64,
    },
}

impl Unevenness {
    /// Nobody has more than another.
    pub const EVEN: Self = Self {
        max_over_mean: 1.0,
        coefficient_of_variation: 0.0,
        p99_over_mean: 1.0,
    };

    /// Of amounts, each taken per unit of its weight against that of all together, so that the mean
    /// is a fair share; weight 0 takes no part. Even when there is nothing to share. Sums go in the order given, with operations that IEEE 754 defines to the
    /// last bit, so every platform gives the same numbers. O(n log n).
    ///
    /// ```
    /// use ringlab::keyspace::Unevenness;
    /// use ringlab::ring::Weight;
    /// let twice = Weight::from_thousandths(2_000)?;
    /// assert_eq!(Unevenness::of([(20, twice), (10, Weight::ONE)]), Unevenness::EVEN);
    /// assert_eq!(Unevenness::of([(15, Weight::ONE), (5, Weight::ONE)]).max_over_mean, 1.5);
    /// // Of 30, one third is fair for the lighter node; it has two thirds.
    /// assert_eq!(Unevenness::of([(10, twice), (20, Weight::ONE)]).max_over_mean, 2.0);
    /// # Ok::<(), ringlab::ring::RingError>(())
    /// ```
    #[must_use]
    pub fn of(shares: impl IntoIterator<Item = (u64, Weight)>) -> Self {
        let weighed: Vec<(f64, f64)> = shares
            .into_iter()
            .filter(|(_, weight)| *weight != Weight::ZERO)
            .map(|(amount, weight)| (amount as f64, f64::from(weight.thousandths()) / 1_000.0))
            .collect();
        let weights: f64 = weighed.iter().map(|(_, weight)| weight).sum();
        let mean = weighed.iter().map(|(amount, _)| amount).sum::<f64>() / weights;
        if weighed.is_empty() || mean == 0.0 {
            return Self::EVEN;
        }
        let per_weight = |&(amount, weight): &(f64, f64)| amount / weight;
        // Not `powi`, whose last bit is not defined.
        let square = |share: &(f64, f64)| {
            let from_mean = per_weight(share) - mean;
            from_mean * from_mean * share.1
        };
        let squares: f64 = weighed.iter().map(square).sum();
        let mut amounts: Vec<f64> = weighed.iter().map(per_weight).collect();
        sort_by(&mut amounts, f64::total_cmp);
        let within_p99 = (amounts.len() * 99).div_ceil(100) - 1;
        Self {
            max_over_mean: amounts[amounts.len() - 1] / mean,
            coefficient_of_variation: (squares / weights).sqrt() / mean,
            p99_over_mean: amounts[within_p99] / mean,
        }
    }
}

impl Add for Load {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            keys: self.keys + other.keys,
            requests: self.requests + other.requests,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl Sub for Load {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            keys: self.keys - other.keys,
            requests: self.requests - other.requests,
            bytes: self.bytes - other.bytes,
        }
    }
}

impl AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Load {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Load {
    fn sum<I: Iterator<Item = Self>>(loads: I) -> Self {
        loads.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the key is empty"),
            Self::TooLong { bytes } => {
                write!(f, "the key has {bytes} bytes; {KEY_BYTES_MAX} are the most")
            }
            Self::TooMany { limit } => write!(f, "more than {limit} keys"),
            Self::TooManyBytes { limit } => {
                write!(f, "the keys together have more than {limit} bytes")
            }
            Self::TooMuchLoad { limit } => write!(
                f,
                "all requests or bytes together would be more than {limit}"
            ),
        }
    }
}

impl std::error::Error for KeyError {}
