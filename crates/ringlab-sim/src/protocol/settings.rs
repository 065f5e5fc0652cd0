//! The settings that nodes go by. Boundary types; they know no engine.

use ringlab::settings::Setting;
use serde::{Deserialize, Serialize};

/// The settings that nodes go by, and how far the newest have come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsInForce {
    /// The newest epoch that was decided; 0 is what the cluster began with.
    pub epoch: u64,
    /// Nodes that go by it, the coordinator not counted.
    pub taken: u32,
    /// All nodes, the coordinator not counted.
    pub nodes: u32,
    /// The layout version that reads go by: it has N, R, W and the spread.
    pub layout: u64,
    /// Every setting, in the order of the table.
    pub all: Vec<SettingInForce>,
}

/// A setting as the coordinator has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingInForce {
    /// Which.
    pub setting: Setting,
    /// Its value, in its unit.
    pub value: u64,
    /// The epoch that it came with; of a setting of the layout, the layout version. 0: it is what
    /// the cluster began with.
    pub since: u64,
}
