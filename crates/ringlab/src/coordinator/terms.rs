//! What one request goes by from its beginning to its end: the settings of that moment, and what it
//! wants otherwise. A change of settings in between does not concern it.

use std::time::Duration;

use crate::layout::Placement;
use crate::message::{Options, Refusal};
use crate::pair::Key;
use crate::quorum::Quorum;
use crate::ring::PreferenceList;
use crate::settings::{Merge, ReadRepair, Strictness};

use super::View;

#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    options: Options,
    pub(super) strictness: Strictness,
    pub(super) read_repair: ReadRepair,
    pub(super) merge: Merge,
    pub(super) hedge_percentile: u32,
    pub(super) deadline: Duration,
    pub(super) patience: Duration,
}

impl Terms {
    /// The terms of a request that begins now; a refusal when it wants what cannot be.
    pub(super) fn of(options: Options, view: View<'_>) -> Result<Self, Refusal> {
        let View {
            layout, settings, ..
        } = view;
        options
            .sizes(layout.placement().sizes)
            .map_err(Refusal::Sizes)?;
        Ok(Self {
            options,
            strictness: options.strictness.unwrap_or(settings.strictness),
            read_repair: options.read_repair.unwrap_or(settings.read_repair),
            merge: options.merge.unwrap_or(settings.merge),
            hedge_percentile: settings.hedge_percentile,
            deadline: settings.request_deadline,
            patience: settings.fallback_patience,
        })
    }

    pub(super) fn is_sloppy(&self) -> bool {
        self.strictness == Strictness::Sloppy
    }

    pub(super) fn read_quorum(&self, view: View<'_>, key: &Key) -> Quorum {
        let (r, _, list) = self.side(view.layout.placement(), key);
        Quorum::new(r, &list)
    }

    pub(super) fn write_quorum(&self, view: View<'_>, key: &Key) -> Quorum {
        let (placement, other) = view.layout.writes();
        let (_, w, list) = self.side(placement, key);
        match other.map(|other| self.side(other, key)) {
            Some((_, w_too, other)) => Quorum::over_two((w, &list), (w_too, &other)),
            None => Quorum::new(w, &list),
        }
    }

    /// R, W and the replicas by one placement. What the request names was checked against the one
    /// that is read; in a change the other one may have fewer.
    fn side(&self, placement: &Placement, key: &Key) -> (u32, u32, PreferenceList) {
        let Options { n, r, w, .. } = self.options;
        let cluster = placement.sizes;
        let n = n.unwrap_or(u32::MAX).min(cluster.replication.n);
        let list = placement.replicas(key.token());
        let list = list.iter().copied().take(n as usize).collect();
        let r = r.unwrap_or(cluster.r).min(n);
        let w = w.unwrap_or(cluster.w).min(n);
        (r, w, list)
    }

    /// Of a read's voters those that are asked first, when others are held back.
    pub(super) fn holds_back(&self, quorum: &Quorum) -> bool {
        self.hedge_percentile > 0 && quorum.voters().count() > quorum.needed() as usize
    }
}
