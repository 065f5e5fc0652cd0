//! N, R, W and the spread as bytes, for a journal.

use crate::codec::{Malformed, Reader, write_number};
use crate::ring::{Replication, Spread};

use super::Sizes;

impl Sizes {
    /// Writes it as four numbers.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let spread = match self.replication.spread {
            Spread::Any => 0,
            Spread::Zones => 1,
        };
        for number in [self.replication.n, self.r, self.w, spread] {
            write_number(out, number.into());
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, from the front of some bytes.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for anything else, and for numbers out of their bounds.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut next = || u32::try_from(reader.number()?).map_err(|_| Malformed);
        let (n, r, w) = (next()?, next()?, next()?);
        let spread = match next()? {
            0 => Spread::Any,
            1 => Spread::Zones,
            _ => return Err(Malformed),
        };
        let replication = Replication { n, spread };
        let sizes = Self { replication, r, w };
        sizes.check().map_err(|_| Malformed)?;
        Ok(sizes)
    }
}
