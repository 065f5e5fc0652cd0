//! All that entries tell together, one after the other.

use std::sync::Arc;

use crate::layout::{Change, ChangeError, Layout, Lead, Placement, Step};
use crate::pair::Key;
use crate::ring::{NodeId, Ring};
use crate::settings::Adopted;
use crate::sorted::LongMap;
use crate::storage::RangeSet;

use super::{Announced, Entry, KeptHint};

/// What a node remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    /// Which life it was.
    pub(crate) life: u64,
    /// The layout in force before the change under way.
    settled: Option<(u64, Placement)>,
    /// The change under way, and the last step that was taken.
    under_way: Option<(Announced, Step)>,
    /// Who leads it on, when that is not who planned it.
    lead: Option<Lead>,
    /// Who led to the layout in force, if any did.
    ended_by: Option<NodeId>,
    /// Whether it leads to the layout in force; then its end may not have been told.
    pub(crate) led: Option<NodeId>,
    /// Rows that were received in the change under way.
    pub(crate) received: RangeSet,
    /// What it keeps for others.
    pub(crate) hints: LongMap<(Key, NodeId), KeptHint>,
    /// The settings that it goes by, where any were decided.
    pub(crate) settings: Option<Adopted>,
    /// Tokens whose cells may be lost.
    pub(crate) damaged: RangeSet,
    /// By which version cells that it took are to become its own, at the latest.
    pub(crate) strays_of: Option<u64>,
}

impl Memory {
    pub(super) fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Life(life) => self.life = life,
            Entry::Layout(version, placement) => {
                self.settled = Some((version, placement));
                (self.under_way, self.lead) = (None, None);
                self.received = RangeSet::default();
            }
            Entry::Lead(lead) => self.lead = Some(lead),
            Entry::EndedBy(leader) => self.ended_by = Some(leader),
            Entry::Announced(announced) => {
                if let Some(before) = &announced.before {
                    self.settled = Some((announced.version - 1, before.clone()));
                    self.received = RangeSet::default();
                }
                self.under_way = Some((announced, Step::Announced));
                self.lead = None;
            }
            Entry::Step(Step::Released) => self.settle(),
            Entry::Step(step) => {
                if let Some((_, at)) = &mut self.under_way {
                    *at = step;
                }
            }
            Entry::Received(ranges) => self.received = self.received.union(&ranges),
            Entry::Hint(place, hint) => {
                self.hints.insert(place, hint);
            }
            Entry::HintGone(place) => {
                self.hints.remove(&place);
            }
            Entry::Damaged(ranges) => self.damaged = self.damaged.union(&ranges),
            Entry::Whole => self.damaged = RangeSet::default(),
            Entry::Settings(adopted) => self.settings = Some(adopted),
            Entry::Strays(version) => self.strays_of = self.strays_of.max(Some(version)),
        }
    }

    /// The same, as few entries.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![Entry::Life(self.life)];
        if let Some((version, placement)) = &self.settled {
            entries.push(Entry::Layout(*version, placement.clone()));
        }
        entries.extend(self.ended_by.map(Entry::EndedBy));
        if let Some((announced, step)) = &self.under_way {
            entries.push(Entry::Announced(announced.clone()));
            if *step != Step::Announced {
                entries.push(Entry::Step(*step));
            }
            entries.extend(self.lead.clone().map(Entry::Lead));
        }
        if !self.received.is_empty() {
            entries.push(Entry::Received(self.received.clone()));
        }
        let hints = self.hints.iter();
        entries.extend(hints.map(|(place, hint)| Entry::Hint(place.clone(), hint.clone())));
        if !self.damaged.is_empty() {
            entries.push(Entry::Damaged(self.damaged.clone()));
        }
        entries.extend(self.settings.map(Entry::Settings));
        entries.extend(self.strays_of.map(Entry::Strays));
        entries
    }

    /// Where it is in its cluster's membership; its plans are made again. O(points of the ring)
    /// when a change is under way.
    pub(crate) fn layout(&self) -> Result<Option<Layout>, ChangeError> {
        let Some((version, placement)) = &self.settled else {
            return Ok(None);
        };
        let mut layout = Layout::settled(*version, placement.ring.clone(), placement.sizes);
        layout.was_ended_by(self.ended_by);
        if let Some((announced, step)) = &self.under_way {
            let Announced {
                version,
                leader,
                wanted,
                ..
            } = announced;
            let change = Change::plan(*version, *leader, placement.clone(), wanted)?;
            layout.announce(Arc::new(change));
            if let Some(lead) = &self.lead {
                layout.follow(lead);
            }
            if *step > Step::Announced {
                layout.take(*step);
            }
        }
        Ok(Some(layout))
    }

    fn settle(&mut self) {
        let Some((announced, step)) = self.under_way.take() else {
            return;
        };
        let wanted = &announced.wanted;
        if let Some((version, placement)) = &mut self.settled
            && let Ok(mut ring) = wanted.applied_to(&placement.ring)
        {
            *version = announced.version;
            if step == Step::Withdrawn {
                let after = std::mem::replace(&mut ring, Ring::clone(&placement.ring));
                ring.keep_ids_of(&after);
            } else {
                placement.sizes = wanted.sizes.unwrap_or(placement.sizes);
            }
            placement.ring = Arc::new(ring);
        }
        let lead = self.lead.take();
        let leader = lead.map_or(announced.leader, |lead| lead.leader);
        (self.led, self.ended_by) = (Some(leader), Some(leader));
        self.received = RangeSet::default();
    }
}

impl From<&Change> for Announced {
    /// What the change is made of: `before` is told by whoever needs it.
    fn from(change: &Change) -> Self {
        Self {
            version: change.version,
            leader: change.leader,
            wanted: change.wanted.clone(),
            before: None,
        }
    }
}
