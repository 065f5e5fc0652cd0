//! Which settings an operator may want in a run, and when that makes sense. It knows no cluster.

use std::fmt;

use ringlab::settings::Setting::{self, *};

use crate::random::Chance;

/// What an operator wants at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice(pub &'static [(Setting, u64)]);

/// Settings that are changed together, and one run in how many changes them.
struct Family {
    one_in: u32,
    choices: &'static [Choice],
}

/// Every setting that nodes go by, but one: how long hints are kept is drawn once a run, together
/// with how long tombstones are, for hints that end early may be all that is left of a write.
const FAMILIES: &[Family] = &[
    Family {
        one_in: 4,
        choices: &[
            Choice(&[(N, 3), (R, 2), (W, 2)]),
            Choice(&[(N, 3), (R, 1), (W, 3)]),
            Choice(&[(N, 2), (R, 1), (W, 2)]),
            Choice(&[(N, 5), (R, 3), (W, 3)]),
            Choice(&[(N, 1), (R, 1), (W, 1)]),
            Choice(&[(Spread, 1)]),
            Choice(&[(Spread, 0)]),
        ],
    },
    Family {
        one_in: 4,
        choices: &[Choice(&[(Strictness, 0)]), Choice(&[(Strictness, 1)])],
    },
    Family {
        one_in: 2,
        choices: &[Choice(&[(ReadRepair, 0)]), Choice(&[(ReadRepair, 1)])],
    },
    Family {
        one_in: 8,
        choices: &[Choice(&[(Merge, 1)]), Choice(&[(Merge, 0)])],
    },
    Family {
        one_in: 2,
        choices: &[
            Choice(&[(HedgePercentile, 0)]),
            Choice(&[(HedgePercentile, 50)]),
            Choice(&[(HedgePercentile, 99)]),
        ],
    },
    Family {
        one_in: 2,
        choices: &[
            Choice(&[(RequestDeadline, 200)]),
            Choice(&[(RequestDeadline, 1_000)]),
            Choice(&[(FallbackPatience, 20)]),
            Choice(&[(FallbackPatience, 300)]),
        ],
    },
    Family {
        one_in: 2,
        choices: &[
            Choice(&[(Gossip, 0)]),
            Choice(&[(Gossip, 1)]),
            Choice(&[(GossipInterval, 200), (ProbeTimeout, 100)]),
            Choice(&[(GossipInterval, 1_000), (ProbeTimeout, 200)]),
            Choice(&[(IndirectProbes, 0)]),
            Choice(&[(IndirectProbes, 3)]),
            Choice(&[(SuspicionMultiplier, 2)]),
            Choice(&[(SuspicionMultiplier, 5)]),
        ],
    },
    Family {
        one_in: 2,
        choices: &[
            Choice(&[(AntiEntropy, 1)]),
            Choice(&[(AntiEntropy, 0)]),
            Choice(&[(AntiEntropyInterval, 100)]),
            Choice(&[(AntiEntropyInterval, 1_000)]),
            Choice(&[(BucketCount, 1)]),
            Choice(&[(BucketCount, 8)]),
            Choice(&[(BucketCount, 64)]),
        ],
    },
    Family {
        one_in: 8,
        choices: &[
            Choice(&[(ClockPairs, 2)]),
            Choice(&[(ClockPairs, 4)]),
            Choice(&[(ClockPairs, 50)]),
        ],
    },
    Family {
        one_in: 4,
        choices: &[
            Choice(&[(SiblingsMax, 1)]),
            Choice(&[(SiblingsMax, 3)]),
            Choice(&[(SiblingsMax, 100)]),
            Choice(&[(ValueBytesMax, 20)]),
            Choice(&[(ValueBytesMax, 1 << 20)]),
        ],
    },
    Family {
        one_in: 2,
        choices: &[
            Choice(&[(HintsMax, 0)]),
            Choice(&[(HintsMax, 5)]),
            Choice(&[(HintsMax, 10_000)]),
            Choice(&[(HintBytesMax, 40)]),
            Choice(&[(HintBytesMax, 1 << 30)]),
            Choice(&[(HintsPerRound, 1)]),
            Choice(&[(HintsPerRound, 100)]),
            Choice(&[(HintInterval, 100)]),
            Choice(&[(HintInterval, 2_000)]),
        ],
    },
    Family {
        one_in: 2,
        choices: &[
            Choice(&[(FilterOneIn, 2)]),
            Choice(&[(FilterOneIn, 100)]),
            Choice(&[(MemtableBytes, 1 << 10)]),
            Choice(&[(MemtableBytes, 1 << 20)]),
            Choice(&[(LogSegmentBytes, 1 << 10)]),
            Choice(&[(LogSegmentBytes, 1 << 20)]),
        ],
    },
];

/// Those of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices(Vec<Choice>);

impl Choices {
    /// Each family is in it or not. Without `hints` nothing that leaves any.
    pub(super) fn draw(hints: bool, chance: &mut Chance) -> Self {
        let families = FAMILIES
            .iter()
            .filter(|family| chance.up_to(family.one_in - 1) == 0);
        let families: Vec<&Family> = families.collect();
        let choices = families.iter().flat_map(|family| family.choices).copied();
        let leaves_hints = |choice: &Choice| choice.0.contains(&(Strictness, 1));
        Self(
            choices
                .filter(|choice| hints || !leaves_hints(choice))
                .collect(),
        )
    }

    /// One of them, if there is any.
    pub(super) fn choose(&self, chance: &mut Chance) -> Option<Choice> {
        let last = u32::try_from(self.0.len()).ok()?.checked_sub(1)?;
        Some(self.0[chance.up_to(last) as usize])
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, &(setting, value)) in self.0.iter().enumerate() {
            let row = setting.row();
            let between = if place == 0 { "" } else { ", " };
            write!(f, "{between}{} {}", row.name, row.text(value))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use std::collections::BTreeSet;

    use ringlab::settings::{Settings, TABLE};

    use super::*;

    #[test]
    fn every_setting_is_chosen_and_each_choice_can_be() {
        let mut chosen = BTreeSet::from([HintLifetime, TombstoneGrace]);
        for choice in FAMILIES.iter().flat_map(|family| family.choices) {
            chosen.extend(choice.0.iter().map(|(setting, _)| *setting));
            assert!(Settings::DEFAULT.with(choice.0).is_ok(), "{choice}");
        }
        let all: BTreeSet<Setting> = TABLE.iter().map(|row| row.setting).collect();
        assert_eq!(chosen, all);
    }
}
