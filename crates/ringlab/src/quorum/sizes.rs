//! N, R and W as an operator or a request chooses them, and what follows from the three numbers
//! alone. It knows no node.

use std::fmt;

use crate::ring::{REPLICAS_MAX, Replication};

/// How many nodes hold a key and how many of their replies are enough: a part of every layout
/// version, so that a change of it is carried out like one of the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sizes {
    /// N, and how the replicas are spread.
    pub replication: Replication,
    /// Replies that a read waits for; where fewer nodes hold a key, all of them.
    pub r: u32,
    /// Acknowledgements that a write waits for; where fewer nodes hold a key, all of them.
    pub w: u32,
}

/// Which of N, R and W is out of its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SizesError {
    /// N.
    N {
        /// What is asked for.
        asked: u32,
        /// The most there can be.
        most: u32,
    },
    /// R.
    R {
        /// What is asked for.
        asked: u32,
        /// N.
        most: u32,
    },
    /// W.
    W {
        /// What is asked for.
        asked: u32,
        /// N.
        most: u32,
    },
}

impl Sizes {
    /// Makes sure that N is 1 to [`REPLICAS_MAX`], and R and W are 1 to N.
    ///
    /// # Errors
    ///
    /// [`SizesError`]: the first of them that is not.
    pub const fn check(&self) -> Result<(), SizesError> {
        let (n, most) = (self.replication.n, REPLICAS_MAX as u32);
        if n == 0 || n > most {
            Err(SizesError::N { asked: n, most })
        } else if self.r == 0 || self.r > n {
            Err(SizesError::R {
                asked: self.r,
                most: n,
            })
        } else if self.w == 0 || self.w > n {
            Err(SizesError::W {
                asked: self.w,
                most: n,
            })
        } else {
            Ok(())
        }
    }

    /// The same where only so many nodes store.
    #[must_use]
    pub fn among(mut self, nodes: usize) -> Self {
        let n = (self.replication.nodes_wanted() as u32).min(nodes as u32);
        self.replication.n = n;
        self.r = self.r.min(n).max(1);
        self.w = self.w.min(n).max(1);
        self
    }

    /// Whether every read meets every write: R + W > N.
    #[must_use]
    pub const fn intersect(&self) -> bool {
        self.r + self.w > self.replication.n
    }

    /// Whether reads by `self` meet the writes that `before` acknowledged once those who take the
    /// place of others have copies of what these had; see [`crate::layout`]. Where reads by `self`
    /// meet no writes anyway, nothing is promised. Both as they are [`among`](Self::among) their
    /// nodes.
    #[must_use]
    pub fn meet_writes_of(&self, before: &Self) -> bool {
        let fewer = self.replication.n.min(before.replication.n);
        !self.intersect() || self.r + before.w > fewer
    }
}

impl fmt::Display for SizesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::N { asked, most } => write!(f, "N: {asked} is asked for; 1 to {most} can be"),
            Self::R { asked, most } => write!(f, "R: {asked} is asked for; 1 to N = {most} can be"),
            Self::W { asked, most } => write!(f, "W: {asked} is asked for; 1 to N = {most} can be"),
        }
    }
}

impl std::error::Error for SizesError {}
