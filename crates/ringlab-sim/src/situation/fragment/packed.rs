//! What stands in a link, version by version: the order of its parts never changes within one. It
//! knows no bytes.

use ringlab::ring::NodeSpec;
use ringlab::settings::Setting;
use serde::{Deserialize, Serialize};

use crate::situation::{KeySource, Settings, Situation, SituationError, Write};

/// The first version knew four settings of the store; all others were the usual ones.
#[derive(Deserialize)]
pub(super) struct First {
    seed: u64,
    settings: FirstSettings,
    keys: KeySource,
    nodes: Vec<NodeSpec>,
    next_id: u32,
    writes: Vec<Write>,
}

#[derive(Deserialize)]
struct FirstSettings {
    virtual_nodes: u32,
    n: u32,
    r: u32,
    w: u32,
    zone_aware: bool,
}

/// The second names the settings that are not the store's defaults: their places in the table may
/// change.
#[derive(Serialize, Deserialize)]
pub(super) struct Second {
    seed: u64,
    virtual_nodes: u32,
    settings: Vec<(String, u64)>,
    keys: KeySource,
    nodes: Vec<NodeSpec>,
    next_id: u32,
    writes: Vec<Write>,
}

impl From<&Situation> for Second {
    fn from(situation: &Situation) -> Self {
        let Situation {
            seed,
            settings,
            keys,
            nodes,
            next_id,
            writes,
        } = situation.clone();
        let named = |(setting, value): (Setting, u64)| (setting.row().name.to_owned(), value);
        Self {
            seed,
            virtual_nodes: settings.virtual_nodes,
            settings: settings.chosen.into_iter().map(named).collect(),
            keys,
            nodes,
            next_id,
            writes,
        }
    }
}

impl TryFrom<Second> for Situation {
    type Error = SituationError;

    fn try_from(second: Second) -> Result<Self, SituationError> {
        let known = |(name, value): (String, u64)| Ok((Setting::named(&name)?, value));
        let values: Result<Vec<_>, _> = second.settings.into_iter().map(known).collect();
        Ok(Self {
            seed: second.seed,
            settings: chosen(
                second.virtual_nodes,
                values.map_err(SituationError::Setting)?,
            )?,
            keys: second.keys,
            nodes: second.nodes,
            next_id: second.next_id,
            writes: second.writes,
        })
    }
}

impl TryFrom<First> for Situation {
    type Error = SituationError;

    fn try_from(first: First) -> Result<Self, SituationError> {
        let FirstSettings {
            virtual_nodes,
            n,
            r,
            w,
            zone_aware,
        } = first.settings;
        let mut values = vec![
            (Setting::N, n.into()),
            (Setting::R, r.into()),
            (Setting::W, w.into()),
            (Setting::Spread, zone_aware.into()),
        ];
        values.extend(Settings::default().chosen);
        Ok(Self {
            seed: first.seed,
            settings: chosen(virtual_nodes, values)?,
            keys: first.keys,
            nodes: first.nodes,
            next_id: first.next_id,
            writes: first.writes,
        })
    }
}

/// These values over the store's defaults.
fn chosen(virtual_nodes: u32, values: Vec<(Setting, u64)>) -> Result<Settings, SituationError> {
    let defaults = Settings {
        virtual_nodes,
        chosen: Default::default(),
    };
    defaults.with(&values).map_err(SituationError::Setting)
}
