//! C1, C2 and C7: in the end each replica of a key has every write that was acknowledged and that
//! none replaced, and nothing that another one replaced.

use ringlab::message::RequestId;
use ringlab::pair::Key;
use ringlab::ring::NodeId;

use super::{Check, Checker, Found, Scene};
use crate::oracle::{Flaw, Past};

/// Pairs that a context of a run has at most: of as many nodes, and of their lives.
pub(crate) const PAIRS_MAX: u64 = 32;

pub(super) struct LostUpdates;

impl Checker for LostUpdates {
    fn at_the_end(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let Some(placement) = scene.placement() else {
            return;
        };
        for (key, past) in scene.oracle.keys() {
            for &owner in &*placement.replicas(key.token()) {
                let Some(node) = scene.cluster.node(owner) else {
                    let what = format!("{owner:?} owns {key:?} and is gone");
                    found.report(Check::NoLostUpdate, scene.now(), what);
                    continue;
                };
                for flaw in past.flaws(&node.cell(key).unwrap_or_default()) {
                    let (check, what) = tell(key, owner, past, &flaw);
                    if check != Check::NoLostUpdate && scene.chosen.cuts(PAIRS_MAX) {
                        continue;
                    }
                    found.report(check, scene.now(), what);
                }
            }
        }
    }
}

fn tell(key: &Key, owner: NodeId, past: &Past, flaw: &Flaw) -> (Check, String) {
    let request = |place: usize| past.writes()[place].request;
    match *flaw {
        Flaw::Lost(place) => {
            let what = format!(
                "{owner:?} has lost the write of {} of {key:?}",
                name(request(place))
            );
            (Check::NoLostUpdate, what)
        }
        Flaw::Foreign(dot) => {
            let what = format!("{owner:?} has {dot:?} of {key:?}, which nobody wrote");
            (Check::NoLostUpdate, what)
        }
        Flaw::Replaced(place) => {
            let replaces = |write: &&crate::oracle::Write| write.replaced.contains(place);
            let by = past.writes().iter().rev().find(replaces);
            let by_delete = |write: &&crate::oracle::Write| write.deletes && replaces(write);
            let check = if past.writes().iter().any(|write| by_delete(&write)) {
                Check::DeletedStaysDeleted
            } else {
                Check::NoFalseSibling
            };
            let what = format!(
                "{owner:?} still has the write of {} of {key:?}, which {} replaced",
                name(request(place)),
                name(by.and_then(|write| write.request))
            );
            (check, what)
        }
    }
}

fn name(request: Option<RequestId>) -> String {
    match request {
        Some(id) => format!("request {}", id.number),
        None => "nobody (it was loaded)".to_owned(),
    }
}
