//! What must always hold, one invariant a file. Checkers look at what a world lets be seen and at
//! its nodes; they change nothing, so a run is the same with them and without.

mod acknowledged;
mod bounds;
mod clean_reads;
mod comparison;
mod detector;
mod hints;
mod layouts;
mod liveness;
mod lost_updates;
mod monotonic_reads;
mod ownership;
mod regular_reads;
mod sets;
mod siblings;
mod targets;

use std::fmt;

use crate::cluster::Node;
use ringlab::layout::{Layout, Placement};
use ringlab::time::Instant;

use crate::chosen::Chosen;
use crate::cluster::{Cluster, Sight};
use crate::oracle::Oracle;
use crate::workload::Users;

pub(crate) use lost_updates::PAIRS_MAX;

/// Violations of one invariant that are told of a run; more say nothing new.
const VIOLATIONS_MAX: usize = 5;

/// An invariant of the store. The letters are those of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// D1: at an acknowledgement, W nodes have the write on disk.
    AcknowledgedIsStored,
    /// D3: what fewer than W nodes acknowledged is not acknowledged.
    NoEarlyAnswer,
    /// C1: no acknowledged write is gone unless another replaced it.
    NoLostUpdate,
    /// C2: nothing is there that another write replaced.
    NoFalseSibling,
    /// C3: writers who read first leave no more siblings than there are writers.
    NoSiblingExplosion,
    /// C4: a name is given once.
    DotsAreUnique,
    /// C7: what was deleted does not come back.
    DeletedStaysDeleted,
    /// Every acknowledged element of a set is in it at the end.
    SetsAreWhole,
    /// Q1: a get that begins after an acknowledgement sees that write; Q3 where quorums are sloppy.
    RegularReads,
    /// Q2: with repair before the answer, what was read once is read again.
    MonotonicReads,
    /// Q5: a read of equal replicas writes nothing.
    CleanReadsWriteNothing,
    /// H1: replies that count are of different machines, and fallbacks are no replicas.
    CountedOnce,
    /// H2: in the end nobody keeps a hint.
    HintsEnd,
    /// H3: a hint is confirmed when it is stored, and not before.
    HintsAreStored,
    /// H4: no receiver gets more hints of a holder at a time than it may.
    HintsAreBounded,
    /// M1: in the end every view is equal, and who was removed owns nothing.
    ViewsAgree,
    /// M3: in the end each node holds what it owns, and its count equals a recount.
    HeldIsOwned,
    /// M4: one change at a time, and each ends.
    OneChangeAtATime,
    /// M5: ownership changes when an operator wants it; who was away convicts nobody.
    BeliefsChangeNothing,
    /// A7: when replicas were made equal, the next comparison finds nothing.
    RepairsEnd,
    /// L1: when all is well again, every request succeeds.
    RequestsSucceed,
    /// L2: when all is well again, all that was under way ends.
    EverythingEnds,
    /// L3: nothing grows without a bound.
    QueuesAreBounded,
}

impl Check {
    /// Every one.
    pub const ALL: [Self; 23] = [
        Self::AcknowledgedIsStored,
        Self::NoEarlyAnswer,
        Self::NoLostUpdate,
        Self::NoFalseSibling,
        Self::NoSiblingExplosion,
        Self::DotsAreUnique,
        Self::DeletedStaysDeleted,
        Self::SetsAreWhole,
        Self::RegularReads,
        Self::MonotonicReads,
        Self::CleanReadsWriteNothing,
        Self::CountedOnce,
        Self::HintsEnd,
        Self::HintsAreStored,
        Self::HintsAreBounded,
        Self::ViewsAgree,
        Self::HeldIsOwned,
        Self::OneChangeAtATime,
        Self::BeliefsChangeNothing,
        Self::RepairsEnd,
        Self::RequestsSucceed,
        Self::EverythingEnds,
        Self::QueuesAreBounded,
    ];
}

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub check: Check,
    /// When it was noticed.
    pub at: Instant,
    /// What was seen.
    pub what: String,
}

/// What was found broken.
#[derive(Clone, Debug, Default)]
pub struct Found {
    violations: Vec<Violation>,
}

/// What a checker may look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The world.
    pub cluster: &'a Cluster,
    /// What is to be expected.
    pub oracle: &'a Oracle,
    /// What users did.
    pub users: &'a Users,
    /// What settings may be in force.
    pub chosen: &'a Chosen,
    /// Whether a disk lost what it had said it had synced, and replicas have not compared themselves
    /// since. Its node cannot know: what is gone looks like the end of the log, as after any crash.
    /// So it may answer as if it had never had it, and reads over it are neither regular nor
    /// monotonic. All else holds: another copy is left.
    pub data_was_lost: bool,
    /// Whether an operator wanted another membership.
    pub layout_changes: bool,
    /// When all faults ended, if they have.
    pub healed: Option<Instant>,
    /// Whether replicas have compared themselves for so long that all are equal.
    pub is_equal: bool,
}

/// One invariant, or a few that look at the same.
pub trait Checker {
    /// Something can be seen. The world is as it is after the step that it happened in.
    fn saw(&mut self, _sight: &Sight, _scene: &Scene<'_>, _found: &mut Found) {}

    /// Everything is quiet, and nothing else will happen.
    fn at_the_end(&mut self, _scene: &Scene<'_>, _found: &mut Found) {}
}

/// Every checker, new.
#[must_use]
pub fn all() -> Vec<Box<dyn Checker>> {
    vec![
        Box::new(acknowledged::Acknowledged::default()),
        Box::new(bounds::Bounds),
        Box::new(clean_reads::CleanReads::default()),
        Box::new(comparison::Comparisons::default()),
        Box::new(detector::Detector::default()),
        Box::new(hints::HintsStored::default()),
        Box::new(layouts::Layouts::default()),
        Box::new(liveness::Liveness),
        Box::new(lost_updates::LostUpdates),
        Box::new(monotonic_reads::MonotonicReads::default()),
        Box::new(ownership::Ownership),
        Box::new(regular_reads::RegularReads),
        Box::new(sets::Sets),
        Box::new(siblings::SiblingsBound),
        Box::new(targets::Targets),
    ]
}

impl Found {
    /// Notes a violation.
    pub fn report(&mut self, check: Check, at: Instant, what: String) {
        let same = self.violations.iter().filter(|told| told.check == check);
        if same.count() < VIOLATIONS_MAX {
            self.violations.push(Violation { check, at, what });
        }
    }

    /// All of them, in the order in which they were noticed.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

impl Scene<'_> {
    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.cluster.now()
    }

    /// What is in force when all agree.
    #[must_use]
    pub fn placement(&self) -> Option<&Placement> {
        self.layouts().next().map(Layout::placement)
    }

    /// What its nodes know of the membership.
    pub fn layouts(&self) -> impl Iterator<Item = &Layout> {
        self.cluster.nodes().filter_map(Node::layout)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.since(crate::run::BEGINNING);
        write!(f, "{:?} after {at:?}: {}", self.check, self.what)
    }
}
