//! A layout as bytes, for a journal. What a change copies and drops is not written: it follows
//! from the two placements and from who is lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::codec::{Malformed, Reader, write_number};
use crate::quorum::Sizes;
use crate::ring::{NodeId, Ring};

use super::{Change, Layout, Lead, Placement, Step, UnderWay};

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
    /// Writes it: its version, its leader, both placements and who is lost. O(nodes).
    pub fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, self.version);
        write_number(out, self.leader.0.into());
        self.before.encode(out);
        self.after.encode(out);
        write_nodes(out, &self.lost);
    }

    /// Reads what [`encode`](Self::encode) wrote, from the front of some bytes, and plans the same
    /// way again; an error for anything else. O(points of the rings).
    ///
    /// # Errors
    ///
    /// [`Malformed`] for anything else.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let version = reader.number()?;
        let leader = read_node(reader)?;
        let before = Placement::decode(reader)?;
        let after = Placement::decode(reader)?;
        let lost = read_nodes(reader)?;
        let left = |id: &NodeId| before.ring.node(*id).is_some() && after.ring.node(*id).is_none();
        if version == 0 || before == after || !lost.iter().all(left) {
            return Err(Malformed);
        }
        Ok(Self::between(version, leader, before, after, lost))
    }
}

impl Lead {
    /// Writes it. O(lost nodes).
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, self.term);
        write_number(out, self.leader.0.into());
        write_nodes(out, &self.lost);
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            term: reader.number()?,
            leader: read_node(reader)?,
            lost: read_nodes(reader)?,
        })
    }
}

fn write_nodes(out: &mut Vec<u8>, nodes: &BTreeSet<NodeId>) {
    write_number(out, nodes.len() as u64);
    for id in nodes {
        write_number(out, id.0.into());
    }
}

fn read_nodes(reader: &mut Reader<'_>) -> Result<BTreeSet<NodeId>, Malformed> {
    let count = reader.length()?;
    (0..count).map(|_| read_node(reader)).collect()
}

fn read_node(reader: &mut Reader<'_>) -> Result<NodeId, Malformed> {
    let id = u32::try_from(reader.number()?).map_err(|_| Malformed)?;
    Ok(NodeId(id))
}

impl Layout {
    /// Writes it: its version and placement; or the change under way, who leads it and how far that
    /// is. O(nodes).
    pub fn encode(&self, out: &mut Vec<u8>) {
        match &self.under_way {
            None => {
                write_number(out, 0);
                write_number(out, self.version);
                self.placement.encode(out);
            }
            Some(UnderWay { change, step, lead }) => {
                let step = match step {
                    Step::Announced => 1,
                    Step::Withdrawn => 4,
                    Step::Committed => 2,
                    // At Released it is not under way any more.
                    Step::Retired | Step::Released => 3,
                };
                write_number(out, step);
                change.encode(out);
                lead.encode(out);
            }
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, to the last byte; an error for anything else.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let reader = &mut Reader::new(bytes);
        let step = match reader.number()? {
            0 => None,
            1 => Some(Step::Announced),
            2 => Some(Step::Committed),
            3 => Some(Step::Retired),
            4 => Some(Step::Withdrawn),
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
                    ended_by: None,
                }
            }
            Some(step) => {
                let mut layout = Self::announced(Arc::new(Change::decode(reader)?));
                layout.follow(&Lead::decode(reader)?);
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
