//! A change of settings, and which of two states of them is the later one.

use std::sync::Arc;

use crate::ring::NodeId;

use super::{Setting, SettingError, Settings};

/// What an operator wants: all of it comes into force together, or nothing does.
pub type SettingsChange = Arc<[(Setting, u64)]>;

/// When settings were decided: the later one wins on every node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch {
    /// From 1; 0 for what a cluster begins with.
    pub number: u64,
    /// Who decided. Two nodes may both take themselves for the claimant for a moment.
    pub by: NodeId,
    /// In which life: what it decided in the one before it may have forgotten, and others not.
    pub life: u64,
}

/// Settings that were decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adopted {
    /// When.
    pub epoch: Epoch,
    /// What.
    pub settings: Settings,
}

impl Adopted {
    /// The next state, decided by a node in one of its lives.
    ///
    /// # Errors
    ///
    /// As [`Settings::with`].
    pub fn next(
        &self,
        (by, life): (NodeId, u64),
        values: &[(Setting, u64)],
    ) -> Result<Self, SettingError> {
        Ok(Self {
            epoch: Epoch {
                number: self.epoch.number + 1,
                by,
                life,
            },
            settings: self.settings.with(values)?,
        })
    }
}

impl From<Settings> for Adopted {
    fn from(settings: Settings) -> Self {
        let epoch = Epoch::default();
        Self { epoch, settings }
    }
}
