//! A layout as bytes, for a journal. What a change copies and drops is not written: it follows
//! from the two placements.

use std::sync::Arc;

use crate::codec::{Malformed, Reader, write_number};
use crate::quorum::Sizes;
use crate::ring::{NodeId, Ring};

use super::{Change, Layout, Placement, Step};

impl Placement {
    fn encode(&self, out: &mut Vec<u8>) {
        self.ring.encode(out);
        self.sizes.encode(out);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let ring = Arc::new(Ring::decode(reader)?);
        let sizes = Sizes::decode(reader)?;
        Ok(Self { ring, sizes })
    }
}

impl Change {
    /// Writes it: its version, its leader and both placements. O(nodes).
    pub fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, self.version);
        write_number(out, self.leader.0.into());
        self.before.encode(out);
        self.after.encode(out);
    }

    /// Reads what [`encode`](Self::encode) wrote, from the front of some bytes, and plans the same
    /// way again; an error for anything else. O(points of the rings).
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let version = reader.number()?;
        let leader = NodeId(u32::try_from(reader.number()?).map_err(|_| Malformed)?);
        let before = Placement::decode(reader)?;
        let after = Placement::decode(reader)?;
        if version == 0 || before == after {
            return Err(Malformed);
        }
        Ok(Self::between(version, leader, before, after))
    }
}

impl Layout {
    /// Writes it: its version and placement; then the change under way and how far that is, if
    /// there is one. O(nodes).
    pub fn encode(&self, out: &mut Vec<u8>) {
        match &self.under_way {
            None => {
                write_number(out, 0);
                write_number(out, self.version);
                self.placement.encode(out);
            }
            Some((change, step)) => {
                let step = match step {
                    Step::Announced => 1,
                    Step::Committed => 2,
                    // At Released it is not under way any more.
                    Step::Retired | Step::Released => 3,
                };
                write_number(out, step);
                change.encode(out);
            }
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, to the last byte; an error for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let reader = &mut Reader::new(bytes);
        let step = match reader.number()? {
            0 => None,
            1 => Some(Step::Announced),
            2 => Some(Step::Committed),
            3 => Some(Step::Retired),
            _ => return Err(Malformed),
        };
        let layout = match step {
            None => {
                let version = reader.number()?;
                let placement = Placement::decode(reader)?;
                Self {
                    version,
                    placement,
                    under_way: None,
                }
            }
            Some(step) => {
                let mut layout = Self::announced(Arc::new(Change::decode(reader)?));
                if step > Step::Announced {
                    layout.take(step);
                }
                layout
            }
        };
        reader.end()?;
        Ok(layout)
    }
}

#[cfg(test)]
mod tests;
