//! Why a setting is not taken: which one, which bound, in which unit.

use std::fmt;

use super::Setting;

/// Why a setting is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SettingError {
    /// No setting has this name.
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// A text that is no value of the setting's unit.
    Spelling {
        /// Which setting.
        setting: Setting,
        /// The text.
        text: String,
    },
    /// Below or above all that it can be.
    OutOfBounds {
        /// Which setting.
        setting: Setting,
        /// What was asked for, in its unit.
        asked: u64,
    },
    /// Not a power of two.
    PowerOfTwo {
        /// Which setting.
        setting: Setting,
        /// What was asked for.
        asked: u64,
    },
    /// Above what another setting leaves it.
    AboveAnother {
        /// Which setting.
        setting: Setting,
        /// What was asked for, in its unit.
        asked: u64,
        /// The most it can be beside the other one.
        most: u64,
        /// The other one.
        by: Setting,
    },
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => write!(f, "{name:?} is no setting"),
            Self::Spelling { setting, text } => {
                let row = setting.row();
                write!(f, "{}: {text:?} is no value; ", row.name)?;
                write!(
                    f,
                    "it goes from {} to {}",
                    row.text(row.least),
                    row.text(row.most)
                )
            }
            Self::OutOfBounds { setting, asked } => {
                let row = setting.row();
                write!(f, "{} is {}; ", row.name, row.text(*asked))?;
                write!(
                    f,
                    "it goes from {} to {}",
                    row.text(row.least),
                    row.text(row.most)
                )
            }
            Self::PowerOfTwo { setting, asked } => {
                write!(f, "{} is {asked}; it is a power of two", setting.row().name)
            }
            Self::AboveAnother {
                setting,
                asked,
                most,
                by,
            } => {
                let (row, by) = (setting.row(), by.row());
                write!(f, "{} is {}; ", row.name, row.text(*asked))?;
                let which = match *setting {
                    Setting::ProbeTimeout => "half of ",
                    Setting::HintLifetime => "just below ",
                    _ => "",
                };
                write!(
                    f,
                    "it is at most {}, which is {which}{}",
                    row.text(*most),
                    by.name
                )
            }
        }
    }
}

impl std::error::Error for SettingError {}
