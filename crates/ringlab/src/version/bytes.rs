//! A cell as bytes: the same cell is the same bytes everywhere, and other bytes are no cell.

use crate::codec::{Malformed, Reader, write_number};
use crate::pair::Value;
use crate::ring::NodeId;

use super::{Actor, Dot, Siblings, Version, VersionVector};

/// The shortest version: a dot of three numbers, no context, no value.
const VERSION_BYTES_MIN: usize = 5;
/// The shortest entry of a context.
const ENTRY_BYTES_MIN: usize = 3;

impl Siblings {
    /// Writes it as bytes: each version's dot, context and value, by dot. O(bytes).
    pub fn encode(&self, out: &mut Vec<u8>) {
        write_number(out, self.versions.len() as u64);
        for version in &*self.versions {
            write_dot(out, version.dot);
            write_context(out, &version.context);
            // A tombstone is 0, so a value's length is told one larger.
            let value = version.value.as_ref().map(Value::bytes);
            write_number(out, value.map_or(0, |value| value.len() as u64 + 1));
            out.extend_from_slice(value.unwrap_or_default());
        }
    }

    /// Reads what [`encode`](Self::encode) wrote, to the last byte.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let reader = &mut Reader::new(bytes);
        let count = reader.length()?;
        let room = count.min(reader.rest().len() / VERSION_BYTES_MIN);
        let mut versions = Vec::<Version>::with_capacity(room);
        for _ in 0..count {
            let version = read_version(reader)?;
            if versions.last().is_some_and(|last| last.dot >= version.dot) {
                return Err(Malformed);
            }
            versions.push(version);
        }
        reader.end()?;
        let siblings = Self {
            versions: versions.into(),
        };
        let stale = |version: &Version| siblings.supersedes(version.dot);
        if siblings.versions.iter().any(stale) {
            return Err(Malformed);
        }
        Ok(siblings)
    }
}

fn read_version(reader: &mut Reader<'_>) -> Result<Version, Malformed> {
    let dot = read_dot(reader)?;
    let context = read_context(reader)?;
    let value = match reader.length()? {
        0 => None,
        length => Some(Value::new(reader.take(length - 1)?).map_err(|_| Malformed)?),
    };
    Ok(Version {
        dot,
        context,
        value,
    })
}

pub(super) fn write_context(out: &mut Vec<u8>, context: &VersionVector) {
    write_number(out, context.counters.len() as u64);
    for &(actor, counter) in &context.counters {
        write_dot(out, Dot { actor, counter });
    }
}

pub(super) fn read_context(reader: &mut Reader<'_>) -> Result<VersionVector, Malformed> {
    let count = reader.length()?;
    let room = count.min(reader.rest().len() / ENTRY_BYTES_MIN);
    let mut counters = Vec::<(Actor, u64)>::with_capacity(room);
    for _ in 0..count {
        let Dot { actor, counter } = read_dot(reader)?;
        if counters.last().is_some_and(|last| last.0 >= actor) {
            return Err(Malformed);
        }
        counters.push((actor, counter));
    }
    Ok(VersionVector { counters })
}

fn write_dot(out: &mut Vec<u8>, dot: Dot) {
    write_number(out, u64::from(dot.actor.node.0));
    write_number(out, dot.actor.since);
    write_number(out, dot.counter);
}

fn read_dot(reader: &mut Reader<'_>) -> Result<Dot, Malformed> {
    let node = NodeId(u32::try_from(reader.number()?).map_err(|_| Malformed)?);
    let since = reader.number()?;
    let counter = reader.number()?;
    if counter == 0 {
        return Err(Malformed);
    }
    Ok(Dot {
        actor: Actor { node, since },
        counter,
    })
}

#[cfg(test)]
mod tests;
