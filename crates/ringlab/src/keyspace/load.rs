//! How much: keys, requests and bytes, and how unevenly nodes share them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// Longest key, in bytes.
pub const KEY_BYTES_MAX: usize = 64 * 1024;

/// An amount of load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Distinct keys.
    pub keys: u64,
    /// Requests on them.
    pub requests: u64,
    /// Their size.
    pub bytes: u64,
}

/// How unevenly nodes share something; each node's amount is taken per unit of its weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unevenness {
    /// The largest over the mean: 1 is even.
    pub max_over_mean: f64,
    /// Standard deviation over the mean: 0 is even.
    pub coefficient_of_variation: f64,
    /// The amount that 99 of 100 nodes do not exceed, over the mean.
    pub p99_over_mean: f64,
}

/// Why a key cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
        }
    }
}

impl std::error::Error for KeyError {}
