//! H1: replies that count are of different machines, and a fallback is no replica of the key.

use std::collections::BTreeSet;

use ringlab::message::{Answer, Outcome};
use ringlab::ring::NodeId;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;

pub(super) struct Targets;

impl Checker for Targets {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        let Sight::Replied(_, id, Outcome::Values(answer) | Outcome::Stored(answer)) = sight else {
            return;
        };
        if let Some(what) = wrong(answer) {
            found.report(Check::CountedOnce, scene.now(), format!("{id:?}: {what}"));
        }
        if !answer.fallbacks.is_empty() && !scene.chosen.is_sloppy() {
            let what = format!(
                "{id:?}: fallbacks {:?} and strict quorums",
                answer.fallbacks
            );
            found.report(Check::CountedOnce, scene.now(), what);
        }
    }
}

fn wrong(answer: &Answer) -> Option<String> {
    let fallbacks = answer.fallbacks.iter().map(|fallback| fallback.node);
    let counted: Vec<NodeId> = answer.replicas.iter().copied().chain(fallbacks).collect();
    let different: BTreeSet<NodeId> = counted.iter().copied().collect();
    if different.len() < counted.len() {
        return Some(format!("{counted:?} are not all different"));
    }
    let stands_for_itself = |fallback: &&ringlab::quorum::Fallback| fallback.node == fallback.place;
    let itself = answer.fallbacks.iter().find(stands_for_itself)?;
    Some(format!("{itself:?} stands in for itself"))
}
