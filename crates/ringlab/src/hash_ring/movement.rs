//! What changes hands between two rings, by the names of nodes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::movement::{Movement, Transfer};
use crate::ring::{NodeId, NodeName, NodeSpec, Replication, Ring, RingError, TokenRange};

/// A range that goes from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedMove<'movement> {
    /// The tokens.
    pub range: TokenRange,
    /// Who had it.
    pub from: &'movement str,
    /// Who has it from now on.
    pub to: &'movement str,
}

/// The exact difference between two rings, made by
/// [`HashRing::movement_to`](super::HashRing::movement_to).
///
/// ```
/// use ringlab::HashRing;
///
/// let before = HashRing::builder().nodes(["amber", "birch", "cedar"]).build()?;
/// let after = HashRing::builder().nodes(["cedar", "birch"]).build()?;
/// let movement = before.movement_to(&after, 2)?;
/// assert!(movement.primaries().all(|moved| moved.from == "amber"));
/// // Every range had a second copy on one of the two, and has a third of its copies to send.
/// assert!(movement.copies().all(|sent| sent.to != "amber"));
/// assert_eq!(movement.exact().lost(), []);
/// # Ok::<(), ringlab::ring::RingError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMovement {
    movement: Movement,
    names: BTreeMap<NodeId, NodeName>,
}

impl NamedMovement {
    /// Compares two rings, of which the first never gave the id `free` nor one above it.
    pub(super) fn between(
        before: &Ring,
        after: &Ring,
        free: u32,
        replication: Replication,
    ) -> Result<Self, RingError> {
        let after = numbered_like(before, after, free)?;
        let nodes = before.nodes().chain(after.nodes());
        Ok(Self {
            movement: Movement::between((before, replication), (&after, replication), |_| true),
            names: nodes.map(|node| (node.id, node.name.clone())).collect(),
        })
    }

    /// Ranges whose owner changed, in order of tokens, neighbours merged.
    pub fn primaries(&self) -> impl Iterator<Item = NamedMove<'_>> {
        let moves = self.movement.primaries().iter();
        moves.map(|moved| self.named(moved.range, moved.from, moved.to))
    }

    /// What has to be sent so that every node holds what it owns a copy of.
    pub fn copies(&self) -> impl Iterator<Item = NamedMove<'_>> {
        let sent = self.movement.copies().iter();
        sent.map(|&Transfer { range, from, to }| self.named(range, from, to))
    }

    /// The part of the ring whose owner changed, 0 to 1.
    #[must_use]
    pub fn moved_share(&self) -> f64 {
        TokenRange::share_of(self.movement.moved_width())
    }

    /// The same by numbers, and all else that is known of it.
    #[must_use]
    pub fn exact(&self) -> &Movement {
        &self.movement
    }

    /// The name of a node in [`Self::exact`]. O(log nodes).
    #[must_use]
    pub fn name(&self, id: NodeId) -> Option<&str> {
        self.names.get(&id).map(NodeName::as_str)
    }

    fn named(&self, range: TokenRange, from: NodeId, to: NodeId) -> NamedMove<'_> {
        let name = |id: NodeId| self.names[&id].as_str();
        NamedMove {
            range,
            from: name(from),
            to: name(to),
        }
    }
}

/// `after` with the ids that `before` gave to nodes of the same names, and new ones from `free` on
/// for the rest. O(nodes x log nodes), and as a ring is built where ids differ.
fn numbered_like<'ring>(
    before: &Ring,
    after: &'ring Ring,
    free: u32,
) -> Result<Cow<'ring, Ring>, RingError> {
    let mut next = free;
    let mut specs = Vec::with_capacity(after.len());
    for node in after.nodes() {
        let known = before.id_of(node.name.as_str());
        let id = known.unwrap_or(NodeId(next));
        next += u32::from(known.is_none());
        specs.push(NodeSpec { id, ..node.clone() });
    }
    if specs
        .iter()
        .zip(after.nodes())
        .all(|(spec, node)| spec.id == node.id)
    {
        return Ok(Cow::Borrowed(after));
    }
    Ring::with_nodes(after.virtual_nodes(), specs).map(Cow::Owned)
}
