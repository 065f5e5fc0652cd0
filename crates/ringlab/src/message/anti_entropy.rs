//! What two replicas say to find out where they differ. It knows neither.

use std::sync::Arc;

use crate::event::Unequal;
use crate::hash::Token;
use crate::merkle::Scope;
use crate::pair::Key;
use crate::storage::RangeSet;
use crate::version::Siblings;

/// A message of an exchange: the asker, who began it, puts one question after the other to one
/// other node, the answerer, which remembers nothing of it in between.
#[derive(Clone, Debug)]
pub enum Comparison {
    /// Asker: these are my digests at this height of the tree.
    Digests {
        /// Which question.
        question: Question,
        /// How high above the buckets.
        height: u8,
        /// Nodes of the tree and their digests.
        digests: Vec<(u32, u64)>,
    },
    /// Answerer: of them, these are not mine.
    Differing {
        /// Which question it answers.
        number: u64,
        /// Nodes of the tree.
        nodes: Vec<u32>,
    },
    /// Asker: this is all I have in these tokens.
    Keys {
        /// Which question.
        question: Question,
        /// Which tokens.
        tokens: RangeSet,
        /// The written keys and the digests of their cells, in order.
        keys: Vec<(Key, u64)>,
    },
    /// Answerer: this I have otherwise.
    Cells {
        /// Which question it answers.
        number: u64,
        /// What.
        difference: Difference,
    },
    /// Asker: store this.
    Push {
        /// Which question.
        question: Question,
        /// What the answerer lacks.
        cells: Arc<[(Key, Siblings)]>,
    },
    /// Answerer: stored.
    Pushed {
        /// Which question it answers.
        number: u64,
    },
    /// A node whose disk lost some of these tokens: what do you have of them?
    Fetch {
        /// Which question; each node counts its own.
        number: u64,
        /// Which tokens.
        tokens: RangeSet,
    },
    /// Another replica of them: all of this.
    Fetched {
        /// Which question it answers.
        number: u64,
        /// What it has.
        cells: Arc<[(Key, Siblings)]>,
        /// The last token that it told of; `None` when it told of all.
        until: Option<Token>,
    },
    /// Answerer: we cannot compare.
    Refused {
        /// Which question it answers.
        number: u64,
        /// Why.
        reason: Unequal,
    },
}

/// What each question says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its number, given once by its asker.
    pub number: u64,
    /// What the asker's tree is of.
    pub scope: Scope,
}

/// How the cells of one node differ from what another one told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The last token that was compared; `None` when it was everything.
    pub until: Option<Token>,
    /// Cells that the other has not, or otherwise.
    pub cells: Vec<(Key, Siblings)>,
    /// Keys that only the other has.
    pub lacking: Vec<Key>,
}

impl Comparison {
    /// About how many bytes it would take on a wire.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Digests { digests, .. } => 12 * digests.len() as u64,
            Self::Differing { nodes, .. } => 4 * nodes.len() as u64,
            Self::Keys { tokens, keys, .. } => {
                let keys = keys.iter().map(|(key, _)| key.bytes().len() as u64 + 8);
                16 * tokens.ranges().count() as u64 + keys.sum::<u64>()
            }
            Self::Cells { difference, .. } => {
                let lacking = difference
                    .lacking
                    .iter()
                    .map(|key| key.bytes().len() as u64);
                of_cells(&difference.cells) + lacking.sum::<u64>()
            }
            Self::Push { cells, .. } | Self::Fetched { cells, .. } => of_cells(cells),
            Self::Fetch { tokens, .. } => 16 * tokens.ranges().count() as u64,
            Self::Pushed { .. } | Self::Refused { .. } => 0,
        }
    }
}

fn of_cells(cells: &[(Key, Siblings)]) -> u64 {
    let bytes = |(key, cell): &(Key, Siblings)| key.bytes().len() as u64 + cell.bytes();
    cells.iter().map(bytes).sum()
}
