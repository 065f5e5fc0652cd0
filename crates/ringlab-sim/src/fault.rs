//! What can go wrong in a world, as data: each fault has a kind, numbers and a time to last. Faults
//! are done to a world from outside; nodes and messages know nothing of them.
//!
//! A fault names nodes by their place among those that are there when it begins: so a script can
//! be written before its run, and still hits somebody when other steps of it are left out.

mod apply;
mod shape;
mod swarm;

use std::fmt;
use std::time::Duration;

pub use apply::Ongoing;
pub use shape::Shape;
pub use swarm::{Kind, Swarm};

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One message in so many is lost, everywhere.
    Loss(OneIn),
    /// One message between nodes in so many comes twice.
    Doubling(OneIn),
    /// One message in so many comes with other bytes, and is dropped.
    Corruption(OneIn),
    /// One message in so many takes up to so much longer: others overtake it.
    Reordering(OneIn, Duration),
    /// Messages of one node to another wait until the fault ends.
    Clog(Place, Place),
    /// Messages from and to a node take so many times as long.
    SlowLink(Place, u32),
    /// A node does not reach another, which reaches it.
    OneWay(Place, Place),
    /// The network falls into parts.
    Partition(Shape, Place),
    /// A client's requests and answers are lost, one in so many.
    ClientLoss(OneIn),
    /// A node does nothing for a while, then all at once.
    Pause(Place),
    /// A node stops at once, and begins again from its disk when the fault ends.
    Crash(Place),
    /// A node stops in the middle of what its disk does, which may be the next thing or one of so
    /// many after it, and begins again when the fault ends.
    PowerCut(Place, u32),
    /// A node's disk takes so many times as long.
    SlowDisk(Place, u32),
    /// A node's disk has no room.
    FullDisk(Place),
    /// A node's disk fails at one append or sync in so many; who it was is restarted in the end.
    WriteErrors(Place, OneIn),
    /// A node's disk fails at one read in so many.
    ReadErrors(Place, OneIn),
    /// A bit of one append in so many is stored as its opposite.
    FlippedBits(Place, OneIn),
    /// One append in so many lands elsewhere in its file, over what is there.
    MisdirectedWrites(Place, OneIn),
    /// A node's disk says that it has synced, and has not; then the power goes, and all of that
    /// with it.
    LyingSyncs(Place),
    /// A node stops and its disk is empty: it never comes back as who it was.
    Wipe(Place),
    /// A node's clock is so many microseconds ahead, or behind.
    Skew(Place, i64),
    /// A node's clock goes so many millionths faster, or slower.
    Drift(Place, i32),
    /// A node's clock goes to and fro.
    Strobe(Place, Duration),
}

impl Fault {
    /// Where it takes from a node what that node had stored, if it does.
    #[must_use]
    pub const fn damages(&self) -> Option<Place> {
        match self {
            Self::FlippedBits(place, _)
            | Self::MisdirectedWrites(place, _)
            | Self::LyingSyncs(place)
            | Self::Wipe(place) => Some(*place),
            _ => None,
        }
    }

    /// The same damage elsewhere.
    #[must_use]
    pub const fn damaging(self, place: Place) -> Self {
        match self {
            Self::FlippedBits(_, one_in) => Self::FlippedBits(place, one_in),
            Self::MisdirectedWrites(_, one_in) => Self::MisdirectedWrites(place, one_in),
            Self::LyingSyncs(_) => Self::LyingSyncs(place),
            Self::Wipe(_) => Self::Wipe(place),
            other => other,
        }
    }
}

/// One in so many; at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneIn(pub u32);

/// A node by its place among those that are there, counted round and round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub u32);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loss(OneIn(many)) => write!(f, "lose one message in {many}"),
            Self::Doubling(OneIn(many)) => write!(f, "double one message in {many}"),
            Self::Corruption(OneIn(many)) => write!(f, "spoil one message in {many}"),
            Self::Reordering(OneIn(many), extra) => {
                write!(f, "delay one message in {many} by up to {extra:?}")
            }
            Self::Clog(from, to) => write!(f, "clog the way from {from} to {to}"),
            Self::SlowLink(node, times) => write!(f, "slow the links of {node} {times} times"),
            Self::OneWay(from, to) => write!(f, "cut the way from {from} to {to}"),
            Self::Partition(shape, first) => write!(f, "partition: {shape}, from {first} on"),
            Self::ClientLoss(OneIn(many)) => write!(f, "lose one message of clients in {many}"),
            Self::Pause(node) => write!(f, "pause {node}"),
            Self::Crash(node) => write!(f, "crash {node}"),
            Self::PowerCut(node, after) => {
                write!(
                    f,
                    "cut the power of {node} after {after} operations of its disk"
                )
            }
            Self::SlowDisk(node, times) => write!(f, "slow the disk of {node} {times} times"),
            Self::FullDisk(node) => write!(f, "fill the disk of {node}"),
            Self::WriteErrors(node, OneIn(many)) => {
                write!(f, "fail one append or sync in {many} of {node}")
            }
            Self::ReadErrors(node, OneIn(many)) => write!(f, "fail one read in {many} of {node}"),
            Self::FlippedBits(node, OneIn(many)) => {
                write!(f, "flip a bit of one append in {many} of {node}")
            }
            Self::MisdirectedWrites(node, OneIn(many)) => {
                write!(f, "misdirect one append in {many} of {node}")
            }
            Self::LyingSyncs(node) => {
                write!(f, "let the disk of {node} sync nothing, then cut its power")
            }
            Self::Wipe(node) => write!(f, "wipe {node}"),
            Self::Skew(node, micros) => write!(f, "move the clock of {node} by {micros} us"),
            Self::Drift(node, parts) => {
                write!(f, "let the clock of {node} go {parts} millionths faster")
            }
            Self::Strobe(node, every) => {
                write!(f, "let the clock of {node} go to and fro every {every:?}")
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the node in place {}", self.0)
    }
}

#[cfg(test)]
mod tests;
