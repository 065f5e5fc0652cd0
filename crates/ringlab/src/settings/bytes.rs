//! Settings as bytes, for a journal: the epoch, then every value in the order of the table.

use crate::codec::{Malformed, Reader, write_number};
use crate::ring::NodeId;

use super::{Adopted, Epoch, Settings, TABLE};

impl Adopted {
    /// Writes the epoch and every setting. O(settings).
    pub fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, self.epoch.number);
        write_number(out, self.epoch.by.0.into());
        write_number(out, TABLE.len() as u64);
        for row in &TABLE {
            write_number(out, (row.get)(&self.settings));
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, to the last byte; an error for anything else,
    /// and for a value out of its bounds.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let reader = &mut Reader::new(bytes);
        let number = reader.number()?;
        let by = NodeId(u32::try_from(reader.number()?).map_err(|_| Malformed)?);
        if reader.length()? != TABLE.len() {
            return Err(Malformed);
        }
        let mut values = Vec::with_capacity(TABLE.len());
        for row in &TABLE {
            values.push((row.setting, reader.number()?));
        }
        reader.end()?;
        let settings = Settings::DEFAULT.with(&values).map_err(|_| Malformed)?;
        let epoch = Epoch { number, by };
        Ok(Self { epoch, settings })
    }
}
