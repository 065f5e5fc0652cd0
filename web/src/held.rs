//! What the page holds of the engine: the newest of each section of its snapshots, and what the
//! worker said of loading. It knows no worker and never changes what it was given.

use std::rc::Rc;
use std::sync::Arc;

use ringlab::time::Instant;
use ringlab_sim::protocol::{
    ChangeReport, Command, Deed, Flight, Inspection, NodeTable, Revisions, RingPicture,
    SettingsInForce, Situation, Snapshot, Subject, Trace, TransferProgress,
};
use yew::Reducible;

use crate::wire::{Comparing, Comparison, LoadingState, Report, TopologyRead};

mod refusals;
mod wanted;
#[cfg(test)]
mod tests;

pub use refusals::Refusals;
pub use wanted::Wanted;

/// A section of a snapshot with its revision. Equal when the revision is: comparing contents on
/// every frame would walk the whole of them.
#[derive(Debug)]
pub struct Section<T> {
    revision: u64,
    // Worlds come and go with `Open`, each counting from the start.
    world: u32,
    content: Option<Rc<T>>,
}

/// How many commands were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent(u64);

/// Everything the page knows of the world.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Grows with every world that is opened; 0 while there is none.
    pub world: u32,
    /// Number of the last snapshot.
    pub number: u64,
    /// Simulated time.
    pub now: Instant,
    /// Events so far.
    pub events: u64,
    /// Digest of the history.
    pub history: u64,
    /// What a link holds.
    pub situation: Section<Arc<Situation>>,
    /// Every node.
    pub nodes: Section<NodeTable>,
    /// The settings that nodes go by.
    pub settings: Section<SettingsInForce>,
    /// The ring as it is drawn.
    pub ring: Section<RingPicture>,
    /// The last change.
    pub change: Section<ChangeReport>,
    /// The last request.
    pub trace: Section<Trace>,
    /// What is looked at.
    pub inspection: Section<Inspection>,
    /// The transfer under way.
    pub transfer: Option<TransferProgress>,
    /// Changes that wait.
    pub waiting: u32,
    /// Copies that arrived with the last snapshot.
    pub flights: Rc<Vec<Flight>>,
    /// Commands sent so far: with each, what was said before it is history.
    pub sent: Sent,
    /// Values that wait their turn.
    pub wanted: Wanted,
    /// What was refused last.
    pub refusals: Refusals,
    /// What undo would take back.
    pub undo: Option<Deed>,
    /// What redo would do again.
    pub redo: Option<Deed>,
    /// Keys that are being loaded.
    pub loading: Option<LoadingState>,
    /// How the last loading ended.
    pub report: Option<Rc<Report>>,
    /// What was made of the last text of another system.
    pub topology: Rc<TopologyRead>,
    /// How many texts were read.
    pub reads: u32,
    /// How far comparing its system with the ring is.
    pub comparing: Comparing,
    /// What came of that last.
    pub comparison: Option<Rc<Comparison>>,
    /// Why there is no engine any more.
    pub stopped: Option<Rc<str>>,
}

/// What happened to the engine.
#[derive(Debug)]
pub enum News {
    /// A new world stands; its revisions start over.
    Opened,
    /// An answer.
    Snapshot(Box<Snapshot>),
    /// A command was sent, with the question of that number: what was refused before is history.
    Sent(Command, u64),
    /// A person edits what may have been refused.
    Edited(Subject),
    /// Keys are being loaded.
    Loading(LoadingState),
    /// Loading ended.
    Loaded(Report),
    /// A text of another system was read.
    Topology(TopologyRead),
    /// Its system is compared with the ring.
    Comparing(Comparing),
    /// The worker died.
    Stopped(String),
}

impl<T> Section<T> {
    /// Its content, if the world has it.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.content.as_deref()
    }

    /// Its revision.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    fn renew(&mut self, world: u32, revision: u64, content: Option<T>) {
        if (world, revision) != (self.world, self.revision) {
            *self = Self {
                revision,
                world,
                content: content.map(Rc::new),
            };
        }
    }
}

impl<T> Clone for Section<T> {
    fn clone(&self) -> Self {
        Self {
            revision: self.revision,
            world: self.world,
            content: self.content.clone(),
        }
    }
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self {
            revision: 0,
            world: 0,
            content: None,
        }
    }
}

impl<T> PartialEq for Section<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.world, self.revision) == (other.world, other.revision)
    }
}

impl Held {
    /// The revisions to tell the engine.
    #[must_use]
    pub const fn seen(&self) -> Revisions {
        Revisions {
            situation: self.situation.revision,
            nodes: self.nodes.revision,
            settings: self.settings.revision,
            ring: self.ring.revision,
            change: self.change.revision,
            trace: self.trace.revision,
            inspection: self.inspection.revision,
        }
    }

    fn absorb(&mut self, snapshot: Snapshot) {
        let (world, revisions) = (self.world, snapshot.revisions);
        self.wanted = self.wanted.after(&snapshot);
        self.number = snapshot.number;
        self.now = snapshot.now;
        self.events = snapshot.events;
        self.history = snapshot.history;
        self.situation
            .renew(world, revisions.situation, snapshot.situation);
        self.nodes.renew(world, revisions.nodes, snapshot.nodes);
        self.settings
            .renew(world, revisions.settings, snapshot.settings);
        self.ring.renew(world, revisions.ring, snapshot.ring);
        self.change.renew(world, revisions.change, snapshot.change);
        self.trace.renew(world, revisions.trace, snapshot.trace);
        self.inspection
            .renew(world, revisions.inspection, snapshot.inspection);
        self.transfer = snapshot.transfer;
        self.waiting = snapshot.waiting;
        self.undo = snapshot.undo;
        self.redo = snapshot.redo;
        self.flights = Rc::new(snapshot.flights);
        if !snapshot.refusals.is_empty() {
            self.refusals = snapshot.refusals.into();
        }
    }
}

impl Reducible for Held {
    type Action = News;

    fn reduce(self: Rc<Self>, news: News) -> Rc<Self> {
        let obsolete = match &news {
            News::Edited(subject) => self.refusals.why(subject).is_none(),
            _ => false,
        };
        if obsolete {
            // The same `Rc` makes yew skip the render.
            return self;
        }
        let mut held = (*self).clone();
        match news {
            News::Opened => {
                // Of loading, and of a text, nothing depends on the world.
                held = Self {
                    world: held.world + 1,
                    report: held.report,
                    sent: held.sent,
                    topology: held.topology,
                    reads: held.reads,
                    comparing: held.comparing,
                    comparison: held.comparison,
                    ..Self::default()
                };
            }
            News::Snapshot(snapshot) => held.absorb(*snapshot),
            News::Sent(command, number) => {
                held.wanted = held.wanted.with(&command, number);
                held.sent.0 += 1;
                held.refusals = Refusals::default();
            }
            News::Edited(subject) => held.refusals = held.refusals.without(&subject),
            News::Loading(loading) => held.loading = Some(loading),
            News::Loaded(report) => {
                held.loading = None;
                held.refusals = Refusals::default();
                held.report = Some(Rc::new(report));
            }
            News::Topology(read) => {
                held.topology = Rc::new(read);
                held.reads += 1;
                (held.comparing, held.comparison) = (Comparing::Nothing, None);
            }
            News::Comparing(comparing) => {
                match &comparing {
                    Comparing::Counted(comparison) => held.comparison = Some(comparison.clone()),
                    // What was counted before may have been of other keys.
                    Comparing::Nothing | Comparing::Refused(_) | Comparing::Cancelled => {
                        held.comparison = None;
                    }
                    Comparing::Counting { .. } => {}
                }
                held.comparing = comparing;
            }
            // The first reason is the cause; what a dying worker says after it is not.
            News::Stopped(reason) => {
                held.stopped.get_or_insert_with(|| reason.into());
            }
        }
        Rc::new(held)
    }
}
