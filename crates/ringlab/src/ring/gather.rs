//! Preference lists out of owners met clockwise. It knows no order of points: that comes with the
//! owners.

use super::nodes::{Nodes, Slot};
use super::points::Points;
use super::replication::{PreferenceList, REPLICAS_MAX, Spread};
use crate::hash::Token;

/// The first `wanted` nodes from a token on, as far as one line tells; `None` if that does not
/// suffice.
#[inline]
pub(super) fn in_sight(
    nodes: &Nodes,
    points: &Points,
    token: Token,
    wanted: usize,
    spread: Spread,
) -> Option<PreferenceList> {
    match (spread, wanted) {
        // One copy of the code for each length: the nodes chosen stay in registers.
        (Spread::Any, 1) => listed(nodes, points.first_different::<1>(token)?),
        (Spread::Any, 2) => listed(nodes, points.first_different::<2>(token)?),
        (Spread::Any, 3) => listed(nodes, points.first_different::<3>(token)?),
        (Spread::Any, 4) => listed(nodes, points.first_different::<4>(token)?),
        (Spread::Any, 5) => listed(nodes, points.first_different::<5>(token)?),
        (Spread::Any, 6) => listed(nodes, points.first_different::<6>(token)?),
        (Spread::Any, 7) => listed(nodes, points.first_different::<7>(token)?),
        (Spread::Any, REPLICAS_MAX) => listed(nodes, points.first_different::<8>(token)?),
        _ => gather(nodes, wanted, spread, points.owners(token).iter().copied()),
    }
}

#[inline]
fn listed<const N: usize>(nodes: &Nodes, slots: [Slot; N]) -> Option<PreferenceList> {
    let mut list = PreferenceList::EMPTY;
    for slot in slots {
        list.push(nodes.id(slot)?);
    }
    Some(list)
}

/// The first `wanted` nodes among the owners met clockwise; `None` if those do not suffice.
pub(super) fn gather(
    nodes: &Nodes,
    wanted: usize,
    spread: Spread,
    owners: impl Iterator<Item = Slot>,
) -> Option<PreferenceList> {
    match spread {
        Spread::Any => any(nodes, wanted, owners),
        Spread::Zones => first_of_each_zone(nodes, wanted, owners),
    }
}

fn any(
    nodes: &Nodes,
    wanted: usize,
    mut owners: impl Iterator<Item = Slot>,
) -> Option<PreferenceList> {
    let mut list = PreferenceList::EMPTY;
    while list.len() < wanted {
        let id = nodes.id(owners.next()?)?;
        if !list.contains(&id) {
            list.push(id);
        }
    }
    Some(list)
}

fn first_of_each_zone(
    nodes: &Nodes,
    wanted: usize,
    mut owners: impl Iterator<Item = Slot>,
) -> Option<PreferenceList> {
    let zones_wanted = wanted.min(nodes.storage_zones());
    let mut zones = [0; REPLICAS_MAX];
    let (mut first, mut rest) = (PreferenceList::EMPTY, PreferenceList::EMPTY);
    while first.len() < zones_wanted || first.len() + rest.len() < wanted {
        let slot = owners.next()?;
        let id = nodes.id(slot)?;
        if first.contains(&id) || rest.contains(&id) {
            continue;
        }
        let zone = nodes.zone(slot);
        if !zones[..first.len()].contains(&zone) {
            zones[first.len()] = zone;
            first.push(id);
        } else if rest.len() < wanted - zones_wanted {
            rest.push(id);
        }
    }
    Some(first.iter().chain(rest.iter()).copied().collect())
}
