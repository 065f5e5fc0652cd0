//! From a wish to a change of the layout: which nodes come, with which ids and names, which N, R and
//! W, and what the situation is then. It changes nothing itself.

use ringlab::layout::MembershipChange;
use ringlab::ring::{NodeId, NodeName, NodeSpec, RingError, Weight, Zone};
use ringlab::settings::Setting;
use ringlab::sorted::{SortedMap, SortedSet};

use super::{COORDINATOR_NAME, settings};
use crate::protocol::{Command, Deed, NewNode, Refused, Situation, SituationError};
use crate::situation::numbered_name;

/// A change that can be made: what to tell the cluster, and what comes of it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) change: MembershipChange,
    /// Settings to tell the cluster instead: the layout's, and any that were wanted with them.
    pub(super) values: Vec<(Setting, u64)>,
    pub(super) next: Situation,
    pub(super) deed: Deed,
}

/// Plans a membership command over a situation; `None` when it is of another kind.
pub(super) fn plan(now: &Situation, command: &Command) -> Option<Result<Plan, Refused>> {
    let planned = match command {
        Command::Add(nodes) => add(now, nodes),
        Command::Remove(ids) => remove(now, ids),
        Command::Reweight(id, weight) => reweight(now, *id, *weight),
        Command::Rezone(id, zone) => rezone(now, *id, zone),
        Command::Replace(ids) => replace(now, ids),
        Command::Set(values) => resize(now, values)?,
        _ => return None,
    };
    Some(planned.and_then(possible))
}

/// Whether any of these settings belongs to the layout.
pub(super) fn is_of_the_layout(values: &[(Setting, u64)]) -> bool {
    let mut values = values.iter();
    values.any(|(setting, _)| setting.is_of_the_layout())
}

/// Other settings of the layout; `None` when they are as wanted.
fn resize(now: &Situation, values: &[(Setting, u64)]) -> Option<Result<Plan, Refused>> {
    let settings = match now.settings.with(values) {
        Ok(settings) if settings == now.settings => return None,
        Ok(settings) => settings,
        Err(error) => return Some(Err(Refused::Setting(error))),
    };
    Some(Ok(Plan {
        change: MembershipChange::default(),
        values: now.settings.changes_to(&settings),
        deed: settings::deed(values),
        next: Situation {
            settings,
            ..now.clone()
        },
    }))
}

fn possible(plan: Plan) -> Result<Plan, Refused> {
    match plan.next.check() {
        Ok(()) => Ok(plan),
        Err(SituationError::NameTwice(name)) => Err(Refused::Ring(RingError::NameTaken(name))),
        Err(error) => Err(Refused::Situation(error)),
    }
}

fn add(now: &Situation, nodes: &[NewNode]) -> Result<Plan, Refused> {
    let mut next = now.clone();
    let mut change = MembershipChange::default();
    for node in nodes {
        let spec = NodeSpec {
            id: NodeId(next.next_id),
            name: node.name.clone().unwrap_or_else(|| free_name(&next)),
            weight: node.weight,
            zone: node.zone.clone().unwrap_or_else(|| emptiest_zone(&next)),
        };
        if spec.name.as_str() == COORDINATOR_NAME {
            return Err(Refused::Ring(RingError::NameTaken(spec.name)));
        }
        next.next_id += 1;
        next.nodes.push(spec.clone());
        change.add.push(spec);
    }
    let name = match &*change.add {
        [only] => Some(only.name.clone()),
        _ => None,
    };
    Ok(Plan {
        deed: Deed::Add(change.add.len() as u32, name),
        change,
        values: Vec::new(),
        next,
    })
}

fn remove(now: &Situation, ids: &[NodeId]) -> Result<Plan, Refused> {
    let mut next = now.clone();
    let mut last = None;
    for id in ids {
        let place = place_of(&next, *id)?;
        last = Some(next.nodes.remove(place).name);
    }
    let stores = |node: &NodeSpec| node.weight != Weight::ZERO;
    match last {
        Some(name) if !next.nodes.iter().any(stores) => Err(Refused::LastNode(name)),
        last => Ok(Plan {
            change: MembershipChange {
                remove: ids.to_vec(),
                ..MembershipChange::default()
            },
            values: Vec::new(),
            next,
            deed: Deed::Remove(ids.len() as u32, last.filter(|_| ids.len() == 1)),
        }),
    }
}

/// A new node for each lost one, with its name, weight and zone: it stands where that one stood, so
/// nothing else moves.
fn replace(now: &Situation, ids: &[NodeId]) -> Result<Plan, Refused> {
    let mut next = now.clone();
    let mut only = None;
    let mut change = MembershipChange::default();
    for id in ids {
        let place = place_of(&next, *id)?;
        let lost = next.nodes.remove(place);
        only = Some(lost.name.clone());
        let by = NodeSpec {
            id: NodeId(next.next_id),
            ..lost
        };
        next.next_id += 1;
        next.nodes.push(by.clone());
        change.add.push(by);
        change.lost.push(*id);
    }
    Ok(Plan {
        change,
        values: Vec::new(),
        next,
        deed: Deed::Replace(ids.len() as u32, only.filter(|_| ids.len() == 1)),
    })
}

fn reweight(now: &Situation, id: NodeId, weight: Weight) -> Result<Plan, Refused> {
    let mut next = now.clone();
    let place = place_of(&next, id)?;
    let name = next.nodes[place].name.clone();
    next.nodes[place].weight = weight;
    if next.check() == Err(SituationError::NoStorage) {
        return Err(Refused::LastNode(name));
    }
    let change = MembershipChange {
        reweight: vec![(id, weight)],
        ..MembershipChange::default()
    };
    Ok(Plan {
        change,
        values: Vec::new(),
        next,
        deed: Deed::Reweight(name),
    })
}

fn rezone(now: &Situation, id: NodeId, zone: &Zone) -> Result<Plan, Refused> {
    let mut next = now.clone();
    let place = place_of(&next, id)?;
    next.nodes[place].zone = zone.clone();
    let deed = Deed::Rezone(next.nodes[place].name.clone());
    let rezone = vec![(id, zone.clone())];
    Ok(Plan {
        change: MembershipChange {
            rezone,
            ..MembershipChange::default()
        },
        values: Vec::new(),
        next,
        deed,
    })
}

fn place_of(situation: &Situation, id: NodeId) -> Result<usize, Refused> {
    let place = situation.nodes.iter().position(|node| node.id == id);
    place.ok_or(Refused::Ring(RingError::UnknownNode(id)))
}

/// `node-K` for the smallest K, from the next id on, that nobody is named.
fn free_name(situation: &Situation) -> NodeName {
    let taken: SortedSet<&NodeName> = situation.nodes.iter().map(|node| &node.name).collect();
    (situation.next_id..)
        .map(numbered_name)
        .find(|name| !taken.contains(name))
        .expect("there are more numbers than nodes")
}

/// The zone with the fewest nodes, the first by name of equal ones.
fn emptiest_zone(situation: &Situation) -> Zone {
    let mut nodes = SortedMap::<&Zone, u32>::new();
    for node in &situation.nodes {
        *nodes.entry(&node.zone).or_default() += 1;
    }
    let emptiest = nodes.into_iter().min_by_key(|(_, nodes)| *nodes);
    emptiest.map_or(Zone::default(), |(zone, _)| zone.clone())
}
