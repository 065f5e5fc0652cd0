//! A7: when all replicas were made equal, comparing them again finds nothing.

use std::collections::BTreeSet;

use ringlab::message::Event;
use ringlab::ring::NodeId;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;

#[derive(Default)]
pub(super) struct Comparisons {
    /// Exchanges that began when all were equal.
    of_equals: BTreeSet<(NodeId, u64)>,
}

impl Checker for Comparisons {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Event(node, Event::ExchangeBegan { number, .. }) if scene.is_equal => {
                self.of_equals.insert((*node, *number));
            }
            Sight::Event(
                node,
                Event::ExchangeEnded {
                    number,
                    with,
                    tally,
                    ..
                },
            ) if tally.differing > 0 && self.of_equals.contains(&(*node, *number)) => {
                let differing = tally.differing;
                let what = format!("{node:?} and {with:?} differ in {differing} buckets");
                found.report(Check::RepairsEnd, scene.now(), what);
            }
            _ => {}
        }
    }
}
