//! D1 and D3: what is acknowledged is on the disks of W nodes at that very moment, and W nodes said
//! so.

use std::collections::{BTreeMap, BTreeSet};

use ringlab::message::{AppendId, Outcome, Record};
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::settings::Setting;
use ringlab::version::Siblings;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;
use crate::oracle::Writes;

#[derive(Default)]
pub(super) struct Acknowledged {
    /// What nodes gave their disks, until it is stored.
    appended: BTreeMap<(NodeId, AppendId), Record>,
    /// The writes of each key that are on each node's disk, or were replaced by what is; of a node that
    /// was wiped since, what it had acknowledged before.
    stored: BTreeMap<Key, BTreeMap<NodeId, Writes>>,
    /// Hints on disks: by holder, of which key, in whose place.
    hints: BTreeSet<(NodeId, Key, NodeId)>,
}

impl Checker for Acknowledged {
    fn saw(&mut self, sight: &Sight, scene: Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Appended(node, id, record) => {
                self.appended.insert((*node, *id), record.clone());
            }
            Sight::Stored(node, id) => {
                if let Some(record) = self.appended.remove(&(*node, *id)) {
                    self.store(*node, &record, scene);
                }
            }
            Sight::Crashed(node) => self.appended.retain(|(owner, _), _| owner != node),
            Sight::Replied(_, id, Outcome::Stored(answer)) => {
                let Some(request) = scene.oracle.request(*id) else {
                    return;
                };
                let needed = needed(scene);
                let said = answer.replicas.len() + answer.fallbacks.len();
                if (said as u32) < needed {
                    let what = format!("{:?}: {said} of {needed} acknowledged it", request.key);
                    found.report(Check::NoEarlyAnswer, scene.now(), what);
                }
                let past = scene.oracle.past(&request.key);
                let writes = past.map_or(&[][..], |past| past.writes());
                let of_request = |write: &crate::oracle::Write| write.request == Some(*id);
                let Some(place) = writes.iter().position(of_request) else {
                    let what = format!("{:?}: {id:?} was never named", request.key);
                    return found.report(Check::AcknowledgedIsStored, scene.now(), what);
                };
                let nodes = self.stored.get(&request.key).into_iter().flatten();
                let having = nodes.filter(|(_, writes)| writes.contains(place)).count() as u32;
                if having < needed {
                    let what = format!(
                        "{:?}: the write of {id:?} is on {having} disks, not {needed}",
                        request.key
                    );
                    found.report(Check::AcknowledgedIsStored, scene.now(), what);
                }
            }
            _ => {}
        }
    }
}

/// W, or as many nodes as the smallest layout in force has that store.
fn needed(scene: Scene<'_>) -> u32 {
    let sizes = scene.layouts().map(|layout| layout.reads().storage_nodes());
    let smallest = sizes.min().unwrap_or(0) as u32;
    smallest.min(scene.chosen.least(Setting::W) as u32)
}

impl Acknowledged {
    fn store(&mut self, node: NodeId, record: &Record, scene: Scene<'_>) {
        match record {
            // A hint is a copy on another machine, too.
            Record::Cell(key, siblings) => self.add(node, key, siblings, scene),
            Record::Hint((key, place), siblings) => {
                self.hints.insert((node, key.clone(), *place));
                self.add(node, key, siblings, scene);
            }
            Record::Cells(cells) => {
                for (key, siblings) in cells.iter() {
                    self.add(node, key, siblings, scene);
                }
            }
            Record::Batch(batch) => {
                for (key, siblings) in &batch.cells {
                    self.add(node, key, siblings, scene);
                }
            }
            Record::HintGone((key, place)) => {
                self.hints.remove(&(node, key.clone(), *place));
            }
            Record::Forgotten(_) | Record::Step(_) => {}
            Record::Released(_) => {
                let Some(storage) = scene.cluster.node(node) else {
                    return;
                };
                let keeps_hint = |key: &Key| {
                    let mut hints = self.hints.iter();
                    hints.any(|(holder, of, _)| (*holder, of) == (node, key))
                };
                for (key, nodes) in &mut self.stored {
                    let is_empty = storage.cell(key).unwrap_or_default().is_empty();
                    if is_empty && !keeps_hint(key) {
                        nodes.remove(&node);
                    }
                }
            }
        }
    }

    fn add(&mut self, node: NodeId, key: &Key, siblings: &Siblings, scene: Scene<'_>) {
        let known = scene.oracle.read(key, siblings);
        let nodes = self.stored.entry(key.clone()).or_default();
        nodes.entry(node).or_default().extend(&known);
    }
}
