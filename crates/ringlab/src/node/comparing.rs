//! What a node lends to its part in anti-entropy.

use crate::disk::Disk;
use crate::message::{Comparison, NodeState};
use crate::outbox::Outbox;
use crate::repair::{Ground, Repair};
use crate::ring::NodeId;

use super::Node;

impl<D: Disk> Node<D> {
    pub(super) fn exchange_due(&mut self, out: &mut Outbox<'_>) {
        let (repair, ground) = self.ground();
        repair.due(ground, out);
    }

    pub(super) fn receive_comparison(
        &mut self,
        from: NodeId,
        message: Comparison,
        out: &mut Outbox<'_>,
    ) {
        match message {
            Comparison::Fetch { number, tokens } => {
                return self.fetch_asked(from, (number, &tokens), out);
            }
            Comparison::Fetched { .. } => return self.fetched(from, message, out),
            _ => {}
        }
        let (repair, ground) = self.ground();
        repair.receive(from, message, ground, out);
    }

    fn ground(&mut self) -> (&mut Repair, Ground<'_, D>) {
        let live = self.state == NodeState::Live;
        let layout = self
            .layout
            .as_ref()
            .filter(|layout| live && layout.change().is_none());
        let ground = Ground {
            layout,
            replica: &mut self.replica,
        };
        (&mut self.repair, ground)
    }
}
