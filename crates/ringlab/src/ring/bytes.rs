//! A ring as bytes, for a journal: what its placement follows from, and the ids that it must not
//! give again. It knows no file.

use crate::codec::{Malformed, Reader, write_bytes, write_number};

use super::{NodeId, NodeName, NodeSpec, Ring, Weight, Zone};

impl Ring {
    /// Writes it: its virtual nodes, its nodes by id, the highest id ever given. O(nodes).
    pub fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, self.virtual_nodes.into());
        write_number(out, self.len() as u64);
        for node in self.nodes() {
            write_number(out, node.id.0.into());
            write_bytes(out, node.name.as_str().as_bytes());
            write_number(out, node.weight.thousandths().into());
            write_bytes(out, node.zone.as_str().as_bytes());
        }
        let highest = self.nodes.highest();
        write_number(out, highest.map_or(0, |id| u64::from(id.0) + 1));
    }

    /// Reads what [`encode`](Self::encode) wrote, from the front of some bytes. O(virtual nodes).
    ///
    /// # Errors
    ///
    /// [`Malformed`] for anything else.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let virtual_nodes = small(reader)?;
        let mut nodes = Vec::<NodeSpec>::new();
        for _ in 0..reader.length()? {
            let node = read_node(reader)?;
            if nodes.last().is_some_and(|last| last.id >= node.id) {
                return Err(Malformed);
            }
            nodes.push(node);
        }
        let highest = match reader.number()? {
            0 => None,
            above => Some(NodeId(u32::try_from(above - 1).map_err(|_| Malformed)?)),
        };
        let last = nodes.last().map(|node| node.id);
        let mut ring = Self::with_nodes(virtual_nodes, nodes).map_err(|_| Malformed)?;
        if last > highest {
            return Err(Malformed);
        }
        ring.nodes.raise_highest(highest);
        Ok(ring)
    }
}

fn read_node(reader: &mut Reader<'_>) -> Result<NodeSpec, Malformed> {
    let id = NodeId(small(reader)?);
    let name: NodeName = text(reader)?.parse().map_err(|_| Malformed)?;
    let weight = Weight::from_thousandths(small(reader)?).map_err(|_| Malformed)?;
    let zone: Zone = text(reader)?.parse().map_err(|_| Malformed)?;
    Ok(NodeSpec {
        id,
        name,
        weight,
        zone,
    })
}

fn small(reader: &mut Reader<'_>) -> Result<u32, Malformed> {
    u32::try_from(reader.number()?).map_err(|_| Malformed)
}

fn text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Malformed> {
    std::str::from_utf8(reader.bytes()?).map_err(|_| Malformed)
}
