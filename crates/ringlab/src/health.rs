//! What nodes say of each other: up, suspect or down, and which word is the later one. It knows no
//! messages and no clock.
//!
//! Das, Gupta, Motivala: SWIM (2002). A node counts its incarnations, and it alone raises the
//! count: to say that it is up after all. So words about a node are in one order, by incarnation
//! and then by how bad the news is, and to join two of them is to keep the later one: whatever
//! way news travels, and however often, everyone ends with the same.

use crate::ring::NodeId;

/// How a node seems to be. Within an incarnation a later one replaces an earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Health {
    /// Nothing is said against it.
    #[default]
    Up,
    /// It did not answer. It may say that it is up after all.
    Suspect,
    /// It was suspect for so long that it would have. It still may.
    Down,
}

/// What is known of a node; later words are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status {
    /// How often the node said that it is up after all.
    pub incarnation: u64,
    /// What was said since.
    pub health: Health,
}

/// A word about a node, on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rumour {
    /// About whom.
    pub node: NodeId,
    /// What.
    pub status: Status,
}

impl Status {
    /// The later of two words.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// The same incarnation, said to be so.
    #[must_use]
    pub const fn but(self, health: Health) -> Self {
        Self { health, ..self }
    }

    /// What the node itself says to it: the least that is later and says that it is up.
    #[must_use]
    pub const fn refuted(self) -> Self {
        Self {
            incarnation: match self.health {
                Health::Up => self.incarnation,
                Health::Suspect | Health::Down => self.incarnation.saturating_add(1),
            },
            health: Health::Up,
        }
    }
}

#[cfg(test)]
mod tests;
