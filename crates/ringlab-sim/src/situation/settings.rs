//! The settings of a situation: what an operator of the store chose, and the one that only a new
//! ring can have. It knows no engine.

use ringlab::ring::{Replication, Spread};
use ringlab::settings::{self, Setting, SettingError, TABLE};
use ringlab::sorted::SortedMap;
use serde::{Deserialize, Serialize};

use super::{SituationError, VIRTUAL_NODES_MAX, within};

/// Settings of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Points on the ring of a node of weight 1. All others change while the cluster runs; with
    /// another number of points the ring is made anew.
    pub virtual_nodes: u32,
    /// Settings of the store that are not the table's defaults, in its units.
    pub chosen: SortedMap<Setting, u64>,
}

impl Default for Settings {
    /// Those of the store, and its nodes watch each other.
    fn default() -> Self {
        let usual = settings::Settings {
            gossips: true,
            ..settings::Settings::DEFAULT
        };
        Self {
            virtual_nodes: 256,
            chosen: chosen(&usual),
        }
    }
}

impl Settings {
    /// The value of a setting of the store, in its unit. O(log settings).
    #[must_use]
    pub fn get(&self, setting: Setting) -> u64 {
        let chosen = self.chosen.get(&setting).copied();
        chosen.unwrap_or_else(|| setting.row().default())
    }

    /// The same with other values of the store's settings, all at once.
    ///
    /// # Errors
    ///
    /// [`SettingError`] when one is out of its bounds, or two do not go together.
    pub fn with(&self, values: &[(Setting, u64)]) -> Result<Self, SettingError> {
        let store = self.store()?.with(values)?;
        Ok(Self {
            chosen: chosen(&store),
            ..*self
        })
    }

    /// What has to be set so that these become `next`.
    #[must_use]
    pub fn changes_to(&self, next: &Self) -> Vec<(Setting, u64)> {
        let settings = TABLE.iter().map(|row| row.setting);
        let changed = settings.filter(|&setting| self.get(setting) != next.get(setting));
        changed
            .map(|setting| (setting, next.get(setting)))
            .collect()
    }

    /// The store's own.
    ///
    /// # Errors
    ///
    /// [`SettingError`] when one is out of its bounds, or two do not go together.
    pub fn store(&self) -> Result<settings::Settings, SettingError> {
        let chosen: Vec<_> = self
            .chosen
            .iter()
            .map(|(&setting, &value)| (setting, value))
            .collect();
        settings::Settings::DEFAULT.with(&chosen)
    }

    /// Makes sure that every setting is within its bounds, and that they go together.
    ///
    /// # Errors
    ///
    /// [`SituationError::OutOfBounds`] for the virtual nodes, [`SituationError::Setting`] for all
    /// others.
    pub fn check(&self) -> Result<(), SituationError> {
        let most = VIRTUAL_NODES_MAX.into();
        within("virtual nodes", self.virtual_nodes.into(), 1, most)?;
        self.store().map_err(SituationError::Setting)?;
        Ok(())
    }

    /// How replicas are chosen.
    #[must_use]
    pub fn replication(&self) -> Replication {
        Replication {
            n: self.get(Setting::N) as u32,
            spread: if self.get(Setting::Spread) == 0 {
                Spread::Any
            } else {
                Spread::Zones
            },
        }
    }
}

/// What is not as in the table.
fn chosen(store: &settings::Settings) -> SortedMap<Setting, u64> {
    let all = TABLE
        .iter()
        .map(|row| (row.setting, store.get(row.setting)));
    all.filter(|&(setting, value)| value != setting.row().default())
        .collect()
}
