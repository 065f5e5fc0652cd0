//! L1: when all is well again, every request succeeds.

use super::{Check, Checker, Found, Scene};
use crate::workload::End;

pub(super) struct Liveness;

impl Checker for Liveness {
    fn at_the_end(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let Some(healed) = scene.healed else {
            return;
        };
        let late = scene
            .users
            .deeds()
            .iter()
            .filter(|deed| deed.began > healed.0);
        for deed in late.filter(|deed| deed.end != End::Done) {
            found.report(Check::RequestsSucceed, scene.now(), format!("{deed:?}"));
        }
    }
}
