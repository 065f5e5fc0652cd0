//! Q1 and Q3: a get that begins after an acknowledgement sees that write or one that replaced it,
//! where every read quorum meets every write quorum and no disk lost anything. Where quorums are
//! sloppy that holds for what owners alone acknowledged and owners alone answer.

use ringlab::message::Outcome;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;

pub(super) struct RegularReads;

impl Checker for RegularReads {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        let Sight::Replied(coordinator, id, Outcome::Values(answer)) = sight else {
            return;
        };
        let promised = scene.chosen.quorums_meet() && !scene.chosen.drops();
        if !promised || scene.data_was_lost || !answer.fallbacks.is_empty() {
            return;
        }
        let Some(request) = scene.oracle.request(*id) else {
            return;
        };
        let must_see = if scene.chosen.is_sloppy() {
            &request.acknowledged_by_owners
        } else {
            &request.acknowledged
        };
        let Some(past) = scene.oracle.past(&request.key) else {
            return;
        };
        for place in past.unseen(must_see, &answer.siblings) {
            let write = past.writes()[place].request;
            let what = format!(
                "{:?}: {id:?}, answered by {:?} over {coordinator:?}, does not see the write of \
                 {write:?}",
                request.key, answer.replicas
            );
            found.report(Check::RegularReads, scene.now(), what);
        }
    }
}
