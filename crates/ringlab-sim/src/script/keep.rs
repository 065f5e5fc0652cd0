//! Which steps of a script are done: a text such as `3,7-9,12`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The steps that are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All.
    All,
    /// These, by place.
    Only(BTreeSet<usize>),
}

/// Why a text does not name steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeepError {
    /// This is no number.
    NotANumber(String),
    /// This begins after it ends.
    Backwards(usize, usize),
    /// More steps than any script has.
    TooMany(usize),
}

/// More steps than a script has.
const STEPS_MAX: usize = 100_000;

impl Keep {
    /// Whether a step is done.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        match self {
            Self::All => true,
            Self::Only(places) => places.contains(&place),
        }
    }
}

impl FromStr for Keep {
    type Err = KeepError;

    fn from_str(text: &str) -> Result<Self, KeepError> {
        let number = |text: &str| {
            let number = text.trim().parse::<usize>();
            number.map_err(|_| KeepError::NotANumber(text.trim().to_owned()))
        };
        let mut places = BTreeSet::new();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let (first, last) = match part.split_once('-') {
                Some((first, last)) => (number(first)?, number(last)?),
                None => (number(part)?, number(part)?),
            };
            if first > last {
                return Err(KeepError::Backwards(first, last));
            }
            if last >= STEPS_MAX {
                return Err(KeepError::TooMany(last));
            }
            places.extend(first..=last);
        }
        Ok(Self::Only(places))
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Only(places) = self else {
            return f.write_str("all");
        };
        let mut runs = Vec::<(usize, usize)>::new();
        for &place in places {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == place => *last = place,
                _ => runs.push((place, place)),
            }
        }
        for (at, (first, last)) in runs.into_iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            if first == last {
                write!(f, "{comma}{first}")?;
            } else {
                write!(f, "{comma}{first}-{last}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for KeepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber(text) => write!(f, "`{text}` is not the number of a step"),
            Self::Backwards(first, last) => write!(f, "{first}-{last} begins after it ends"),
            Self::TooMany(last) => write!(f, "no script has a step {last}"),
        }
    }
}

impl std::error::Error for KeepError {}
