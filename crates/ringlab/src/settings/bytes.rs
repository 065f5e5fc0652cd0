//! Settings as bytes, for a journal: the epoch, then every value in the order of the table.

use crate::codec::{Malformed, Reader, write_number};
use crate::ring::NodeId;

use super::{Adopted, Epoch, SettingError, Settings, TABLE};

/// Why bytes are no settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They are not what was written.
    Malformed,
    /// They are, and this setting cannot be.
    Setting(SettingError),
}

impl Adopted {
    /// Writes the epoch and every setting. O(settings).
    pub fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, self.epoch.number);
        write_number(out, self.epoch.by.0.into());
        write_number(out, self.epoch.life);
        write_number(out, TABLE.len() as u64);
        for row in &TABLE {
            write_number(out, (row.get)(&self.settings));
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, to the last byte.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] for anything else, and for settings that cannot be.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let reader = &mut Reader::new(bytes);
        let number = reader.number()?;
        let by = NodeId(u32::try_from(reader.number()?).map_err(|_| Malformed)?);
        let life = reader.number()?;
        if reader.length()? != TABLE.len() {
            return Err(DecodeError::Malformed);
        }
        let mut values = Vec::with_capacity(TABLE.len());
        for row in &TABLE {
            values.push((row.setting, reader.number()?));
        }
        reader.end()?;
        let with = Settings::DEFAULT.with(&values);
        let settings = with.map_err(DecodeError::Setting)?;
        let epoch = Epoch { number, by, life };
        Ok(Self { epoch, settings })
    }
}

impl From<Malformed> for DecodeError {
    fn from(Malformed: Malformed) -> Self {
        Self::Malformed
    }
}
