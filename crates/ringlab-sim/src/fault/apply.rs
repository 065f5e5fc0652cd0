//! Letting a fault begin and end in a world.

use std::time::Duration;

use crate::cluster::Node;
use ringlab::ring::NodeId;
use ringlab::time::Instant;

use super::{Fault, OneIn, Place};
use crate::clock::Strobe;
use crate::cluster::Cluster;
use crate::disk::{DiskFaults, MILLION};
use crate::network::{End, Trouble, Ways};

/// How far ahead a clock that goes to and fro then is.
const STROBE: Duration = Duration::from_millis(700);

/// A fault under way: what has to be done to end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ongoing {
    /// The network's trouble of this number.
    Trouble(u32),
    /// This node waits.
    Paused(NodeId),
    /// This node is down, or will be.
    Down(NodeId),
    /// This node's disk is slow.
    SlowDisk(NodeId),
    /// This node's disk is full.
    FullDisk(NodeId),
    /// This node's disk fails.
    FailingDisk(NodeId),
    /// This node's disk does not keep what it is given.
    DamagingDisk(NodeId),
    /// This node's disk syncs nothing.
    LyingDisk(NodeId),
    /// This node's clock is off by so many microseconds.
    Skewed(NodeId, i64),
    /// This node's clock goes wrong.
    Drifting(NodeId),
    /// This node's clock goes to and fro.
    Strobing(NodeId),
}

impl Fault {
    /// Begins it; `number` is new for each and `lasts` is how long it will. Without nodes nothing
    /// happens.
    pub fn begin(&self, cluster: &mut Cluster, number: u32, lasts: Duration) -> Option<Ongoing> {
        let nodes: Vec<NodeId> = cluster.nodes().map(Node::id).collect();
        if nodes.is_empty() {
            return None;
        }
        let node = |place: Place| nodes[place.0 as usize % nodes.len()];
        let now = cluster.now();
        Some(match *self {
            Self::Pause(place) => {
                cluster.pause(node(place));
                Ongoing::Paused(node(place))
            }
            Self::Crash(place) => {
                cluster.crash(node(place));
                Ongoing::Down(node(place))
            }
            Self::Wipe(place) => {
                cluster.wipe(node(place));
                return None;
            }
            Self::SlowDisk(place, times) => {
                cluster.slow_disk(node(place), times);
                Ongoing::SlowDisk(node(place))
            }
            Self::Skew(place, micros) => {
                cluster.set_clock(node(place), |clock| clock.jump(now, micros));
                Ongoing::Skewed(node(place), micros)
            }
            Self::Drift(place, parts) => {
                cluster.set_clock(node(place), |clock| clock.set_drift(now, parts));
                Ongoing::Drifting(node(place))
            }
            Self::Strobe(place, every) => {
                let strobe = Strobe { every, by: STROBE };
                cluster.set_clock(node(place), |clock| clock.set_strobe(Some(strobe)));
                Ongoing::Strobing(node(place))
            }
            other => {
                if let Some(ongoing) = other.begin_on_disk(cluster, &nodes) {
                    return Some(ongoing);
                }
                let trouble = other.trouble(&nodes, now + lasts)?;
                cluster.network_mut().begins(number, trouble);
                Ongoing::Trouble(number)
            }
        })
    }

    /// Begins a fault of a disk among these nodes; nothing for another.
    fn begin_on_disk(self, cluster: &Cluster, nodes: &[NodeId]) -> Option<Ongoing> {
        let node = |place: Place| nodes[place.0 as usize % nodes.len()];
        Some(match self {
            Self::PowerCut(place, after) => {
                let disk = cluster.disk(node(place))?;
                disk.borrow_mut().cut_power_after(after.into());
                Ongoing::Down(node(place))
            }
            Self::FullDisk(place) => {
                change_disk(cluster, node(place), |faults| faults.capacity_bytes = 0);
                Ongoing::FullDisk(node(place))
            }
            Self::WriteErrors(place, OneIn(one_in)) => {
                let of_a_million = MILLION / one_in;
                change_disk(cluster, node(place), |faults| {
                    (faults.write_error, faults.sync_error) = (of_a_million, of_a_million);
                });
                Ongoing::FailingDisk(node(place))
            }
            Self::ReadErrors(place, OneIn(one_in)) => {
                change_disk(cluster, node(place), |faults| {
                    faults.read_error = MILLION / one_in;
                });
                Ongoing::FailingDisk(node(place))
            }
            Self::FlippedBits(place, OneIn(one_in)) => {
                change_disk(cluster, node(place), |faults| {
                    faults.flipped_bit = MILLION / one_in;
                });
                Ongoing::DamagingDisk(node(place))
            }
            Self::MisdirectedWrites(place, OneIn(one_in)) => {
                change_disk(cluster, node(place), |faults| {
                    faults.misdirected = MILLION / one_in;
                });
                Ongoing::DamagingDisk(node(place))
            }
            Self::LyingSyncs(place) => {
                change_disk(cluster, node(place), |faults| faults.lying_sync = MILLION);
                Ongoing::LyingDisk(node(place))
            }
            _ => return None,
        })
    }

    /// What a fault of the network is among these nodes; nothing for another.
    fn trouble(self, nodes: &[NodeId], until: Instant) -> Option<Trouble> {
        let node = |place: Place| nodes[place.0 as usize % nodes.len()];
        let end = |place: Place| End::Node(node(place));
        let ways = Ways::All;
        Some(match self {
            Self::Loss(OneIn(one_in)) => Trouble::Loses { ways, one_in },
            Self::Doubling(OneIn(one_in)) => Trouble::Doubles {
                ways: Ways::BetweenNodes,
                one_in,
            },
            Self::Corruption(OneIn(one_in)) => Trouble::Spoils { ways, one_in },
            Self::Reordering(OneIn(one_in), extra) => Trouble::Delays {
                ways,
                one_in,
                extra,
            },
            Self::ClientLoss(OneIn(one_in)) => Trouble::Loses {
                ways: Ways::Of(End::Clients),
                one_in,
            },
            Self::Clog(from, to) => Trouble::Clogs {
                ways: Ways::From(end(from), end(to)),
                until,
            },
            Self::SlowLink(place, times) => Trouble::Slows {
                ways: Ways::Of(end(place)),
                times,
            },
            Self::OneWay(from, to) => Trouble::Cuts([(node(from), node(to))].into()),
            Self::Partition(shape, first) => {
                let mut order = nodes.to_vec();
                order.rotate_left(first.0 as usize % nodes.len());
                Trouble::Cuts(shape.cuts(&order))
            }
            _ => return None,
        })
    }
}

impl Ongoing {
    /// Ends it. The node that it was done to may be gone.
    pub fn end(self, cluster: &mut Cluster) {
        let now = cluster.now();
        match self {
            Self::Trouble(number) => cluster.network_mut().ends(number),
            Self::Paused(node) => cluster.resume(node),
            Self::Down(node) => restart(cluster, node),
            Self::SlowDisk(node) => cluster.slow_disk(node, 1),
            Self::FullDisk(node) => {
                change_disk(cluster, node, |faults| faults.capacity_bytes = u64::MAX);
            }
            Self::DamagingDisk(node) => change_disk(cluster, node, |faults| {
                (faults.flipped_bit, faults.misdirected) =
                    (DiskFaults::NONE.flipped_bit, DiskFaults::NONE.misdirected);
            }),
            Self::LyingDisk(node) => {
                change_disk(cluster, node, |faults| {
                    faults.lying_sync = DiskFaults::NONE.lying_sync;
                });
                restart(cluster, node);
            }
            Self::FailingDisk(node) => {
                change_disk(cluster, node, |faults| {
                    let DiskFaults {
                        write_error,
                        sync_error,
                        read_error,
                        ..
                    } = DiskFaults::NONE;
                    (faults.write_error, faults.sync_error) = (write_error, sync_error);
                    faults.read_error = read_error;
                });
                restart(cluster, node);
            }
            Self::Skewed(node, micros) => {
                cluster.set_clock(node, |clock| clock.jump(now, -micros));
            }
            Self::Drifting(node) => cluster.set_clock(node, |clock| clock.set_drift(now, 0)),
            Self::Strobing(node) => cluster.set_clock(node, |clock| clock.set_strobe(None)),
        }
    }
}

/// Stops a node that still runs and begins it again. Where its disk still fails, it stays down: who
/// ends that restarts it.
fn restart(cluster: &mut Cluster, node: NodeId) {
    cluster.crash(node);
    if let Some(disk) = cluster.disk(node) {
        disk.borrow_mut().restore_power();
    }
    // Why it cannot is seen in what follows: the node stays down.
    let _ = cluster.restart(node);
}

fn change_disk(cluster: &Cluster, node: NodeId, change: impl FnOnce(&mut DiskFaults)) {
    if let Some(disk) = cluster.disk(node) {
        let mut disk = disk.borrow_mut();
        let mut faults = disk.faults();
        change(&mut faults);
        disk.set_faults(faults);
    }
}
