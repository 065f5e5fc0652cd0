//! C3: writers who read first leave no more siblings than there are writers. Each write of which
//! nobody knows whether it happened, and each that did not read first, may leave one more; so may
//! one that a node named in two of its lives.

use ringlab::message::Outcome;

use super::{Check, Checker, Found, PAIRS_MAX, Scene};
use crate::cluster::Sight;

pub(super) struct SiblingsBound;

impl Checker for SiblingsBound {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        let Sight::Replied(_, id, Outcome::Values(answer)) = sight else {
            return;
        };
        let Some(request) = scene.oracle.request(*id) else {
            return;
        };
        let Some(past) = scene.oracle.past(&request.key) else {
            return;
        };
        if scene.chosen.cuts(PAIRS_MAX) {
            return;
        }
        let known = past.known(&answer.siblings);
        // A write is over for good when another one replaced it; a user has one that is not, and
        // one for each that it never knew the end of or that it made without looking.
        let mut replaced = crate::oracle::Writes::default();
        for place in known.iter() {
            replaced.extend(&past.writes()[place].replaced);
        }
        // One that its node has stored and not acknowledged when it stops stands beside itself, if a
        // second copy of what was asked reaches the node's next life.
        let left = known.without(&replaced);
        let most: usize = left.map(|place| 1 + past.named_anew(place)).sum();
        let siblings = answer.siblings.versions().len();
        if siblings > most.max(1) {
            let what = format!("{:?}: {siblings} siblings, {most} expected", request.key);
            found.report(Check::NoSiblingExplosion, scene.now(), what);
        }
    }
}
