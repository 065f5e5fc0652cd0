//! Why a placement refuses.

use std::fmt;

use super::algorithm::Algorithm;
use crate::quoted::Quoted;
use crate::ring::{NodeName, RingError};

/// Why a placement refuses; it is as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementError {
    /// A name that no node can have.
    Name(RingError),
    /// A node of this name is there already.
    NameTaken(NodeName),
    /// No node of this name.
    UnknownNode(String),
    /// No algorithm of this name.
    UnknownAlgorithm(String),
    /// The algorithm cannot do this.
    Unable {
        /// Its name.
        algorithm: &'static str,
        /// What it cannot do, and why.
        what: &'static str,
    },
    /// A weight that the algorithm knows not.
    Weight {
        /// Its name.
        algorithm: &'static str,
        /// The weight asked for.
        weight: u32,
        /// The weights it knows.
        known: &'static str,
    },
    /// A topology that contradicts itself: what, and where.
    Topology(String),
    /// More than it can hold.
    Full {
        /// What there would be too many of.
        what: &'static str,
        /// The most there can be.
        limit: u64,
    },
}

impl fmt::Display for PlacementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => error.fmt(f),
            Self::NameTaken(name) => write!(f, "a node named {name} is there already"),
            Self::UnknownNode(name) => write!(f, "no node is named {}", Quoted(name)),
            Self::UnknownAlgorithm(name) => {
                let known = Algorithm::all()
                    .map(Algorithm::name)
                    .collect::<Vec<_>>()
                    .join(", ");
                write!(
                    f,
                    "no algorithm is named {}: there are {known}",
                    Quoted(name)
                )
            }
            Self::Unable { algorithm, what } => write!(f, "{algorithm} cannot {what}"),
            Self::Weight {
                algorithm,
                weight,
                known,
            } => write!(f, "{algorithm} knows no weight {weight}: {known}"),
            Self::Topology(what) => f.write_str(what),
            Self::Full { what, limit } => write!(f, "at most {limit} {what} are possible"),
        }
    }
}

impl std::error::Error for PlacementError {}

impl From<RingError> for PlacementError {
    fn from(error: RingError) -> Self {
        match error {
            RingError::NameTaken(name) => Self::NameTaken(name),
            other => Self::Name(other),
        }
    }
}
