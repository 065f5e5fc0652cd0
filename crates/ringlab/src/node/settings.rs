//! A node's part in a change of settings: it decides, or asks the node that does; and it goes by
//! the latest that it has heard of.
//!
//! N, R, W and the spread belong to the layout: they change as the nodes do, step by step. All
//! else comes into force on each node when it hears of it. A request goes by what was in force
//! when it began, so it does not matter that nodes hear at different times.

use std::sync::Arc;

use crate::collection::Collector;
use crate::disk::Disk;
use crate::journal::Entry;
use crate::layout::{ChangeError, Layout, MembershipChange};
use crate::message::{Event, Message, SettingsNews};
use crate::outbox::Outbox;
use crate::quorum::Sizes;
use crate::ring::NodeId;
use crate::settings::{Adopted, AntiEntropy, Epoch, Settings, SettingsChange};

use super::Node;
use super::inquiring::{Inquiry, Wish};
use super::membership::refuse;

impl<D: Disk> Node<D> {
    /// The settings that it goes by; N, R and W are those of its layout.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let placement = self.layout.as_ref().map(Layout::placement);
        let sizes = placement.map(|placement| placement.sizes);
        let settings = self.settings;
        settings.with_sizes(sizes.unwrap_or(settings.sizes()))
    }

    /// When they were decided.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// An operator wants other settings; `from` is the node that was asked.
    pub(super) fn settings_wanted(
        &mut self,
        from: NodeId,
        wanted: SettingsChange,
        out: &mut Outbox<'_>,
    ) {
        let decider = match self.decider() {
            Ok(decider) => decider,
            Err(reason) => return refuse(from, reason, out),
        };
        if decider != self.id {
            let wanted = Message::Settings(SettingsNews::Wanted(wanted));
            return self.pass_on(from, decider, wanted, out);
        }
        if let Err(reason) = self.decide(from, wanted, out) {
            refuse(from, reason, out);
        }
    }

    pub(super) fn receive_settings(
        &mut self,
        from: NodeId,
        news: SettingsNews,
        out: &mut Outbox<'_>,
    ) {
        if self.is_stranger(from) {
            return self.tell_layout(from, out);
        }
        match news {
            SettingsNews::Wanted(wanted) => self.settings_wanted(from, wanted, out),
            SettingsNews::Adopt(adopted) => {
                // Whoever decides tells the others, also what another one decided before it knew.
                let is_new = self.adopt(&adopted, out) && from != self.id;
                if is_new && self.decider() == Ok(self.id) {
                    self.spread(&self.all_nodes(), out);
                }
                self.correct(from, adopted.epoch, out);
                let taken = SettingsNews::Taken(self.epoch);
                out.send(from, Message::Settings(taken));
            }
            SettingsNews::Taken(epoch) => self.spreader.taken(from, epoch, self.epoch, out),
        }
    }

    /// A node goes by earlier settings than this one.
    pub(super) fn correct(&self, node: NodeId, epoch: Epoch, out: &mut Outbox<'_>) {
        if epoch < self.epoch {
            let adopt = SettingsNews::Adopt(Box::new(self.adopted()));
            out.send(node, Message::Settings(adopt));
        }
    }

    /// What it goes by, and when that was decided.
    #[must_use]
    pub fn adopted(&self) -> Adopted {
        Adopted {
            epoch: self.epoch,
            settings: self.settings(),
        }
    }

    /// Tells what was decided to these nodes, if anything was.
    pub(super) fn spread(&mut self, nodes: &[NodeId], out: &mut Outbox<'_>) {
        if self.epoch > Epoch::default() {
            let adopted = self.adopted();
            self.spreader.begin(&adopted, nodes, out);
        }
    }

    pub(super) fn spread_late(&mut self, out: &mut Outbox<'_>) {
        let (adopted, nodes) = (self.adopted(), self.all_nodes());
        self.spreader.retain(&nodes);
        self.spreader.late(&adopted, out);
    }

    /// It has started. If it decides, it may have been telling others when it stopped.
    pub(super) fn go_by_settings(&mut self, out: &mut Outbox<'_>) {
        if let Some(settings) = compared(&self.settings) {
            self.repair
                .configure(Some(settings), &mut self.replica, out);
        }
        if self.decider() == Ok(self.id) {
            self.spread(&self.all_nodes(), out);
        }
    }

    /// All that take part in its layout, in the change under way, too.
    pub(super) fn all_nodes(&self) -> Arc<[NodeId]> {
        let settled = |layout: &Layout| layout.reads().nodes().map(|node| node.id).collect();
        let layout = self.layout.as_ref();
        let nodes = layout.map(|layout| match layout.change() {
            Some(change) => Arc::clone(&change.nodes),
            None => settled(layout),
        });
        nodes.unwrap_or_default()
    }

    /// Goes by these settings from now on, if they are later ones and can be.
    /// Whether it does.
    fn adopt(&mut self, adopted: &Adopted, out: &mut Outbox<'_>) -> bool {
        if adopted.epoch <= self.epoch {
            return false;
        }
        if let Err(error) = adopted.settings.check() {
            let reason = ChangeError::Setting(error);
            out.observe(Event::ChangeRefused { reason });
            return false;
        }
        let before = std::mem::replace(&mut self.settings, adopted.settings);
        self.epoch = adopted.epoch;
        self.replica.remember(&Entry::Settings(self.adopted()), out);
        out.observe(Event::SettingsAdopted {
            epoch: adopted.epoch.number,
        });
        self.replica.configure(&self.settings);
        self.replica.set_work_timer(out);
        self.gossip.tell_epoch(self.epoch);
        match (before.gossips, self.settings.gossips) {
            (false, true) => self.watch(out),
            (true, false) => self.gossip.stop(out),
            _ => {}
        }
        if compared(&before) != compared(&self.settings) {
            let settings = compared(&self.settings);
            self.repair.configure(settings, &mut self.replica, out);
        }
        self.move_timers(&before, out);
        true
    }

    /// What happens again and again does not wait for an old interval to end, which may be days.
    fn move_timers(&mut self, before: &Settings, out: &mut Outbox<'_>) {
        let now = &self.settings;
        if before.hints.interval != now.hints.interval {
            self.replica.hints_mut().reset_timer(out);
        }
        if before.tombstone_grace != now.tombstone_grace {
            Collector::set_timer(now.tombstone_grace, out);
        }
    }

    fn decide(
        &mut self,
        asked: NodeId,
        wanted: SettingsChange,
        out: &mut Outbox<'_>,
    ) -> Result<(), ChangeError> {
        let now = self.adopted();
        let next = now
            .next((self.id, self.replica.life()), &wanted)
            .map_err(ChangeError::Setting)?;
        let (sizes, before) = (next.settings.sizes(), now.settings.sizes());
        if sizes != before {
            if !matches!(self.inquiry, Inquiry::Done) {
                return self.inquire(asked, Wish::Settings(wanted), out);
            }
            self.decide_sizes(sizes, out)?;
        }
        if next.settings.with_sizes(before) != now.settings {
            self.adopt(&next, out);
            self.spread(&self.all_nodes(), out);
        } else if sizes == before {
            return Err(ChangeError::Nothing);
        }
        Ok(())
    }

    fn decide_sizes(&mut self, sizes: Sizes, out: &mut Outbox<'_>) -> Result<(), ChangeError> {
        let sizes = Some(sizes);
        let wanted = MembershipChange {
            sizes,
            ..MembershipChange::default()
        };
        if self.claimant(&[])? != self.id {
            return Err(ChangeError::NotInCluster);
        }
        self.plan(&wanted, out)
    }

    /// Who decides: the leader of a change while there is one, or else who would lead the next.
    fn decider(&self) -> Result<NodeId, ChangeError> {
        let layout = self.layout.as_ref().ok_or(ChangeError::NotInCluster)?;
        match layout.lead() {
            Some(lead) => Ok(lead.leader),
            None => self.claimant(&[]),
        }
    }
}

/// How replicas compare themselves, if they do.
fn compared(settings: &Settings) -> Option<AntiEntropy> {
    settings.compares.then_some(settings.anti_entropy)
}

#[cfg(test)]
mod tests;
