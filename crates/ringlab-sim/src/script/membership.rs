//! What an operator may want of the membership, sensible or not. It knows no ring.

use std::fmt;

use crate::fault::Place;

/// A wish of an operator. Nodes are named by their place among those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// So many nodes join at once, of this weight in thousandths.
    Join {
        /// How many.
        nodes: u32,
        /// Of which weight.
        weight: u32,
    },
    /// A node leaves.
    Leave(Place),
    /// A node joins and another leaves, in one change.
    Replace(Place),
    /// A node takes a larger or smaller part.
    Reweigh(Place, u32),
    /// A node that is there is added again, under its own id.
    AddAgain(Place),
    /// The node that was removed last is added again, under its old id.
    Rejoin,
    /// The change under way is to be withdrawn.
    Withdraw,
    /// A node is to lead on with the change under way, whoever led it.
    LeadOn(Place),
    /// Two changes are asked for at the same moment, of two nodes.
    Two(Place),
}

impl Move {
    /// Whether a node that holds something may be gone after it, or hold less.
    pub const fn takes_away(self) -> bool {
        matches!(
            self,
            Self::Leave(_) | Self::Replace(_) | Self::Reweigh(..) | Self::Two(_)
        )
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Join { nodes, weight } => write!(f, "add {nodes} nodes of weight {weight}"),
            Self::Leave(node) => write!(f, "remove {node}"),
            Self::Replace(node) => write!(f, "replace {node}"),
            Self::Reweigh(node, weight) => write!(f, "give {node} the weight {weight}"),
            Self::AddAgain(node) => write!(f, "add {node} a second time"),
            Self::Rejoin => f.write_str("add the node again that was removed last"),
            Self::Withdraw => f.write_str("withdraw the change under way"),
            Self::LeadOn(node) => write!(f, "let {node} lead on with the change under way"),
            Self::Two(node) => write!(f, "add a node and remove {node}, as two changes at once"),
        }
    }
}
