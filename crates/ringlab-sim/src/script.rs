//! All that is done to a world in one run, fixed before it begins: a seed makes it, and leaving
//! steps out makes it smaller. It knows no cluster.

mod choice;
mod draw;
mod keep;
mod membership;

use std::fmt;
use std::time::Duration;

use ringlab::settings::Settings;

use crate::fault::{Fault, Swarm};
use crate::workload::{Mix, Operation};

pub use choice::{Choice, Choices};
pub use keep::{Keep, KeepError};
pub use membership::Move;

/// One run from its beginning to its end, but for what follows from it.
#[derive(Clone, Debug)]
pub struct Script {
    /// What it was made from; the world draws from it, too.
    pub seed: u64,
    /// What the world begins with.
    pub setup: Setup,
    /// In order of time. A step keeps its place when others are left out.
    pub steps: Vec<Step>,
}

/// What a world begins with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many nodes.
    pub nodes: u32,
    /// Virtual nodes of each.
    pub virtual_nodes: u32,
    /// Keys that are loaded: `key-0` and so on.
    pub rows: u32,
    /// Of every node.
    pub settings: Settings,
    /// What its operator may want of them.
    pub choices: Choices,
    /// How many end users.
    pub users: usize,
    /// How often they try what failed again.
    pub tries: u32,
    /// Whether the last of them leaves what it can to a client of the library.
    pub has_patron: bool,
    /// What they do.
    pub mix: Mix,
    /// What goes wrong.
    pub swarm: Swarm,
    /// How long things go wrong.
    pub span: Duration,
}

/// Something that is done at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// So long after the beginning.
    pub at: Duration,
    /// What.
    pub act: Act,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A user does this when it is done with what it is at.
    Operate(usize, Operation),
    /// This goes wrong for so long.
    Fault(Fault, Duration),
    /// An operator wants this.
    Move(Move),
    /// An operator wants other settings, or they are decided and the first half hears of it first.
    Choose(Choice, Half),
}

/// Which nodes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The first half.
    First,
    /// All.
    All,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operate(user, operation) => write!(f, "user {user}: {operation}"),
            Self::Fault(fault, lasts) => write!(f, "fault, for {lasts:?}: {fault}"),
            Self::Move(wanted) => write!(f, "operator: {wanted}"),
            Self::Choose(choice, Half::All) => write!(f, "operator: {choice}"),
            Self::Choose(choice, Half::First) => write!(f, "half of the nodes hear: {choice}"),
        }
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings {
            replication,
            r,
            w,
            strictness,
            read_repair,
            ..
        } = self.settings;
        write!(
            f,
            "{} nodes of {} virtual nodes, n={} r={r} w={w} {strictness:?}, {read_repair:?} repair, \
             {} users, {} rows, faults: {:?}",
            self.nodes,
            self.virtual_nodes,
            replication.n,
            self.users,
            self.rows,
            self.swarm.kinds()
        )
    }
}

#[cfg(test)]
mod tests;
