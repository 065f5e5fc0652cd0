//! Which faults a run has, and how bad: a random part of all kinds, so that runs differ in kind and
//! not only in number (Groce et al., "Swarm Testing", 2012).

use std::time::Duration;

use super::{Fault, OneIn, Place, Shape};
use crate::random::Chance;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// [`Fault::Loss`].
    Loss,
    /// [`Fault::Doubling`].
    Doubling,
    /// [`Fault::Corruption`].
    Corruption,
    /// [`Fault::Reordering`].
    Reordering,
    /// [`Fault::Clog`].
    Clog,
    /// [`Fault::SlowLink`].
    SlowLink,
    /// [`Fault::OneWay`].
    OneWay,
    /// [`Fault::Partition`].
    Partition,
    /// [`Fault::ClientLoss`].
    ClientLoss,
    /// [`Fault::Pause`].
    Pause,
    /// [`Fault::Crash`].
    Crash,
    /// [`Fault::PowerCut`].
    PowerCut,
    /// [`Fault::SlowDisk`].
    SlowDisk,
    /// [`Fault::FullDisk`].
    FullDisk,
    /// [`Fault::WriteErrors`].
    WriteErrors,
    /// [`Fault::ReadErrors`].
    ReadErrors,
    /// [`Fault::FlippedBits`].
    FlippedBits,
    /// [`Fault::MisdirectedWrites`].
    MisdirectedWrites,
    /// [`Fault::LyingSyncs`].
    LyingSyncs,
    /// [`Fault::Wipe`].
    Wipe,
    /// [`Fault::Skew`].
    Skew,
    /// [`Fault::Drift`].
    Drift,
    /// [`Fault::Strobe`].
    Strobe,
}

/// The faults of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swarm {
    kinds: Vec<Kind>,
    /// The longest that a fault of it lasts.
    longest: Duration,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 23] = [
        Self::Loss,
        Self::Doubling,
        Self::Corruption,
        Self::Reordering,
        Self::Clog,
        Self::SlowLink,
        Self::OneWay,
        Self::Partition,
        Self::ClientLoss,
        Self::Pause,
        Self::Crash,
        Self::PowerCut,
        Self::SlowDisk,
        Self::FullDisk,
        Self::WriteErrors,
        Self::ReadErrors,
        Self::FlippedBits,
        Self::MisdirectedWrites,
        Self::LyingSyncs,
        Self::Wipe,
        Self::Skew,
        Self::Drift,
        Self::Strobe,
    ];

    /// A fault of this kind.
    fn draw(self, chance: &mut Chance) -> Fault {
        let mut place = || Place(chance.up_to(63));
        let (node, other) = (place(), place());
        let one_in = OneIn(2 + chance.up_to(38));
        let times = 2 + chance.up_to(98);
        match self {
            Self::Loss => Fault::Loss(one_in),
            Self::Doubling => Fault::Doubling(one_in),
            Self::Corruption => Fault::Corruption(one_in),
            Self::Reordering => {
                let extra = Duration::from_millis(1 + u64::from(chance.up_to(400)));
                Fault::Reordering(one_in, extra)
            }
            Self::Clog => Fault::Clog(node, other),
            Self::SlowLink => Fault::SlowLink(node, times),
            Self::OneWay => Fault::OneWay(node, other),
            Self::Partition => {
                let shape = chance.up_to(Shape::ALL.len() as u32 - 1) as usize;
                Fault::Partition(Shape::ALL[shape], node)
            }
            Self::ClientLoss => Fault::ClientLoss(one_in),
            Self::Pause => Fault::Pause(node),
            Self::Crash => Fault::Crash(node),
            Self::PowerCut => Fault::PowerCut(node, 1 + chance.up_to(63)),
            Self::SlowDisk => Fault::SlowDisk(node, times * 10),
            Self::FullDisk => Fault::FullDisk(node),
            Self::WriteErrors => Fault::WriteErrors(node, one_in),
            Self::ReadErrors => Fault::ReadErrors(node, one_in),
            Self::FlippedBits => Fault::FlippedBits(node, one_in),
            Self::MisdirectedWrites => Fault::MisdirectedWrites(node, one_in),
            Self::LyingSyncs => Fault::LyingSyncs(node),
            Self::Wipe => Fault::Wipe(node),
            Self::Skew => {
                let micros = i64::from(chance.up_to(10_000_000));
                Fault::Skew(node, micros - 5_000_000)
            }
            Self::Drift => {
                let parts = chance.up_to(400_000).cast_signed();
                Fault::Drift(node, parts - 200_000)
            }
            Self::Strobe => {
                let every = Duration::from_millis(10 + u64::from(chance.up_to(990)));
                Fault::Strobe(node, every)
            }
        }
    }
}

impl Swarm {
    /// Each kind is in it or not; how long they last at most is its own, too.
    pub fn draw(chance: &mut Chance) -> Self {
        let kinds = Kind::ALL.into_iter().filter(|_| chance.up_to(1) == 0);
        let kinds = kinds.collect();
        let longest = Duration::from_millis(500 + u64::from(chance.up_to(9_500)));
        Self { kinds, longest }
    }

    /// No fault.
    #[must_use]
    pub const fn calm() -> Self {
        Self {
            kinds: Vec::new(),
            longest: Duration::ZERO,
        }
    }

    /// The kinds in it.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The longest that a fault of it lasts.
    #[must_use]
    pub const fn longest(&self) -> Duration {
        self.longest
    }

    /// A fault of one of its kinds and how long it lasts; nothing when it has none.
    pub fn fault(&self, chance: &mut Chance) -> Option<(Fault, Duration)> {
        let last = u32::try_from(self.kinds.len()).ok()?.checked_sub(1)?;
        let kind = self.kinds[chance.up_to(last) as usize];
        let most = u32::try_from(self.longest.as_millis()).unwrap_or(u32::MAX);
        let lasts = Duration::from_millis(u64::from(1 + chance.up_to(most)));
        Some((kind.draw(chance), lasts))
    }
}
