//! The role of the node that decided on settings: it tells every node until each has said that it
//! goes by them. It knows no layout and no setting.
//!
//! Gossip spreads settings, too, where there is any: whoever hears an earlier epoch tells the later
//! one. So this matters for nodes that come late, and where nobody gossips.

use std::time::Duration;

use crate::message::{Message, SettingsNews, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;
use crate::settings::{Adopted, Epoch};
use crate::sorted::SortedSet;
use crate::time::doubled;

/// How long the first answer is waited for; then twice as long each time.
const SPREAD_PATIENCE: Duration = Duration::from_secs(1);
/// How often that is doubled: a node that is gone is asked about once a minute.
const SPREAD_DOUBLINGS_MAX: u32 = 6;

/// Who has not said yet that it goes by the settings decided last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spreader {
    waiting: SortedSet<NodeId>,
    retries: u32,
}

impl Spreader {
    /// From now on these nodes are told.
    pub(crate) fn begin(&mut self, adopted: &Adopted, nodes: &[NodeId], out: &mut Outbox<'_>) {
        let others = nodes.iter().copied().filter(|&node| node != out.id);
        (self.waiting, self.retries) = (others.collect(), 0);
        self.tell(adopted, out);
    }

    /// Nodes that are not among these, which are by id, have left, and need not know.
    pub(crate) fn retain(&mut self, nodes: &[NodeId]) {
        self.waiting
            .retain(|node| nodes.binary_search(node).is_ok());
    }

    /// A node goes by the settings of an epoch.
    pub(crate) fn taken(&mut self, node: NodeId, by: Epoch, own: Epoch, out: &mut Outbox<'_>) {
        if by >= own && self.waiting.remove(&node) && self.waiting.is_empty() {
            out.cancel_timer(TimerId::Settings);
        }
    }

    /// Some have not answered: tells them again.
    pub(crate) fn late(&mut self, adopted: &Adopted, out: &mut Outbox<'_>) {
        self.retries += 1;
        self.tell(adopted, out);
    }

    fn tell(&self, adopted: &Adopted, out: &mut Outbox<'_>) {
        if self.waiting.is_empty() {
            return out.cancel_timer(TimerId::Settings);
        }
        for &node in &self.waiting {
            let news = SettingsNews::Adopt(Box::new(*adopted));
            out.send(node, Message::Settings(news));
        }
        let patience = doubled(SPREAD_PATIENCE, self.retries.min(SPREAD_DOUBLINGS_MAX));
        out.set_timer_patiently(TimerId::Settings, patience);
    }
}
