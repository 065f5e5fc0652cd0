//! Membership: which ring a node reads by, which it writes by, and what it still serves. It knows
//! no messages and no data.
//!
//! A layout version is a ring. One change at a time leads from a version to the next, in steps
//! that every node of both rings acknowledges before the next one begins:
//!
//! | step      | reads by | writes by | serves   | a node acknowledges when                      |
//! |-----------|----------|-----------|----------|-----------------------------------------------|
//! | Announced | old      | old + new | old, new | no request of the version before is in flight |
//! |           |          |           |          | (then old owners copy what new owners lack)   |
//! | Committed | new      | old + new | old, new | no request that reads by the old is in flight |
//! | Retired   | new      | new       | old, new | no request that writes by the old is in flight|
//! | Released  | new      | new       | new      | what it no longer owns is deleted             |
//!
//! So at any moment requests of at most two neighbouring steps are in flight. **Every key
//! answers**: whatever a request reads by is served by everyone it may ask, because ranges are
//! served one step longer than anyone asks for them. **Nothing acknowledged is lost**: R and W of
//! one ring intersect by R + W > N; of neighbouring steps they intersect because
//!
//! - a write of the version before ended before copying began, so the copies have it. They keep
//!   the count of its quorum: the new owner in place i of a list becomes a copy of the old owner
//!   that it displaces ([`Movement`]), so W old owners become W new ones;
//! - every write from Announced to Committed needs W of the old list *and* W of the new one, so it
//!   is seen by whichever ring is read;
//! - Committed begins after all copies are confirmed, Retired when nobody reads by the old ring.
//!
//! An old owner deletes at Released, which is after confirmation and after retirement. A node that
//! gains ranges gives dots as a new actor from Announced on (see [`crate::version`]).

mod bytes;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::hash::Token;
use crate::movement::{Movement, exchanges};
use crate::quorum::{Sizes, SizesError};
use crate::ring::{
    NodeId, NodeName, NodeSpec, PreferenceList, Replication, Ring, RingError, TokenRange, Weight,
    Zone,
};
use crate::settings::SettingError;
use crate::storage::RangeSet;

/// What an operator wants: all of it becomes one new layout version, or nothing does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembershipChange {
    /// Nodes that join; their ids are above every id given before.
    pub add: Vec<NodeSpec>,
    /// Nodes that hand over what they hold, then leave.
    pub remove: Vec<NodeId>,
    /// Nodes that take a larger or smaller part.
    pub reweight: Vec<(NodeId, Weight)>,
    /// Nodes that stand elsewhere.
    pub rezone: Vec<(NodeId, Zone)>,
    /// Another N, R, W or spread.
    pub sizes: Option<Sizes>,
}

/// Why a change is not begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// What every node has done of a change, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// It writes to old and new owners and reads from the old.
    Announced,
    /// It reads from the new owners, still writing to both.
    Committed,
    /// It neither reads nor writes by the old ring.
    Retired,
    /// It has let go what it does not own. The change is over.
    Released,
}

/// Which step of which change a node, or a request, is at. Later stages are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stage {
    /// The layout version that the change leads to.
    pub version: u64,
    /// The step.
    pub step: Step,
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
    /// By source, then by target: what is to be copied.
    pub copies: BTreeMap<NodeId, BTreeMap<NodeId, RangeSet>>,
    /// By node: what it no longer owns.
    pub drops: BTreeMap<NodeId, RangeSet>,
    /// Nodes that receive ranges.
    pub targets: BTreeSet<NodeId>,
    /// What an operator wanted, as far as the rings tell it: what it leads to follows from this and
    /// what is before.
    pub wanted: MembershipChange,
}

/// A layout version: the nodes, how many of them hold a key and how many replies are enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The nodes.
    pub ring: Arc<Ring>,
    /// N, R and W.
    pub sizes: Sizes,
}

/// What one node knows of the membership.
#[derive(Clone, Debug)]
pub struct Layout {
    version: u64,
    placement: Placement,
    under_way: Option<(Arc<Change>, Step)>,
}

impl Change {
    /// Plans the way from `before` to what is wanted, as the given version. O(points of the ring):
    /// done once, by the leader.
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
        Ok(Self::between(version, leader, before, after))
    }

    /// The change between two placements: what it copies and drops follows from them.
    fn between(version: u64, leader: NodeId, before: Placement, after: Placement) -> Self {
        let wanted = MembershipChange::between(&before, &after);
        let movement = Movement::between(before.lists(), after.lists(), |_| true);
        let copied = if after.reads_meet_writes_of(&before) {
            movement.copies().to_vec()
        } else {
            exchanges(before.lists(), after.lists())
        };
        let mut copies = BTreeMap::<_, BTreeMap<_, Vec<_>>>::new();
        for copy in &copied {
            let targets = copies.entry(copy.from).or_default();
            targets.entry(copy.to).or_default().push(copy.range);
        }
        let mut drops = BTreeMap::<_, Vec<_>>::new();
        for drop in movement.drops() {
            drops.entry(drop.node).or_default().push(drop.range);
        }
        Self {
            version,
            leader,
            before,
            after,
            targets: copied.iter().map(|copy| copy.to).collect(),
            copies: in_sets(copies),
            drops: drops
                .into_iter()
                .map(|(node, ranges)| (node, ranges.into_iter().collect()))
                .collect(),
            wanted,
        }
    }

    /// Everyone who takes part: the nodes of both rings, by id.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        let nodes = self.before.ring.nodes().chain(self.after.ring.nodes());
        let mut nodes: Vec<NodeId> = nodes.map(|node| node.id).collect();
        // Two runs in order: merged, not sorted.
        nodes.sort();
        nodes.dedup();
        nodes
    }
}

fn in_sets(
    copies: BTreeMap<NodeId, BTreeMap<NodeId, Vec<TokenRange>>>,
) -> BTreeMap<NodeId, BTreeMap<NodeId, RangeSet>> {
    let sets = |targets: BTreeMap<NodeId, Vec<_>>| {
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
    /// What leads from one placement to another. O(nodes log nodes).
    fn between(before: &Placement, after: &Placement) -> Self {
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
                .filter(|&old| after.node(old).is_none())
                .collect(),
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
    pub fn applied_to(&self, before: &Ring) -> Result<Ring, ChangeError> {
        let mut ring = before.clone();
        for &id in &self.remove {
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

impl Placement {
    /// The nodes that hold a token.
    #[must_use]
    pub fn replicas(&self, token: Token) -> PreferenceList {
        let replication = self.sizes.replication;
        self.ring.preference_list(token, replication)
    }

    /// N, R and W as its nodes can give them.
    #[must_use]
    pub fn sizes_in_force(&self) -> Sizes {
        self.sizes.among(self.ring.storage_nodes())
    }

    /// Whether reads by it meet what `before` acknowledged without everyone having everything.
    fn reads_meet_writes_of(&self, before: &Self) -> bool {
        let before = before.sizes_in_force();
        self.sizes_in_force().meet_writes_of(&before)
    }

    fn lists(&self) -> (&Ring, Replication) {
        (&self.ring, self.sizes.replication)
    }
}

impl Step {
    /// The step after it, if it is not the last.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Announced => Some(Self::Committed),
            Self::Committed => Some(Self::Retired),
            Self::Retired => Some(Self::Released),
            Self::Released => None,
        }
    }
}

impl Layout {
    /// A layout that is settled.
    #[must_use]
    pub const fn settled(version: u64, ring: Arc<Ring>, sizes: Sizes) -> Self {
        Self {
            version,
            placement: Placement { ring, sizes },
            under_way: None,
        }
    }

    /// What a node that joins knows at first: the change that makes it join.
    #[must_use]
    pub fn announced(change: Arc<Change>) -> Self {
        Self {
            version: change.version - 1,
            placement: change.before.clone(),
            under_way: Some((change, Step::Announced)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.under_way {
            Some((change, step)) => Stage {
                version: change.version,
                step: *step,
            },
            None => Stage {
                version: self.version,
                step: Step::Released,
            },
        }
    }

    /// The change under way, if any.
    #[must_use]
    pub fn change(&self) -> Option<&Arc<Change>> {
        self.under_way.as_ref().map(|(change, _)| change)
    }

    /// The version that was settled last, and what it is: a change under way comes after them.
    #[must_use]
    pub const fn settled_in(&self) -> (u64, &Placement) {
        (self.version, &self.placement)
    }

    /// The same before the change under way, if there is one.
    pub(crate) fn before(&self) -> Self {
        Self {
            under_way: None,
            ..self.clone()
        }
    }

    /// The ring that reads go by.
    #[must_use]
    pub fn reads(&self) -> &Arc<Ring> {
        &self.placement().ring
    }

    /// What reads go by.
    #[must_use]
    pub fn placement(&self) -> &Placement {
        match &self.under_way {
            Some((change, step)) if *step >= Step::Committed => &change.after,
            _ => &self.placement,
        }
    }

    /// What writes go by: that of reads, and during a change the other one, too.
    #[must_use]
    pub fn writes(&self) -> (&Placement, Option<&Placement>) {
        let other = match &self.under_way {
            Some((change, Step::Announced)) => Some(&change.after),
            Some((change, Step::Committed)) => Some(&change.before),
            _ => None,
        };
        (self.placement(), other)
    }

    /// Whether `node` answers for `token`: it is an owner in either ring of a change, up to the
    /// end of the change.
    #[must_use]
    pub fn serves(&self, node: NodeId, token: Token) -> bool {
        let owns = |placement: &Placement| placement.replicas(token).contains(&node);
        match &self.under_way {
            Some((change, _)) => owns(&change.before) || owns(&change.after),
            None => owns(&self.placement),
        }
    }

    /// Begins a change. The one before must be over.
    pub fn announce(&mut self, change: Arc<Change>) {
        debug_assert!(self.under_way.is_none() && change.version > self.version);
        self.under_way = Some((change, Step::Announced));
    }

    /// Takes the next step of the change under way.
    pub fn take(&mut self, step: Step) {
        let Some((change, at)) = &mut self.under_way else {
            return;
        };
        debug_assert!(step > *at, "steps come in order");
        *at = step;
        if step == Step::Released {
            (self.version, self.placement) = (change.version, change.after.clone());
            self.under_way = None;
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
        }
    }
}

impl std::error::Error for ChangeError {}

#[cfg(test)]
mod tests;
