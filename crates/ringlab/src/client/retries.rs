//! How often and when a client asks again: after a wait that grows and is never quite the same, and
//! no more often than a small part of what it asks at all, so that a cluster in trouble is not
//! asked the more for it.

use std::time::Duration;

use crate::message::Random;
use crate::time::doubled;

/// Retries that a client may have saved up.
pub const RETRIES_SAVED_MAX: u32 = 10;
/// Wishes that earn one retry.
pub const WISHES_PER_RETRY: u32 = 10;
/// Doublings of the wait.
const DOUBLINGS_MAX: u32 = 6;

/// Whether and when a client asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often one wish is asked again at most; 0: never.
    pub per_wish_max: u32,
    /// The wait before the first time, doubled for each further one; half of it to all of it, by
    /// chance, so that many clients do not come back at once.
    pub after: Duration,
}

impl Retries {
    /// Every outcome goes to the end user.
    pub const NONE: Self = Self {
        per_wish_max: 0,
        after: Duration::ZERO,
    };
    /// A few round trips, then longer.
    pub const USUAL: Self = Self {
        per_wish_max: 4,
        after: Duration::from_millis(50),
    };

    /// How long to wait before the retry of this number, from 0.
    pub(super) fn wait(&self, retry: u32, rng: &mut dyn Random) -> Duration {
        let whole = doubled(self.after, retry.min(DOUBLINGS_MAX)).as_micros() as u64;
        let late = rng.next_u64() % (whole / 2 + 1);
        Duration::from_micros(whole - whole / 2 + late)
    }
}

/// The retries that a client has saved up, counted in wishes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    wishes: u32,
}

impl Budget {
    /// A wish earns a part of a retry.
    pub(super) fn earn(&mut self) {
        self.wishes = (self.wishes + 1).min(RETRIES_SAVED_MAX * WISHES_PER_RETRY);
    }

    /// Takes a retry, if there is one.
    pub(super) const fn spend(&mut self) -> bool {
        match self.wishes.checked_sub(WISHES_PER_RETRY) {
            Some(left) => {
                self.wishes = left;
                true
            }
            None => false,
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            wishes: RETRIES_SAVED_MAX * WISHES_PER_RETRY,
        }
    }
}
