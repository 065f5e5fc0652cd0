//! The way of one request. Boundary types; they know no engine.

use ringlab::hash::Token;
use ringlab::message;
use ringlab::quorum::Fallback;
use ringlab::ring::NodeId;
use ringlab::time::Instant;
use serde::{Deserialize, Serialize};

use super::command::{Request, User};

/// The way of one request through client, coordinator and replicas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Which request of the run.
    pub id: u64,
    /// Who asked.
    pub user: User,
    /// What was asked.
    pub request: Request,
    /// The key's token.
    pub token: Token,
    /// Who coordinates.
    pub coordinator: NodeId,
    /// In order of time.
    pub steps: Vec<Step>,
    /// The answer, once there.
    pub answer: Option<Answer>,
    /// Fallbacks whose replies were counted: with any, the quorum was sloppy.
    pub fallbacks: Vec<Fallback>,
}

/// One step of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub what: StepKind,
}

/// What happened in a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StepKind {
    /// The client handed the request to the coordinator. A put whose client holds no context for
    /// its key reads first.
    Coordinate {
        /// It reads, for the context or for the answer.
        read: bool,
    },
    /// The coordinator looked the preference list up and asked each of these nodes.
    Ask {
        /// Primary first; in a change, old and new owners.
        replicas: Vec<NodeId>,
        /// Replies that are enough: R or W.
        needed: u32,
    },
    /// A replica answered.
    Reply {
        /// Which.
        from: NodeId,
        /// Replies counted so far.
        counted: u32,
        /// Replies that are enough.
        needed: u32,
    },
    /// Replicas did not reply in time: the coordinator asked these nodes in their places.
    Fallbacks(Vec<Fallback>),
    /// The replicas that a read asked first take long: the coordinator asks the others.
    Hedge,
    /// Enough replied.
    Quorum,
    /// A replica's reply came after the quorum.
    Late {
        /// Which.
        from: NodeId,
    },
    /// Replicas that a read found behind were told what they lack.
    Repaired(Vec<NodeId>),
    /// The client has the answer.
    Answer,
}

/// What the client was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Stored by W replicas; so many values stand beside it, by writers who did not know of it.
    Stored {
        /// Its siblings.
        beside: u32,
    },
    /// The values, more than one when writers did not know of each other; empty when the key is
    /// not there.
    Values(Vec<Vec<u8>>),
    /// Too few replicas answered in time.
    QuorumUnreachable {
        /// Replies that were needed.
        needed: u32,
        /// Replies that came.
        answered: u32,
    },
    /// No coordinator tried it.
    Refused(message::Refusal),
    /// The client heard nothing for as long as it waits.
    NoAnswer,
}
