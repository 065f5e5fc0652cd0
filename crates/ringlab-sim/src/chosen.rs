//! What settings may be in force on any node of a world, from what its operators have asked for: of
//! each setting the least and the most. A checker that knows no more goes by the worst of it.

use ringlab::settings::{Setting, Settings, TABLE};

/// The least and the most of every setting, in the order of the table.
#[derive(Clone, Debug)]
pub struct Chosen(Vec<(u64, u64)>);

impl Chosen {
    /// These and no others.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let value = |setting| settings.get(setting);
        let rows = TABLE.iter().map(|row| value(row.setting));
        Self(rows.map(|value| (value, value)).collect())
    }

    /// Someone asks for these, too.
    pub fn add(&mut self, values: &[(Setting, u64)]) {
        for &(setting, value) in values {
            let (least, most) = &mut self.0[setting as usize];
            (*least, *most) = (value.min(*least), value.max(*most));
        }
    }

    /// The least that a setting may be.
    #[must_use]
    pub fn least(&self, setting: Setting) -> u64 {
        self.0[setting as usize].0
    }

    /// The most that a setting may be.
    #[must_use]
    pub fn most(&self, setting: Setting) -> u64 {
        self.0[setting as usize].1
    }

    /// Whether someone asked for another N, R, W or spread.
    #[must_use]
    pub fn resizes(&self) -> bool {
        let settings = TABLE.iter().map(|row| row.setting);
        let mut of_the_layout = settings.filter(|setting| setting.is_of_the_layout());
        of_the_layout.any(|setting| self.least(setting) < self.most(setting))
    }

    /// Whether fallbacks may count.
    #[must_use]
    pub fn is_sloppy(&self) -> bool {
        self.most(Setting::Strictness) > 0
    }

    /// Whether every read quorum meets every write quorum.
    #[must_use]
    pub fn quorums_meet(&self) -> bool {
        self.least(Setting::R) + self.least(Setting::W) > self.most(Setting::N)
    }

    /// Whether every read quorum meets every other one.
    #[must_use]
    pub fn reads_meet(&self) -> bool {
        2 * self.least(Setting::R) > self.most(Setting::N)
    }

    /// Whether every read repairs before it answers.
    #[must_use]
    pub fn repairs_first(&self) -> bool {
        self.least(Setting::ReadRepair) > 0
    }

    /// Whether some write may drop what its writer has not read.
    #[must_use]
    pub fn drops(&self) -> bool {
        self.most(Setting::Merge) > 0
    }

    /// Whether contexts may be cut that are no longer than this: what a write replaced may stand
    /// beside it again.
    #[must_use]
    pub fn cuts(&self, pairs: u64) -> bool {
        self.least(Setting::ClockPairs) < pairs
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn the_worst_of_what_was_asked_for_counts() {
        let mut chosen = Chosen::of(&Settings::DEFAULT);
        assert!(chosen.quorums_meet() && chosen.reads_meet());
        chosen.add(&[(Setting::R, 1), (Setting::W, 3)]);
        assert!(!chosen.quorums_meet(), "W was 2 and may still be");
        assert!(!chosen.is_sloppy() && !chosen.drops());
        chosen.add(&[(Setting::Strictness, 1), (Setting::Merge, 1)]);
        assert!(chosen.is_sloppy() && chosen.drops());
    }
}
