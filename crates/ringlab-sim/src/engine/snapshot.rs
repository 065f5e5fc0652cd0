//! What an engine is, for whoever shows it: only what is newer than what they have.

use super::Engine;
use super::picture::picture;
use super::{inspect, table};
use crate::protocol::{Revisions, Snapshot};

impl Engine {
    /// What it is, without the sections that the asker has seen.
    pub fn snapshot(&mut self, seen: Revisions) -> Snapshot {
        let now = self.revisions;
        let replication = self.situation.settings.replication();
        let newer = |wanted: bool| wanted.then_some(());
        Snapshot {
            number: 0,
            now: self.cluster.now(),
            events: self.cluster.history().events(),
            history: self.cluster.history().digest(),
            revisions: now,
            situation: newer(now.situation != seen.situation).map(|()| self.situation.clone()),
            nodes: newer(now.nodes != seen.nodes).map(|()| table::table(self)),
            settings: newer(now.settings != seen.settings).map(|()| self.settings_in_force()),
            ring: newer(now.ring != seen.ring)
                .map(|()| picture(&self.ring, &self.bins, self.contents.keyspace())),
            change: newer(now.change != seen.change).and_then(|()| self.change.clone()),
            trace: newer(now.trace != seen.trace).and_then(|()| self.trace.clone()),
            inspection: newer(now.inspection != seen.inspection)
                .map(|()| inspect::inspect(&self.inspect, &self.ring, replication, &self.contents)),
            transfer: self
                .progress
                .as_ref()
                .map(|progress| progress.show(self.cluster.now())),
            waiting: self.waiting.len() as u32,
            is_uneasy: self.is_uneasy(),
            flights: std::mem::take(&mut self.flights).into_values().collect(),
            refusals: std::mem::take(&mut self.refusals),
            undo: self.undo.undoable().cloned(),
            redo: self.undo.redoable().cloned(),
        }
    }
}
