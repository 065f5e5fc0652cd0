//! One thing to remember, and its bytes.

use std::sync::Arc;
use std::time::Duration;

use crate::codec::{Malformed, Reader, write_bytes, write_number};
use crate::hash::Token;
use crate::layout::{Lead, MembershipChange, Placement, Step};
use crate::pair::Key;
use crate::quorum::Sizes;
use crate::ring::{NodeId, NodeSpec, Ring, TokenRange, Weight};
use crate::settings::{Adopted, DecodeError};
use crate::storage::RangeSet;
use crate::version::Siblings;

const LIFE: u8 = 1;
const LAYOUT: u8 = 2;
const ANNOUNCED: u8 = 3;
const STEP: u8 = 4;
const RECEIVED: u8 = 5;
const HINT: u8 = 6;
const HINT_GONE: u8 = 7;
const DAMAGED: u8 = 8;
const WHOLE: u8 = 9;
const SETTINGS: u8 = 10;
const LEAD: u8 = 11;
const ENDED_BY: u8 = 12;
const STRAYS: u8 = 13;

/// Something that a node must remember.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// The number of its life: no earlier one gave a dot in this one's name.
    Life(u64),
    /// A settled layout.
    Layout(u64, Placement),
    /// The next layout was announced.
    Announced(Announced),
    /// Another node leads it on.
    Lead(Lead),
    /// Who led to the settled layout.
    EndedBy(NodeId),
    /// It took a step of the change that was announced.
    Step(Step),
    /// Rows of the loaded population, received from an old owner.
    Received(RangeSet),
    /// What it keeps in the place of a replica.
    Hint((Key, NodeId), KeptHint),
    /// That is over.
    HintGone((Key, NodeId)),
    /// Cells of these tokens may be lost.
    Damaged(RangeSet),
    /// They are all there again.
    Whole,
    /// The settings that it goes by, and when they were decided.
    Settings(Adopted),
    /// It took cells that are to become its own by this version, of which it has not heard.
    Strays(u64),
}

/// A hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptHint {
    /// How old it was when this was written: a moment of one life's clock says nothing in another.
    pub(crate) age: Duration,
    /// The cell.
    pub(crate) siblings: Siblings,
}

/// A change: what it is made of, which is little; its plan follows from that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announced {
    /// The layout version that it leads to.
    pub(crate) version: u64,
    /// Who leads it.
    pub(crate) leader: NodeId,
    /// What was wanted of the ring before.
    pub(crate) wanted: MembershipChange,
    /// What was in force before, for a node that joins.
    pub(crate) before: Option<Placement>,
}

impl Entry {
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Life(life) => {
                out.push(LIFE);
                write_number(out, *life);
            }
            Self::Layout(version, placement) => {
                out.push(LAYOUT);
                write_number(out, *version);
                write_placement(out, placement);
            }
            Self::Announced(announced) => {
                out.push(ANNOUNCED);
                write_announced(out, announced);
            }
            Self::Step(step) => out.extend_from_slice(&[STEP, byte_of(*step)]),
            Self::Lead(lead) => {
                out.push(LEAD);
                write_lead(out, lead);
            }
            Self::EndedBy(leader) => {
                out.push(ENDED_BY);
                write_number(out, leader.0.into());
            }
            Self::Received(ranges) => {
                out.push(RECEIVED);
                write_ranges(out, ranges);
            }
            Self::Hint(place, hint) => {
                out.push(HINT);
                write_place(out, place);
                let age = u64::try_from(hint.age.as_micros());
                write_number(out, age.unwrap_or(u64::MAX));
                hint.siblings.encode(out);
            }
            Self::HintGone(place) => {
                out.push(HINT_GONE);
                write_place(out, place);
            }
            Self::Damaged(ranges) => {
                out.push(DAMAGED);
                write_ranges(out, ranges);
            }
            Self::Whole => out.push(WHOLE),
            Self::Settings(adopted) => {
                out.push(SETTINGS);
                adopted.encode(out);
            }
            Self::Strays(version) => {
                out.push(STRAYS);
                write_number(out, *version);
            }
        }
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (&kind, rest) = bytes.split_first().ok_or(Malformed)?;
        let reader = &mut Reader::new(rest);
        let entry = match kind {
            LIFE => Self::Life(reader.number()?),
            LAYOUT => Self::Layout(reader.number()?, read_placement(reader)?),
            ANNOUNCED => Self::Announced(read_announced(reader)?),
            STEP => Self::Step(step_of(reader.take(1)?[0])?),
            LEAD => Self::Lead(read_lead(reader)?),
            ENDED_BY => Self::EndedBy(read_node(reader)?),
            RECEIVED => Self::Received(read_ranges(reader)?),
            HINT => {
                let place = read_place(reader)?;
                let age = Duration::from_micros(reader.number()?);
                let siblings = Siblings::decode(reader.take(reader.rest().len())?)?;
                let hint = KeptHint { age, siblings };
                Self::Hint(place, hint)
            }
            HINT_GONE => Self::HintGone(read_place(reader)?),
            DAMAGED => Self::Damaged(read_ranges(reader)?),
            WHOLE => Self::Whole,
            SETTINGS => Self::Settings(Adopted::decode(reader.take(reader.rest().len())?)?),
            STRAYS => Self::Strays(reader.number()?),
            _ => return Err(DecodeError::Malformed),
        };
        reader.end()?;
        Ok(entry)
    }
}

const fn byte_of(step: Step) -> u8 {
    match step {
        Step::Announced => 0,
        Step::Committed => 1,
        Step::Retired => 2,
        Step::Released => 3,
        Step::Withdrawn => 4,
    }
}

fn step_of(byte: u8) -> Result<Step, Malformed> {
    match byte {
        0 => Ok(Step::Announced),
        1 => Ok(Step::Committed),
        2 => Ok(Step::Retired),
        3 => Ok(Step::Released),
        4 => Ok(Step::Withdrawn),
        _ => Err(Malformed),
    }
}

fn write_place(out: &mut Vec<u8>, (key, node): &(Key, NodeId)) {
    write_bytes(out, key.bytes());
    write_number(out, node.0.into());
}

fn read_place(reader: &mut Reader<'_>) -> Result<(Key, NodeId), Malformed> {
    let key = Key::new(reader.bytes()?).map_err(|_| Malformed)?;
    Ok((key, read_node(reader)?))
}

fn read_node(reader: &mut Reader<'_>) -> Result<NodeId, Malformed> {
    let id = u32::try_from(reader.number()?).map_err(|_| Malformed)?;
    Ok(NodeId(id))
}

fn write_lead(out: &mut Vec<u8>, lead: &Lead) {
    write_number(out, lead.term);
    write_number(out, lead.leader.0.into());
    write_number(out, lead.lost.len() as u64);
    lead.lost
        .iter()
        .for_each(|id| write_number(out, id.0.into()));
}

fn read_lead(reader: &mut Reader<'_>) -> Result<Lead, Malformed> {
    Ok(Lead {
        term: reader.number()?,
        leader: read_node(reader)?,
        lost: read_each(reader, read_node)?.into_iter().collect(),
    })
}

fn write_ranges(out: &mut Vec<u8>, ranges: &RangeSet) {
    for range in ranges.ranges() {
        out.extend_from_slice(&range.after.0.to_le_bytes());
        out.extend_from_slice(&range.to.0.to_le_bytes());
    }
}

fn read_ranges(reader: &mut Reader<'_>) -> Result<RangeSet, Malformed> {
    let mut ranges = Vec::new();
    while !reader.rest().is_empty() {
        let (after, to) = (Token(reader.word()?), Token(reader.word()?));
        ranges.push(TokenRange { after, to });
    }
    Ok(ranges.into_iter().collect())
}

fn write_spec(out: &mut Vec<u8>, spec: &NodeSpec) {
    write_number(out, spec.id.0.into());
    write_bytes(out, spec.name.as_str().as_bytes());
    write_number(out, spec.weight.thousandths().into());
    write_bytes(out, spec.zone.as_str().as_bytes());
}

fn read_spec(reader: &mut Reader<'_>) -> Result<NodeSpec, Malformed> {
    Ok(NodeSpec {
        id: read_node(reader)?,
        name: read_text(reader)?.parse().map_err(|_| Malformed)?,
        weight: read_weight(reader)?,
        zone: read_text(reader)?.parse().map_err(|_| Malformed)?,
    })
}

fn read_text<'a>(reader: &mut Reader<'a>) -> Result<&'a str, Malformed> {
    std::str::from_utf8(reader.bytes()?).map_err(|_| Malformed)
}

fn read_weight(reader: &mut Reader<'_>) -> Result<Weight, Malformed> {
    let thousandths = u32::try_from(reader.number()?).map_err(|_| Malformed)?;
    Weight::from_thousandths(thousandths).map_err(|_| Malformed)
}

fn write_placement(out: &mut Vec<u8>, placement: &Placement) {
    placement.sizes.encode(out);
    placement.ring.encode(out);
}

fn read_placement(reader: &mut Reader<'_>) -> Result<Placement, Malformed> {
    let sizes = Sizes::decode(reader)?;
    let ring = Arc::new(Ring::decode(reader)?);
    Ok(Placement { ring, sizes })
}

fn write_announced(out: &mut Vec<u8>, announced: &Announced) {
    let wanted = &announced.wanted;
    write_number(out, announced.version);
    write_number(out, announced.leader.0.into());
    write_number(out, wanted.add.len() as u64);
    wanted.add.iter().for_each(|spec| write_spec(out, spec));
    for ids in [&wanted.remove, &wanted.lost] {
        write_number(out, ids.len() as u64);
        ids.iter().for_each(|id| write_number(out, id.0.into()));
    }
    write_number(out, wanted.reweight.len() as u64);
    for (id, weight) in &wanted.reweight {
        write_number(out, id.0.into());
        write_number(out, weight.thousandths().into());
    }
    write_number(out, wanted.rezone.len() as u64);
    for (id, zone) in &wanted.rezone {
        write_number(out, id.0.into());
        write_bytes(out, zone.as_str().as_bytes());
    }
    out.push(u8::from(wanted.sizes.is_some()));
    if let Some(sizes) = &wanted.sizes {
        sizes.encode(out);
    }
    if let Some(before) = &announced.before {
        write_placement(out, before);
    }
}

fn read_announced(reader: &mut Reader<'_>) -> Result<Announced, Malformed> {
    let (version, leader) = (reader.number()?, read_node(reader)?);
    let add = read_each(reader, read_spec)?;
    let remove = read_each(reader, read_node)?;
    let lost = read_each(reader, read_node)?;
    let reweight = read_each(reader, |reader| {
        Ok((read_node(reader)?, read_weight(reader)?))
    })?;
    let rezone = read_each(reader, |reader| {
        let id = read_node(reader)?;
        Ok((id, read_text(reader)?.parse().map_err(|_| Malformed)?))
    })?;
    let has_sizes = reader.take(1)? == [1];
    let sizes = has_sizes.then(|| Sizes::decode(reader)).transpose()?;
    let has_before = !reader.rest().is_empty();
    let before = has_before.then(|| read_placement(reader)).transpose()?;
    Ok(Announced {
        version,
        leader,
        wanted: MembershipChange {
            add,
            remove,
            lost,
            reweight,
            rezone,
            sizes,
        },
        before,
    })
}

fn read_each<T>(
    reader: &mut Reader<'_>,
    read: impl Fn(&mut Reader<'_>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let count = reader.number()?;
    (0..count).map(|_| read(reader)).collect()
}
