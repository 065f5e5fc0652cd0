//! A membership change: what an operator wants, and the plan that follows from it. It knows no
//! steps.

use std::fmt;
use std::sync::Arc;

use crate::movement::{Movement, exchanges};
use crate::quorum::{Sizes, SizesError};
use crate::ring::{NodeId, NodeName, NodeSpec, Ring, RingError, TokenRange, Weight, Zone};
use crate::settings::SettingError;
use crate::sorted::{SortedMap, SortedSet};
use crate::storage::RangeSet;

use super::Placement;

/// What an operator wants: all of it becomes one new layout version, or nothing does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembershipChange {
    /// Nodes that join; their ids are above every id given before.
    pub add: Vec<NodeSpec>,
    /// Nodes that hand over what they hold, then leave.
    pub remove: Vec<NodeId>,
    /// Nodes that are gone for good: nobody waits for them, and others give what they had. One that
    /// is only believed dead is out when it comes back.
    pub lost: Vec<NodeId>,
    /// Nodes that take a larger or smaller part.
    pub reweight: Vec<(NodeId, Weight)>,
    /// Nodes that stand elsewhere.
    pub rezone: Vec<(NodeId, Zone)>,
    /// Another N, R, W or spread.
    pub sizes: Option<Sizes>,
}

/// Why a change is not begun, or not withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ChangeError {
    /// The ring cannot take it.
    Ring(RingError),
    /// N, R or W is out of its bounds.
    Sizes(SizesError),
    /// A setting is.
    Setting(SettingError),
    /// It would leave no node that stores; this one holds all data.
    LastStorageNode(NodeName),
    /// The change that leads to this version is under way; one at a time.
    UnderWay {
        /// The version it leads to.
        version: u64,
    },
    /// It changes nothing.
    Nothing,
    /// The node that was asked does not belong to the cluster.
    NotInCluster,
    /// Reads may go by the new owners already: the change can only go on.
    Committed {
        /// The version it leads to.
        version: u64,
    },
    /// There is no change to withdraw.
    NothingUnderWay,
    /// The node was removed, or never came to belong: its id is not given again.
    WasRemoved(NodeId),
    /// The node that was asked knows of another layout than the one to which it passed the wish on.
    DecidedElsewhere,
    /// The node that decides began again, and another one is in the middle of a change of which it
    /// does not know: that one may lead on.
    Behind {
        /// The version to which that change leads.
        version: u64,
        /// Who knows it.
        known_by: NodeId,
    },
    /// The node that decides began again, and this one has not told it whether there is a change of
    /// which it does not know.
    Unheard(NodeId),
    /// The node that decides began again, and another wish waits until all have told it what they know.
    AnotherWaits,
    /// An operator took back a wish that waited, or wants something that goes first.
    TakenBack,
}

/// A planned change: the same one is shared by every node it is announced to.
#[derive(Clone, Debug)]
pub struct Change {
    /// The layout version it leads to.
    pub version: u64,
    /// Who leads it: acknowledgements go there.
    pub leader: NodeId,
    /// What is in force until it is committed.
    pub before: Placement,
    /// What it leads to.
    pub after: Placement,
    /// Everyone who takes part: the nodes of both rings that are not lost, by id.
    pub nodes: Arc<[NodeId]>,
    /// Nodes of the ring before that are gone for good and take no part.
    pub lost: SortedSet<NodeId>,
    /// By source, then by target: what is to be copied.
    pub copies: SortedMap<NodeId, SortedMap<NodeId, RangeSet>>,
    /// By node: what it owns that it did not own before.
    pub gains: SortedMap<NodeId, RangeSet>,
    /// By node: what it no longer owns.
    pub drops: SortedMap<NodeId, RangeSet>,
    /// Nodes that receive ranges.
    pub targets: SortedSet<NodeId>,
    /// What an operator wanted, as far as the rings tell it: what it leads to follows from this and
    /// what is before.
    pub wanted: MembershipChange,
}

/// What lost nodes may have been the only ones to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bereft {
    /// Tokens of which every owner is lost: nobody has what was written there.
    pub of_all: RangeSet,
    /// Tokens of which W owners are lost, or more, but not all: they may have been the only ones to
    /// acknowledge a write.
    pub of_a_quorum: RangeSet,
}

impl Change {
    /// Plans the way from `before` to what is wanted, as the given version. O(points of the ring):
    /// done by the leader.
    ///
    /// # Errors
    ///
    /// As [`MembershipChange::applied_to`]; [`ChangeError::Sizes`] when N, R or W is out of its
    /// bounds, and [`ChangeError::Nothing`] when all stays as it is.
    pub fn plan(
        version: u64,
        leader: NodeId,
        before: Placement,
        wanted: &MembershipChange,
    ) -> Result<Self, ChangeError> {
        let after = Placement {
            ring: Arc::new(wanted.applied_to(&before.ring)?),
            sizes: wanted.sizes.unwrap_or(before.sizes),
        };
        after.sizes.check().map_err(ChangeError::Sizes)?;
        if after == before {
            return Err(ChangeError::Nothing);
        }
        let lost = wanted.lost.iter().copied().collect();
        Ok(Self::between(version, leader, before, after, lost))
    }

    /// Whether another plan of the same version is this one. O(nodes).
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.leader == other.leader
            && self.after == other.after
            && self.before == other.before
            && self.lost == other.lost
    }

    /// The change between two placements: what it copies and drops follows from them, and from who
    /// is lost: every owner that remains gives what a lost one had.
    fn between(
        version: u64,
        leader: NodeId,
        before: Placement,
        after: Placement,
        lost: SortedSet<NodeId>,
    ) -> Self {
        let wanted = MembershipChange::between(&before, &after, &lost);
        let lives = |node| !lost.contains(&node);
        let movement = Movement::between(before.lists(), after.lists(), lives);
        let mut copied = if after.reads_meet_writes_of(&before) {
            movement.copies().to_vec()
        } else {
            exchanges(before.lists(), after.lists())
        };
        copied.retain(|copy| lives(copy.from));
        let mut copies = SortedMap::<_, SortedMap<_, Vec<_>>>::new();
        for copy in &copied {
            let targets = copies.entry(copy.from).or_default();
            targets.entry(copy.to).or_default().push(copy.range);
        }
        let gains = movement.gains().iter().map(|gain| (gain.node, gain.range));
        let drops = movement.drops().iter().map(|drop| (drop.node, drop.range));
        let targets = copied.iter().map(|copy| copy.to);
        Self {
            version,
            leader,
            gains: by_node(gains),
            drops: by_node(drops.filter(|(node, _)| lives(*node))),
            targets: targets.collect(),
            copies: in_sets(copies),
            nodes: of_both(&before, &after).filter(|&id| lives(id)).collect(),
            before,
            after,
            lost,
            wanted,
        }
    }

    /// What is copied to a node.
    #[must_use]
    pub(crate) fn copied_to(&self, node: NodeId) -> RangeSet {
        let copied = self
            .copies
            .values()
            .filter_map(|targets| targets.get(&node));
        copied.flat_map(RangeSet::ranges).collect()
    }

    /// What is in force when it is withdrawn: what was before, but the ids that it gave stay given.
    #[must_use]
    pub fn withdrawn(&self) -> Placement {
        let mut ring = Ring::clone(&self.before.ring);
        ring.keep_ids_of(&self.after.ring);
        Placement {
            ring: Arc::new(ring),
            sizes: self.before.sizes,
        }
    }

    /// What may be gone with the lost nodes. O(points of the ring) when there are any.
    #[must_use]
    pub fn bereft(&self) -> Bereft {
        if self.lost.is_empty() {
            return Bereft::default();
        }
        let w = self.before.sizes_in_force().w as usize;
        let (mut of_all, mut of_a_quorum) = (Vec::new(), Vec::new());
        for (range, _) in self.before.ring.ranges() {
            let owners = self.before.replicas(range.to);
            let lost = owners.iter().filter(|owner| self.lost.contains(owner));
            match lost.count() {
                lost if lost == owners.len() => of_all.push(range),
                lost if lost >= w => of_a_quorum.push(range),
                _ => {}
            }
        }
        Bereft {
            of_all: of_all.into_iter().collect(),
            of_a_quorum: of_a_quorum.into_iter().collect(),
        }
    }
}

/// The nodes of two rings, by id.
fn of_both(before: &Placement, after: &Placement) -> impl Iterator<Item = NodeId> {
    let nodes = before.ring.nodes().chain(after.ring.nodes());
    let nodes: SortedSet<NodeId> = nodes.map(|node| node.id).collect();
    nodes.into_iter()
}

fn by_node(ranges: impl Iterator<Item = (NodeId, TokenRange)>) -> SortedMap<NodeId, RangeSet> {
    let mut of = SortedMap::<_, Vec<_>>::new();
    for (node, range) in ranges {
        of.entry(node).or_default().push(range);
    }
    let sets = of.into_iter();
    sets.map(|(node, ranges)| (node, ranges.into_iter().collect()))
        .collect()
}

fn in_sets(
    copies: SortedMap<NodeId, SortedMap<NodeId, Vec<TokenRange>>>,
) -> SortedMap<NodeId, SortedMap<NodeId, RangeSet>> {
    let sets = |targets: SortedMap<NodeId, Vec<_>>| {
        targets
            .into_iter()
            .map(|(target, ranges)| (target, ranges.into_iter().collect()))
            .collect()
    };
    copies
        .into_iter()
        .map(|(source, targets)| (source, sets(targets)))
        .collect()
}

impl MembershipChange {
    /// What leads from one placement to another, when these are lost. O(nodes log nodes).
    fn between(before: &Placement, after: &Placement, lost: &SortedSet<NodeId>) -> Self {
        let sizes = (before.sizes != after.sizes).then_some(after.sizes);
        let (before, after) = (&before.ring, &after.ring);
        let in_both = || {
            after
                .nodes()
                .filter_map(|new| Some((before.node(new.id)?, new)))
        };
        Self {
            add: after
                .nodes()
                .filter(|new| before.node(new.id).is_none())
                .cloned()
                .collect(),
            remove: before
                .nodes()
                .map(|old| old.id)
                .filter(|&old| after.node(old).is_none() && !lost.contains(&old))
                .collect(),
            lost: lost.iter().copied().collect(),
            reweight: in_both()
                .filter(|(old, new)| old.weight != new.weight)
                .map(|(_, new)| (new.id, new.weight))
                .collect(),
            rezone: in_both()
                .filter(|(old, new)| old.zone != new.zone)
                .map(|(_, new)| (new.id, new.zone.clone()))
                .collect(),
            sizes,
        }
    }

    /// The ring after it. Nodes leave first, so that a node may take the name of one that leaves.
    ///
    /// # Errors
    ///
    /// [`ChangeError::Ring`] when the ring cannot take it, and [`ChangeError::LastStorageNode`]
    /// when no node would be left that stores.
    pub fn applied_to(&self, before: &Ring) -> Result<Ring, ChangeError> {
        let mut ring = before.clone();
        for &id in self.remove.iter().chain(&self.lost) {
            ring.remove(id)?;
        }
        for node in &self.add {
            ring.add(node.clone())?;
        }
        for &(id, weight) in &self.reweight {
            ring.reweight(id, weight)?;
        }
        for (id, zone) in &self.rezone {
            ring.rezone(*id, zone.clone())?;
        }
        if ring.nodes().any(|node| node.weight != Weight::ZERO) {
            return Ok(ring);
        }
        // A ring always had a storage node: the first of them holds a copy of everything.
        let storing = |node: &&NodeSpec| node.weight != Weight::ZERO;
        match before.nodes().find(storing) {
            Some(last) => Err(ChangeError::LastStorageNode(last.name.clone())),
            None => Ok(ring),
        }
    }
}

impl From<RingError> for ChangeError {
    fn from(error: RingError) -> Self {
        Self::Ring(error)
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ring(error) => write!(f, "{error}"),
            Self::Sizes(error) => write!(f, "{error}"),
            Self::Setting(error) => write!(f, "{error}"),
            Self::LastStorageNode(name) => {
                write!(f, "{name} holds all data: the last storage node stays")
            }
            Self::UnderWay { version } => {
                write!(
                    f,
                    "the change to layout {version} is under way; one at a time"
                )
            }
            Self::Nothing => write!(f, "the change changes nothing"),
            Self::NotInCluster => write!(f, "the node that was asked is not in the cluster"),
            Self::Committed { version } => write!(
                f,
                "the change to layout {version} is committed: reads may go by it, so it goes on"
            ),
            Self::NothingUnderWay => write!(f, "no change is under way"),
            Self::WasRemoved(NodeId(id)) => {
                write!(f, "node {id} was removed: it comes back under another id")
            }
            Self::DecidedElsewhere => write!(
                f,
                "the node that was asked knows of another layout than who should decide: ask again"
            ),
            Self::Behind { version, known_by } => write!(
                f,
                "node {} is in a change to layout {version} that the node that decides does not know: let it lead on",
                known_by.0
            ),
            Self::Unheard(NodeId(id)) => write!(
                f,
                "node {id} has not told what it knows: ask again when it runs, or name it lost if it is gone for good"
            ),
            Self::AnotherWaits => write!(
                f,
                "another wish waits until all nodes have told what they know: ask again"
            ),
            Self::TakenBack => write!(f, "the wish was taken back, or another one goes first"),
        }
    }
}

impl std::error::Error for ChangeError {}
