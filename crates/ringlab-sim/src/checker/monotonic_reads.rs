//! Q2: where a read repairs before it answers and two read quorums always meet, what one read has
//! shown every later one shows. Not while the membership changes, and not when a disk lost
//! something.

use std::collections::BTreeMap;

use ringlab::message::{Outcome, RequestId};
use ringlab::pair::Key;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;
use crate::oracle::Writes;

#[derive(Default)]
pub(super) struct MonotonicReads {
    /// What reads have shown.
    shown: BTreeMap<Key, Writes>,
    /// What they had shown when a request was sent.
    when_asked: BTreeMap<RequestId, Writes>,
}

impl Checker for MonotonicReads {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        let chosen = scene.chosen;
        let promised = chosen.repairs_first() && chosen.reads_meet() && !chosen.is_sloppy();
        if !promised || chosen.drops() || scene.layout_changes || scene.data_was_lost {
            return;
        }
        match sight {
            Sight::Asked(_, id, command) => {
                let shown = self.shown.get(command.key()).cloned().unwrap_or_default();
                self.when_asked.insert(*id, shown);
            }
            Sight::Replied(_, id, Outcome::Values(answer)) => {
                let (Some(must), Some(request)) =
                    (self.when_asked.remove(id), scene.oracle.request(*id))
                else {
                    return;
                };
                let Some(past) = scene.oracle.past(&request.key) else {
                    return;
                };
                if !past.unseen(&must, &answer.siblings).is_empty() {
                    let what = format!("{:?}: {id:?} does not see what was read", request.key);
                    found.report(Check::MonotonicReads, scene.now(), what);
                }
                let shown = self.shown.entry(request.key.clone()).or_default();
                shown.extend(&past.known(&answer.siblings));
            }
            _ => {}
        }
    }
}
