//! What nodes tell each other before tombstones are forgotten. It knows no time.

use std::sync::Arc;

use crate::layout::Stage;
use crate::pair::Key;
use crate::version::Siblings;

/// A message about tombstones that may be forgotten.
#[derive(Clone, Debug)]
pub enum Collection {
    /// A primary to every node: have you anything else of these keys?
    Ask {
        /// Which question of the primary this is.
        number: u64,
        /// The sender's layout.
        stage: Stage,
        /// Keys with their tombstones: at most
        /// [`CELLS_PER_ROUND`](crate::collection::CELLS_PER_ROUND).
        cells: Arc<[(Key, Siblings)]>,
    },
    /// Any node to the primary: of these I have nothing else, now and on my disk.
    NothingElse {
        /// Of which question.
        number: u64,
        /// Which of its cells, by their places in it.
        places: Vec<u32>,
    },
    /// The primary to the other replicas: nobody has anything else, so forget these.
    Forget {
        /// The sender's layout.
        stage: Stage,
        /// Keys with their tombstones.
        cells: Arc<[(Key, Siblings)]>,
    },
}

impl Collection {
    /// What its keys and places take, in bytes; tombstones have no values.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Ask { cells, .. } | Self::Forget { cells, .. } => {
                let keys = cells.iter().map(|(key, _)| key.bytes().len() as u64);
                keys.sum()
            }
            Self::NothingElse { places, .. } => 4 * places.len() as u64,
        }
    }
}
