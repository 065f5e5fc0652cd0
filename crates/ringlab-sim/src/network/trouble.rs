//! What goes wrong on the ways between nodes. It knows no messages, only who sends to whom.

use std::time::Duration;

use ringlab::ring::NodeId;
use ringlab::sorted::SortedSet;
use ringlab::time::Instant;

/// One end of a way: a node, or the clients, who all stand in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// A node.
    Node(NodeId),
    /// Where clients are.
    Clients,
}

/// The ways that something concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// All.
    All,
    /// Those between nodes: clients speak over connections, which deliver once or break.
    BetweenNodes,
    /// From and to one end.
    Of(End),
    /// Of one end to another, and not back.
    From(End, End),
}

/// What goes wrong while it lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// One message in so many is lost.
    Loses {
        /// Where.
        ways: Ways,
        /// At least 1.
        one_in: u32,
    },
    /// One message in so many comes twice.
    Doubles {
        /// Where.
        ways: Ways,
        /// At least 1.
        one_in: u32,
    },
    /// One message in so many has other bytes when it comes: its checksum tells, and it is dropped.
    Spoils {
        /// Where.
        ways: Ways,
        /// At least 1.
        one_in: u32,
    },
    /// One message in so many takes longer, by up to so much: later ones overtake it.
    Delays {
        /// Where.
        ways: Ways,
        /// At least 1.
        one_in: u32,
        /// Evenly from nothing to this.
        extra: Duration,
    },
    /// Every message takes so many times as long.
    Slows {
        /// Where.
        ways: Ways,
        /// At least 1.
        times: u32,
    },
    /// Messages wait until this moment, then all come.
    Clogs {
        /// Where.
        ways: Ways,
        /// When the way is clear again.
        until: Instant,
    },
    /// No message comes on these ways, from the first node to the second.
    Cuts(SortedSet<(NodeId, NodeId)>),
}

impl Ways {
    pub(super) fn have(self, from: End, to: End) -> bool {
        match self {
            Self::All => true,
            Self::BetweenNodes => from != End::Clients && to != End::Clients,
            Self::Of(end) => end == from || end == to,
            Self::From(first, second) => (first, second) == (from, to),
        }
    }
}
