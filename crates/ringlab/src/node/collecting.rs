//! A node's part in forgetting tombstones: what it can say of a key, and what it lends its collector.

use std::sync::Arc;

use crate::collection::{CELLS_PER_ROUND, Collector, Field};
use crate::disk::Disk;
use crate::layout::{Layout, Stage};
use crate::message::{Collection, Message, NodeState};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::replica::Replica;
use crate::ring::NodeId;
use crate::version::Siblings;

use super::Node;

impl<D: Disk> Node<D> {
    pub(super) fn collect(&mut self, out: &mut Outbox<'_>) {
        let (collector, field, replica) = self.field();
        let look = |from| replica.tombstones(from, CELLS_PER_ROUND);
        collector.round(&field, look, out);
    }

    pub(super) fn receive_collection(
        &mut self,
        from: NodeId,
        message: Collection,
        out: &mut Outbox<'_>,
    ) {
        match message {
            Collection::Ask {
                number,
                stage,
                cells,
            } if self.is_settled_at(stage) => self.has_nothing_else(from, number, &cells, out),
            Collection::NothingElse { number, places } => {
                let (collector, field, _) = self.field();
                collector.nothing_else(from, (number, places), &field, out);
            }
            Collection::Forget { stage, cells } if self.is_settled_at(stage) => {
                self.replica.forget(&cells, out);
            }
            // A node that is not where the asker is cannot speak for its keys.
            Collection::Ask { .. } | Collection::Forget { .. } => {}
        }
    }

    fn field(&mut self) -> (&mut Collector, Field<'_>, &mut Replica<D>) {
        let live = self.state == NodeState::Live;
        let settled = |layout: &&Layout| live && layout.change().is_none();
        let field = Field {
            layout: self.layout.as_ref().filter(settled),
            grace: self.settings.tombstone_grace,
        };
        (&mut self.collector, field, &mut self.replica)
    }

    /// Tells of which keys it has nothing but what it was asked about.
    fn has_nothing_else(
        &mut self,
        from: NodeId,
        number: u64,
        cells: &Arc<[(Key, Siblings)]>,
        out: &mut Outbox<'_>,
    ) {
        let mut places = Vec::new();
        for (place, (key, cell)) in cells.iter().enumerate() {
            if self.has_only(key, cell) {
                places.push(place as u32);
            }
        }
        if !places.is_empty() {
            let answer = Collection::NothingElse { number, places };
            let answer = Message::Collection(answer);
            self.replica.say_when_stored(from, answer, out);
        }
    }

    /// Whether it has nothing of a key but this cell, if it is a replica of it.
    fn has_only(&mut self, key: &Key, cell: &Siblings) -> bool {
        let owns = |layout: &Layout| layout.serves(self.id, key.token());
        let is_replica = self.layout.as_ref().is_some_and(owns);
        let no_other_cell = !is_replica || self.replica.has_exactly(key, cell);
        no_other_cell
            && self.replica.hints().known(key).is_empty()
            && !self.coordinator.is_about(key)
    }

    fn is_settled_at(&self, stage: Stage) -> bool {
        let layout = self.layout.as_ref();
        layout.is_some_and(|layout| layout.change().is_none() && layout.stage() == stage)
    }
}
