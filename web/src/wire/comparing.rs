//! What page and worker say of how another system places the keys, beside a ring of the same nodes.
//! It knows no system.

use std::rc::Rc;

use ringlab::ring::NodeName;
use serde::{Deserialize, Serialize};

/// What is to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToCompare {
    /// Which cluster of the text that was read last, from 0.
    pub cluster: usize,
    /// Virtual nodes of a node of weight 1 on the ring beside it.
    pub virtual_nodes: u32,
    /// The node whose removal is counted, from 0; the system's fullest where none is named.
    pub leaving: Option<usize>,
}

/// How far comparing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparing {
    /// Nothing is to be compared, or there are no keys.
    #[default]
    Nothing,
    /// Keys are placed: so many, of so many; each once with all nodes and once without one.
    Counting {
        /// Placed so far.
        done: u64,
        /// To be placed.
        total: u64,
    },
    /// It is done.
    Counted(Rc<Comparison>),
    /// The system, or the ring, cannot have these nodes: why.
    Refused(String),
    /// A person stopped it.
    Cancelled,
}

/// The same keys by a system and by a ring of the same nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which cluster of the text it is of.
    pub cluster: usize,
    /// Its nodes, in the order of the text.
    pub nodes: Vec<Compared>,
    /// Keys that the system has a node for.
    pub keys: u64,
    /// Keys that it has none for.
    pub homeless: u64,
    /// What a node would move that goes; none where it is the only one that has keys.
    pub removal: Option<Removal>,
}

/// The keys of a node as primary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Its name.
    pub name: NodeName,
    /// Its weight as the text has it: slots and tokens where these count.
    pub weight: u64,
    /// Its keys by the system.
    pub theirs: u64,
    /// Its keys by the ring.
    pub ours: u64,
}

/// One node goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Which, from 0.
    pub leaving: usize,
    /// What moves in the system; none where its operators decide.
    pub theirs: Option<Moved>,
    /// What moves on the ring.
    pub ours: Moved,
}

/// Keys whose primary is another one afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// All of them.
    pub keys: u64,
    /// Those that went from one node that stays to another.
    pub needless: u64,
}
