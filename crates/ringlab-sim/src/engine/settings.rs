//! Settings that change while the cluster runs: how they are asked for, and what the nodes go by.

use std::sync::Arc;

use ringlab::layout::{Layout, Step};
use ringlab::settings::{Setting, TABLE};

use super::{COORDINATOR, Engine, State};
use crate::cluster::Cluster;
use crate::protocol::{Deed, Refused, SettingInForce, Settings, SettingsInForce, Situation};

/// What the coordinator goes by, and since when.
#[derive(Clone, Debug, Default)]
pub(super) struct InForce {
    layout: u64,
    epoch: u64,
    all: Vec<SettingInForce>,
}

impl InForce {
    /// What a cluster begins with.
    pub(super) fn at_first(cluster: &Cluster) -> Self {
        let mut in_force = Self::default();
        in_force.follow(cluster);
        in_force
    }

    /// Sees what the coordinator goes by now. O(settings).
    pub(super) fn follow(&mut self, cluster: &Cluster) {
        let Some(coordinator) = cluster.node(COORDINATOR) else {
            return;
        };
        let settings = coordinator.settings();
        self.epoch = coordinator.epoch().number;
        self.layout = coordinator.layout().map_or(0, version_of_reads);
        for (place, row) in TABLE.iter().enumerate() {
            let value = settings.get(row.setting);
            match self.all.get_mut(place) {
                Some(known) if known.value == value => {}
                Some(known) => {
                    let is_of_the_layout = row.setting.is_of_the_layout();
                    known.value = value;
                    known.since = if is_of_the_layout {
                        self.layout
                    } else {
                        self.epoch
                    };
                }
                None => self.all.push(SettingInForce {
                    setting: row.setting,
                    value,
                    since: 0,
                }),
            }
        }
    }
}

impl Engine {
    /// Settings of the store that each node goes by when it hears of them: the coordinator decides
    /// at once, in a membership change, too.
    pub(super) fn set(&mut self, values: &[(Setting, u64)]) -> Result<(), Refused> {
        let wanted = self.situation.settings.with(values);
        let settings = wanted.map_err(Refused::Setting)?;
        if settings != self.situation.settings {
            let before = self.state();
            self.spread(settings);
            self.undo.remember(deed(values), before);
        }
        Ok(())
    }

    /// What nodes go by, and how many by the newest. O(nodes log nodes).
    pub(super) fn settings_in_force(&self) -> SettingsInForce {
        let (taken, nodes) = self.taken();
        SettingsInForce {
            epoch: self.in_force.epoch,
            taken,
            nodes,
            layout: self.in_force.layout,
            all: self.in_force.all.clone(),
        }
    }

    /// How many nodes go by the newest settings, and how many there are, without the coordinator.
    pub(super) fn taken(&self) -> (u32, u32) {
        let nodes = || self.cluster.nodes().filter(|node| node.id() != COORDINATOR);
        let taken = nodes().filter(|node| node.epoch().number >= self.in_force.epoch);
        (taken.count() as u32, nodes().count() as u32)
    }

    /// Returns to a state that differs in nothing but such settings, while the cluster runs;
    /// whether it does.
    pub(super) fn spread_back(&mut self, state: &State) -> bool {
        let other = Situation {
            settings: self.situation.settings.clone(),
            ..Situation::clone(&state.situation)
        };
        let (now, then) = (&self.situation.settings, &state.situation.settings);
        let changes = now.changes_to(then);
        let is_same = Arc::ptr_eq(self.contents.keyspace(), &state.keyspace)
            && other == *self.situation
            && now.virtual_nodes == then.virtual_nodes
            && !changes
                .iter()
                .any(|(setting, _)| setting.is_of_the_layout());
        if is_same {
            self.spread(then.clone());
        }
        is_same
    }

    fn spread(&mut self, settings: Settings) {
        let changes = self.situation.settings.changes_to(&settings);
        self.cluster.choose(COORDINATOR, &changes);
        self.in_force.follow(&self.cluster);
        self.situation = Arc::new(Situation {
            settings,
            ..Situation::clone(&self.situation)
        });
        self.revisions.situation += 1;
        self.revisions.settings += 1;
    }
}

/// The version that reads go by.
fn version_of_reads(layout: &Layout) -> u64 {
    let stage = layout.stage();
    if stage.step >= Step::Committed {
        stage.version
    } else {
        layout.settled_in().0
    }
}

/// Other settings as a deed.
pub(super) fn deed(values: &[(Setting, u64)]) -> Deed {
    match values {
        &[(setting, value)] => Deed::Set(setting, value),
        _ => Deed::Configure,
    }
}
