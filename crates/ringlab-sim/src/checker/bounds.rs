//! L3: nothing grows without a bound.

use ringlab::coordinator::REQUESTS_IN_FLIGHT_MAX;
use ringlab::settings::Setting;

use super::{Check, Checker, Found, Scene};
use crate::cluster::Sight;

/// Events that may wait in a world of a few nodes: far more than a correct one ever has.
const WAITING_MAX: usize = 100_000;

pub(super) struct Bounds;

impl Checker for Bounds {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        let Sight::Event(id, _) = sight else {
            return;
        };
        let Some(node) = scene.cluster.node(*id) else {
            return;
        };
        for (what, many, most) in [
            (
                "requests",
                node.requests_in_flight(),
                REQUESTS_IN_FLIGHT_MAX,
            ),
            (
                "hints",
                node.hints(),
                scene.chosen.most(Setting::HintsMax) as usize,
            ),
            ("events", scene.cluster.waiting(), WAITING_MAX),
        ] {
            if many > most {
                let what = format!("{id:?}: {many} {what}, more than {most}");
                found.report(Check::QueuesAreBounded, scene.now(), what);
            }
        }
    }
}
