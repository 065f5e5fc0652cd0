//! M5: what nodes believe of each other changes no ownership, and who was away accuses nobody for
//! it, as long as its clock tells it.

use std::collections::BTreeMap;
use std::time::Duration;

use ringlab::message::Event;
use ringlab::ring::NodeId;
use ringlab::settings::Setting;
use ringlab::time::Instant;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;

/// Shorter than any wait for an answer to a probe: who accuses so soon after a pause has not asked.
const TOO_SOON: Duration = Duration::from_millis(10);

#[derive(Default)]
pub(super) struct Detector {
    resumed: BTreeMap<NodeId, Instant>,
}

impl Checker for Detector {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Resumed(node, away) => {
                let period = scene.chosen.most(Setting::GossipInterval);
                let period = Duration::from_millis(period);
                if *away >= period && scene.cluster.is_clock_right(*node) {
                    self.resumed.insert(*node, scene.now());
                }
            }
            Sight::Event(_, Event::ChangeBegan { version, .. }) if !scene.layout_changes => {
                let what = format!("nobody wants the change to {version}");
                found.report(Check::BeliefsChangeNothing, scene.now(), what);
            }
            Sight::Event(node, Event::Suspected { node: suspect, by }) if node == by => {
                let resumed = self.resumed.get(node);
                if resumed.is_some_and(|&at| scene.now().since(at) < TOO_SOON) {
                    let what = format!("{node:?} was away and suspects {suspect:?}");
                    found.report(Check::BeliefsChangeNothing, scene.now(), what);
                }
            }
            _ => {}
        }
    }
}
