//! D1 and D3: what is acknowledged is on the disks of W nodes at that very moment, and W nodes said
//! so.

use std::collections::{BTreeMap, BTreeSet};

use ringlab::layout::{Layout, Placement, Step};
use ringlab::message::{AppendId, Event, Outcome, Record, Refusal, RequestId};
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::version::Siblings;

use super::{Check, Checker, Found, Scene};
use crate::cluster::{Node, Sight};
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
    /// Of requests that a coordinator has not answered yet, how many nodes must have stored what they
    /// write.
    needed: BTreeMap<(NodeId, RequestId), u32>,
}

impl Checker for Acknowledged {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Appended(node, id, record) => {
                self.appended.insert((*node, *id), record.clone());
            }
            Sight::Stored(node, id) => {
                if let Some(record) = self.appended.remove(&(*node, *id)) {
                    self.store(*node, &record, scene);
                }
            }
            Sight::Crashed(node) => {
                self.appended.retain(|(owner, _), _| owner != node);
                self.needed
                    .retain(|(coordinator, _), _| coordinator != node);
            }
            Sight::Event(node, Event::RequestBegan { request, .. }) => {
                let layout = scene.cluster.node(*node).and_then(Node::layout);
                let needed = layout.map_or(0, needed);
                // One that comes twice goes by what it came with first.
                self.needed.entry((*node, *request)).or_insert(needed);
            }
            Sight::Replied(_, _, Outcome::Refused(Refusal::RepeatedId)) => {}
            Sight::Replied(coordinator, id, outcome) => {
                let needed = self.needed.remove(&(*coordinator, *id));
                let needed = needed.unwrap_or_default();
                let (Outcome::Stored(answer), Some(request)) = (outcome, scene.oracle.request(*id))
                else {
                    return;
                };
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

/// W by what a coordinator goes by when a request begins, or as many nodes as there are that store.
/// During a change that of both layouts; only while it may still be withdrawn that of the old one,
/// for a coordinator goes by the change when its disk has it, which cannot be seen from here.
fn needed(layout: &Layout) -> u32 {
    let w = |placement: &Placement| placement.sizes_in_force().w;
    let (placement, other) = layout.writes();
    let other = other.filter(|_| layout.stage().step == Step::Committed);
    w(placement).max(other.map_or(0, w))
}

impl Acknowledged {
    fn store(&mut self, node: NodeId, record: &Record, scene: &Scene<'_>) {
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

    fn add(&mut self, node: NodeId, key: &Key, siblings: &Siblings, scene: &Scene<'_>) {
        let known = scene.oracle.read(key, siblings);
        let nodes = self.stored.entry(key.clone()).or_default();
        nodes.entry(node).or_default().extend(&known);
    }
}
