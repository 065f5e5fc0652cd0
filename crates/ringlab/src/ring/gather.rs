//! Preference lists out of owners met clockwise. It knows no tokens and no order of points: those
//! come with the owners.

use super::nodes::{NO_SLOT, Nodes, Slot};
use super::replication::{PreferenceList, REPLICAS_MAX, Spread};

/// The first `wanted` nodes among the owners met clockwise; `None` if those do not suffice.
#[inline]
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

/// One copy of the loop for each length: the nodes chosen so far stay in registers.
#[inline]
fn any(nodes: &Nodes, wanted: usize, owners: impl Iterator<Item = Slot>) -> Option<PreferenceList> {
    match wanted {
        0 => Some(PreferenceList::EMPTY),
        1 => distinct::<1>(nodes, owners),
        2 => distinct::<2>(nodes, owners),
        3 => distinct::<3>(nodes, owners),
        4 => distinct::<4>(nodes, owners),
        5 => distinct::<5>(nodes, owners),
        6 => distinct::<6>(nodes, owners),
        7 => distinct::<7>(nodes, owners),
        _ => distinct::<REPLICAS_MAX>(nodes, owners),
    }
}

#[inline]
fn distinct<const N: usize>(
    nodes: &Nodes,
    mut owners: impl Iterator<Item = Slot>,
) -> Option<PreferenceList> {
    let mut chosen = [NO_SLOT; N];
    for at in 0..N {
        chosen[at] = owners.find(|slot| !chosen[..at].contains(slot))?;
    }
    let mut list = PreferenceList::EMPTY;
    for slot in chosen {
        list.push(nodes.id(slot)?);
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
