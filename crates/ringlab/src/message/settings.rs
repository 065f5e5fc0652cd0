//! What nodes tell each other about settings. It knows no setting.

use crate::settings::{Adopted, Epoch, SettingsChange};

/// A message about settings.
#[derive(Clone, Debug)]
pub enum SettingsNews {
    /// Any node to the one that decides: an operator wants this.
    Wanted(SettingsChange),
    /// Any node to another: this was decided, go by it unless you know of something later.
    Adopt(Box<Adopted>),
    /// The answer: I go by what was decided then, or later.
    Taken(Epoch),
}
