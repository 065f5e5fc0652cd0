//! H2, H3 and H4: hints end, a hint is confirmed when it is stored and not before, and no receiver
//! gets more of a holder at a time than it may.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use ringlab::message::{HintId, Message};
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::settings::Setting;
use ringlab::time::Instant;
use ringlab::version::Siblings;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;
use crate::oracle::Past;

#[derive(Default)]
pub(super) struct HintsStored {
    /// Hints on their way, by holder and receiver.
    sent: BTreeMap<(NodeId, NodeId, HintId), Sent>,
    /// When a holder sent hints to a receiver, as far back as a round goes.
    times: BTreeMap<(NodeId, NodeId), VecDeque<Instant>>,
}

/// What a hint has, and for whom another one is to keep it, if not for itself.
type Sent = (Key, Siblings, Option<NodeId>);

impl Checker for HintsStored {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Sent(
                holder,
                receiver,
                Message::HandOver {
                    hint,
                    key,
                    siblings,
                    place,
                    ..
                },
            ) => {
                let cell = (key.clone(), siblings.clone(), *place);
                self.sent.insert((*holder, *receiver, *hint), cell);
                self.count(*holder, *receiver, scene, found);
            }
            Sight::Sent(receiver, holder, Message::HandedOver { hint }) => {
                let sent = self.sent.get(&(*holder, *receiver, *hint));
                let (Some((key, siblings, place)), Some(node)) =
                    (sent, scene.cluster.node(*receiver))
                else {
                    return;
                };
                let stored = node.cell(key).unwrap_or_default();
                // A context that was cut short does not tell all that was replaced.
                let lacks = |past: &Past| !past.unseen(&past.known(siblings), &stored).is_empty();
                // An heir keeps it as a hint of its own, which only a read of it would show.
                let is_there = place.is_some() || !scene.oracle.past(key).is_some_and(lacks);
                if !is_there {
                    let what = format!("{receiver:?} confirms {key:?} and has {stored:?}");
                    found.report(Check::HintsAreStored, scene.now(), what);
                }
            }
            _ => {}
        }
    }

    fn at_the_end(&mut self, scene: &Scene<'_>, found: &mut Found) {
        for node in scene.cluster.nodes().filter(|node| node.hints() > 0) {
            let what = format!("{:?} still keeps {} hints", node.id(), node.hints());
            found.report(Check::HintsEnd, scene.now(), what);
        }
    }
}

impl HintsStored {
    fn count(&mut self, holder: NodeId, receiver: NodeId, scene: &Scene<'_>, found: &mut Found) {
        let now = scene.now();
        let interval = Duration::from_millis(scene.chosen.least(Setting::HintInterval));
        let per_round = scene.chosen.most(Setting::HintsPerRound) as usize;
        let times = self.times.entry((holder, receiver)).or_default();
        times.push_back(now);
        while times.front().is_some_and(|&at| now.since(at) >= interval) {
            times.pop_front();
        }
        // By a clock that jumps, one round may follow another at once.
        if times.len() > 2 * per_round {
            let many = times.len();
            let what = format!("{holder:?} sent {receiver:?} {many} hints in {interval:?}");
            found.report(Check::HintsAreBounded, now, what);
        }
    }
}
