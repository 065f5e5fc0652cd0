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
//! Until it is committed a change can be withdrawn instead:
//!
//! | Withdrawn | old      | old       | old, new | no request that writes by the new is in flight|
//! | Released  | old      | old       | old      | what it had gained is deleted                 |
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
//!
//! A write of a change that is withdrawn was acknowledged by W of the old list: nothing is lost.
//! **Who leads takes Announced, Committed and Withdrawn first, on its disk, before it tells anyone**:
//! so what it has not stored before a crash nobody has heard of, and a change is either committed or
//! withdrawn, by the one disk that says which. A disk that loses what it had stored breaks that: so who
//! began again asks the others before it plans.
//!
//! **Lost nodes** acknowledge nothing, for they are dead. What one of them had is copied from all
//! old owners that remain, since nobody knows on which of them its writes were, too: W owners of
//! whom some are lost become as many that have the write, if one is left that has it. From Announced
//! on nobody takes a request from a lost node. So one that is alive after all, behind a cut, gets no
//! quorum that needs another one; what it had sent before is in the copies. When the change is over
//! it is told, and hands on what it keeps for others.
//!
//! **A leader that is lost**, or another node in the middle of a change, holds the change up until
//! an operator says so. Then any node that knows the change leads on with a higher term. It first
//! asks all others to follow it: from then on they heed no earlier leader and take no request from
//! the lost that is a step behind. It hears from each the last step it took. If none took Committed
//! nobody did but perhaps the lost: the change is withdrawn. Else all is copied, and it goes on.
//!
//! [`Movement`]: crate::movement::Movement

mod change;

use std::cmp::Ordering;
use std::sync::Arc;

use crate::hash::Token;
use crate::quorum::Sizes;
use crate::ring::{NodeId, PreferenceList, Replication, Ring};
use crate::sorted::SortedSet;

pub use self::change::{Bereft, Change, ChangeError, MembershipChange};

/// What every node has done of a change, in this order: a change is either withdrawn, or committed
/// and retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Step {
    /// It writes to old and new owners and reads from the old.
    Announced,
    /// The change does not take place: it writes to the old owners alone again.
    Withdrawn,
    /// It reads from the new owners, still writing to both.
    Committed,
    /// It neither reads nor writes by the old ring.
    Retired,
    /// It has let go what it does not own. The change is over.
    Released,
}

/// Which step of which change a node, or a request, is at. Later stages are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Stage {
    /// The layout version that the change leads to.
    pub version: u64,
    /// The step.
    pub step: Step,
}

/// A layout version: the nodes, how many of them hold a key and how many replies are enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The nodes.
    pub ring: Arc<Ring>,
    /// N, R and W.
    pub sizes: Sizes,
}

/// Who leads a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// 0 of the node that planned it; one more each time that one leads on. Of two with one term
    /// the node with the higher id leads.
    pub term: u64,
    /// The node: acknowledgements go there.
    pub leader: NodeId,
    /// Nodes that were lost while the change was under way, beside those it was planned without.
    pub lost: SortedSet<NodeId>,
}

/// What one node knows of the membership.
#[derive(Clone, Debug)]
pub struct Layout {
    version: u64,
    placement: Placement,
    under_way: Option<UnderWay>,
    /// Who led to this version at last.
    ended_by: Option<NodeId>,
}

#[derive(Clone, Debug)]
struct UnderWay {
    change: Arc<Change>,
    step: Step,
    lead: Lead,
}

impl Lead {
    /// The one of the highest rank leads.
    pub(crate) const fn rank(&self) -> (u64, NodeId) {
        (self.term, self.leader)
    }
}

impl UnderWay {
    fn announced(change: Arc<Change>) -> Self {
        Self {
            lead: Lead {
                term: 0,
                leader: change.leader,
                lost: SortedSet::new(),
            },
            change,
            step: Step::Announced,
        }
    }

    fn has_lost(&self, node: NodeId) -> bool {
        self.change.lost.contains(&node) || self.lead.lost.contains(&node)
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
    /// The step after it, if it is not the last; of a change that goes on.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Announced => Some(Self::Committed),
            Self::Committed => Some(Self::Retired),
            Self::Withdrawn | Self::Retired => Some(Self::Released),
            Self::Released => None,
        }
    }

    /// Whether this one may come right before another.
    #[must_use]
    pub fn leads_to(self, step: Self) -> bool {
        self.next() == Some(step) || (self, step) == (Self::Announced, Self::Withdrawn)
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
            ended_by: None,
        }
    }

    /// What a node that joins knows at first: the change that makes it join.
    #[must_use]
    pub fn announced(change: Arc<Change>) -> Self {
        Self {
            version: change.version - 1,
            placement: change.before.clone(),
            under_way: Some(UnderWay::announced(change)),
            ended_by: None,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.under_way {
            Some(UnderWay { change, step, .. }) => Stage {
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
        self.under_way.as_ref().map(|under_way| &under_way.change)
    }

    /// Who leads it.
    #[must_use]
    pub fn lead(&self) -> Option<&Lead> {
        self.under_way.as_ref().map(|under_way| &under_way.lead)
    }

    /// Another node leads it from now on, or the same one without others, too; whether that is news.
    /// One of an earlier term does not, and who is lost stays so.
    pub fn follow(&mut self, lead: &Lead) -> bool {
        let Some(under_way) = &mut self.under_way else {
            return false;
        };
        let known = &under_way.lead;
        let is_news = match lead.rank().cmp(&known.rank()) {
            Ordering::Less => false,
            Ordering::Equal => lead.lost != known.lost && lead.lost.is_superset(&known.lost),
            Ordering::Greater => true,
        };
        if is_news {
            under_way.lead = lead.clone();
        }
        is_news
    }

    /// Who led to the settled version, as far as this node took part or remembers.
    #[must_use]
    pub const fn ended_by(&self) -> Option<NodeId> {
        self.ended_by
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

    /// The same before it was withdrawn.
    pub(crate) fn as_announced(&self) -> Self {
        let mut layout = self.clone();
        if let Some(under_way) = &mut layout.under_way {
            under_way.step = Step::Announced;
        }
        layout
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
            Some(UnderWay { change, step, .. }) if *step >= Step::Committed => &change.after,
            _ => &self.placement,
        }
    }

    /// What writes go by: that of reads, and during a change the other one, too.
    #[must_use]
    pub fn writes(&self) -> (&Placement, Option<&Placement>) {
        let other = self.under_way.as_ref().and_then(|under_way| {
            let change = &under_way.change;
            match under_way.step {
                Step::Announced => Some(&change.after),
                Step::Committed => Some(&change.before),
                _ => None,
            }
        });
        (self.placement(), other)
    }

    /// Whether `node` answers for `token`: it is an owner in either ring of a change, up to the
    /// end of the change.
    #[must_use]
    pub fn serves(&self, node: NodeId, token: Token) -> bool {
        let owns = |placement: &Placement| placement.replicas(token).contains(&node);
        match self.change() {
            Some(change) => owns(&change.before) || owns(&change.after),
            None => owns(&self.placement),
        }
    }

    /// Begins a change. The one before must be over.
    pub fn announce(&mut self, change: Arc<Change>) {
        debug_assert!(self.under_way.is_none() && change.version > self.version);
        self.under_way = Some(UnderWay::announced(change));
    }

    /// Whether a change follows on it, or on one of the same placement: changes between them were
    /// withdrawn.
    pub(crate) fn is_before(&self, change: &Change) -> bool {
        self.stage().version + 1 == change.version || self.placement == change.before
    }

    /// Takes the next step of the change under way.
    pub fn take(&mut self, step: Step) {
        let Some(under_way) = &mut self.under_way else {
            return;
        };
        debug_assert!(step > under_way.step, "steps come in order");
        let was = std::mem::replace(&mut under_way.step, step);
        if step == Step::Released {
            self.version = under_way.change.version;
            self.ended_by = Some(under_way.lead.leader);
            if was != Step::Withdrawn {
                self.placement = under_way.change.after.clone();
            }
            self.under_way = None;
        }
    }

    /// Remembers who led to the settled version.
    pub(crate) const fn was_ended_by(&mut self, leader: Option<NodeId>) {
        self.ended_by = leader;
    }

    /// Ids that a change gave which was withdrawn are not given again: for whoever plans the next.
    /// O(points of the ring).
    pub(crate) fn keep_ids_of(&mut self, change: &Change) {
        self.placement = change.withdrawn();
    }

    /// There is a later version of the same placement: changes that this node had no part in were
    /// withdrawn.
    pub(crate) fn goes_on_as(&mut self, version: u64) {
        debug_assert!(self.under_way.is_none() && version >= self.version);
        self.version = version;
    }

    /// Whether a node takes part: in the layout in force, or in the change under way.
    #[must_use]
    pub fn has(&self, node: NodeId) -> bool {
        let is_on = |placement: &Placement| placement.ring.node(node).is_some();
        match &self.under_way {
            Some(under_way) => {
                let Change { before, after, .. } = &*under_way.change;
                (is_on(before) || is_on(after)) && !under_way.has_lost(node)
            }
            None => is_on(&self.placement),
        }
    }

    /// Whether the change under way goes on without a node, for it is lost.
    #[must_use]
    pub fn has_lost(&self, node: NodeId) -> bool {
        let under_way = self.under_way.as_ref();
        under_way.is_some_and(|under_way| under_way.has_lost(node))
    }
}

#[cfg(test)]
mod tests;
