//! What changes hands between two rings: which ranges, from which node to which. It knows no keys
//! and moves no data.
//!
//! Between two neighbouring virtual nodes of either ring every token has one preference list
//! before and one after, so it is enough to compare the lists once a segment.

mod changes;
mod merge;
mod segments;

#[cfg(test)]
mod tests;

use self::merge::{Chain, Merger};
use self::segments::{everywhere, primary_segments, segments};
use crate::ring::{NodeId, PreferenceList, Replication, Ring, TokenRange};

/// A range whose primary changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// The tokens.
    pub range: TokenRange,
    /// Their primary before.
    pub from: NodeId,
    /// Their primary after.
    pub to: NodeId,
}

/// Data to send: what `from` holds in `range`, to a node that has to hold it from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Transfer {
    /// The tokens.
    pub range: TokenRange,
    /// Who sends.
    pub from: NodeId,
    /// Who receives.
    pub to: NodeId,
}

/// A range that a node holds from now on and held not before: its copy is a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gained {
    /// The tokens.
    pub range: TokenRange,
    /// Who holds them from now on.
    pub node: NodeId,
}

/// A range that a node held and holds no longer: its copy may go once the layout is retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dropped {
    /// The tokens.
    pub range: TokenRange,
    /// Who held them.
    pub node: NodeId,
}

/// The whole difference between two rings, each with its replication. Every list is in order of the
/// tokens where its ranges end, with neighbours of the same nodes merged.
///
/// **Who sends to whom.** Within one range let *gained* be the owners after that were none
/// before, and *lost* the owners before that are none after, both in the order of their lists.
/// `gained[i]` receives from `lost[i]`: it becomes an exact copy of the one it displaces, so every
/// write quorum that counted on `lost[i]` still stands with `gained[i]` in its place, and
/// intersecting quorums go on intersecting. A gained node without a partner receives from every
/// owner before; a lost node without a partner sends to every owner after. A dead sender is
/// replaced by all living owners before; where none lives the range is lost.
///
/// ```
/// use ringlab::movement::Movement;
/// use ringlab::ring::{NodeId, NodeSpec, Replication, Ring, RingError, Spread};
///
/// let node = |id, name: &str| -> Result<NodeSpec, RingError> {
///     Ok(NodeSpec { id: NodeId(id), name: name.parse()?, weight: Default::default(), zone: Default::default() })
/// };
/// let before = Ring::with_nodes(160, [node(1, "amber")?, node(2, "birch")?])?;
/// let mut after = before.clone();
/// after.add(node(3, "cedar")?)?;
///
/// let one = Replication { n: 1, spread: Spread::Any };
/// let movement = Movement::between((&before, one), (&after, one), |_| true);
/// assert!(movement.primaries().iter().all(|moved| moved.to == NodeId(3)));
/// assert_eq!(movement.moved_width(), after.width_of(NodeId(3)));
/// # Ok::<(), RingError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    primaries: Vec<Move>,
    copies: Vec<Transfer>,
    gains: Vec<Gained>,
    drops: Vec<Dropped>,
    rerouted: Vec<TokenRange>,
    to_copy: Vec<TokenRange>,
    lost: Vec<TokenRange>,
}

impl Movement {
    /// The difference from `before` to `after`, exact. `alive` says which owners can still send.
    /// O(nodes, plus the virtual nodes that changed times n); where many changed, or keys are
    /// replicated otherwise, O(virtual nodes of both rings, times n).
    #[must_use]
    pub fn between(
        before: (&Ring, Replication),
        after: (&Ring, Replication),
        alive: impl Fn(NodeId) -> bool,
    ) -> Self {
        Self::over(segments(before, after), before, after, alive)
    }

    /// The difference that shows in these segments.
    fn over(
        segments: Vec<TokenRange>,
        (before, was): (&Ring, Replication),
        (after, is): (&Ring, Replication),
        alive: impl Fn(NodeId) -> bool,
    ) -> Self {
        let mut found = Found::default();
        for range in segments {
            found.compare(
                range,
                before.preference_list(range.to, was),
                after.preference_list(range.to, is),
                &alive,
            );
        }
        found.finish()
    }

    /// Ranges whose primary changed.
    #[must_use]
    pub fn primaries(&self) -> &[Move] {
        &self.primaries
    }

    /// Who sends which range to whom, so that every owner after has its copy and all that was
    /// acknowledged: more than [`Self::gains`] where a lost node has no partner.
    #[must_use]
    pub fn copies(&self) -> &[Transfer] {
        &self.copies
    }

    /// Who holds which range from now on.
    #[must_use]
    pub fn gains(&self) -> &[Gained] {
        &self.gains
    }

    /// Who holds which range no longer.
    #[must_use]
    pub fn drops(&self) -> &[Dropped] {
        &self.drops
    }

    /// Of the ranges with another primary, those that the new one held already.
    #[must_use]
    pub fn rerouted(&self) -> &[TokenRange] {
        &self.rerouted
    }

    /// Of the ranges with another primary, those that have to be sent to the new one first.
    #[must_use]
    pub fn to_copy(&self) -> &[TokenRange] {
        &self.to_copy
    }

    /// Ranges with other owners than before of which no living node has a copy.
    #[must_use]
    pub fn lost(&self) -> &[TokenRange] {
        &self.lost
    }

    /// How many tokens have another primary.
    #[must_use]
    pub fn moved_width(&self) -> u128 {
        width(self.primaries.iter().map(|moved| moved.range))
    }

    /// How many tokens are in [`Self::rerouted`].
    #[must_use]
    pub fn rerouted_width(&self) -> u128 {
        width(self.rerouted.iter().copied())
    }

    /// How many tokens are in [`Self::to_copy`].
    #[must_use]
    pub fn to_copy_width(&self) -> u128 {
        width(self.to_copy.iter().copied())
    }

    /// How many tokens are in [`Self::lost`].
    #[must_use]
    pub fn lost_width(&self) -> u128 {
        width(self.lost.iter().copied())
    }
}

/// The ranges whose primary changed, alone: what [`Movement::primaries`] tells under any
/// replication. O(nodes, plus the virtual nodes that changed times their logarithm).
#[must_use]
pub fn primary_moves(before: &Ring, after: &Ring) -> Vec<Move> {
    let mut moves = Chain::default();
    primary_segments(before, after, |range, to| {
        if let Some(from) = before.primary(range.to)
            && from != to
        {
            moves.next(range, (from, to));
        }
    });
    moves_of(moves)
}

/// What everyone who held a range before sends to everyone who holds it after, so that each of
/// these has all that any of those had. O(virtual nodes of both rings, times n squared).
#[must_use]
pub fn exchanges(before: (&Ring, Replication), after: (&Ring, Replication)) -> Vec<Transfer> {
    let mut sent = Merger::default();
    for range in everywhere(before.0, after.0) {
        let sources = before.0.preference_list(range.to, before.1);
        let targets = after.0.preference_list(range.to, after.1);
        let pairs = sources
            .iter()
            .flat_map(|&from| targets.iter().map(move |&to| (from, to)));
        sent.next(
            range,
            pairs.filter(|(from, to)| from != to).collect::<Vec<_>>(),
        );
    }
    let transfer = |(range, (from, to))| Transfer { range, from, to };
    sent.finish().map(transfer).collect()
}

/// A movement in the making, segment by segment in token order.
#[derive(Default)]
struct Found {
    primaries: Chain<(NodeId, NodeId)>,
    copies: Merger<(NodeId, NodeId)>,
    gains: Merger<NodeId>,
    drops: Merger<NodeId>,
    rerouted: Chain<()>,
    to_copy: Chain<()>,
    lost: Chain<()>,
}

impl Found {
    fn compare(
        &mut self,
        range: TokenRange,
        before: PreferenceList,
        after: PreferenceList,
        alive: impl Fn(NodeId) -> bool,
    ) {
        if before == after || before.is_empty() {
            return;
        }
        let gained = difference(&after, &before);
        let lost = difference(&before, &after);
        let living: PreferenceList = before.iter().copied().filter(|&node| alive(node)).collect();
        self.gains.next(range, gained.iter().copied());
        self.drops.next(range, lost.iter().copied());
        let sent = transfers(&before, &after, &gained, &lost, &living);
        self.copies.next(range, sent);
        if living.is_empty() || after.is_empty() {
            self.lost.next(range, ());
        }
        let (Some(&from), Some(&to)) = (before.first(), after.first()) else {
            return;
        };
        if from == to {
            return;
        }
        self.primaries.next(range, (from, to));
        if before.contains(&to) {
            self.rerouted.next(range, ());
        } else if !living.is_empty() {
            self.to_copy.next(range, ());
        }
    }

    fn finish(self) -> Movement {
        let transfer = |(range, (from, to))| Transfer { range, from, to };
        let ranges = |merged: Chain<()>| merged.finish().map(|(range, ())| range).collect();
        Movement {
            primaries: moves_of(self.primaries),
            copies: self.copies.finish().map(transfer).collect(),
            gains: self
                .gains
                .finish()
                .map(|(range, node)| Gained { range, node })
                .collect(),
            drops: self
                .drops
                .finish()
                .map(|(range, node)| Dropped { range, node })
                .collect(),
            rerouted: ranges(self.rerouted),
            to_copy: ranges(self.to_copy),
            lost: ranges(self.lost),
        }
    }
}

/// Who sends to whom in one segment: the rule of [`Movement`].
fn transfers(
    before: &PreferenceList,
    after: &PreferenceList,
    gained: &PreferenceList,
    lost: &PreferenceList,
    living: &PreferenceList,
) -> Vec<(NodeId, NodeId)> {
    let mut sent = Vec::new();
    let mut send = |from: NodeId, to: NodeId| {
        let senders = if living.contains(&from) {
            std::slice::from_ref(&from)
        } else {
            living
        };
        for &sender in senders {
            if sender != to && !sent.contains(&(sender, to)) {
                sent.push((sender, to));
            }
        }
    };
    for (&from, &to) in lost.iter().zip(gained.iter()) {
        send(from, to);
    }
    for &to in gained.iter().skip(lost.len()) {
        before.iter().for_each(|&from| send(from, to));
    }
    for &from in lost.iter().skip(gained.len()) {
        after.iter().for_each(|&to| send(from, to));
    }
    sent
}

/// The nodes of `list` that are not in `other`, in their order.
fn difference(list: &PreferenceList, other: &PreferenceList) -> PreferenceList {
    let missing = |node: &NodeId| !other.contains(node);
    list.iter().copied().filter(missing).collect()
}

fn moves_of(merged: Chain<(NodeId, NodeId)>) -> Vec<Move> {
    let moved = |(range, (from, to))| Move { range, from, to };
    merged.finish().map(moved).collect()
}

fn width(ranges: impl Iterator<Item = TokenRange>) -> u128 {
    ranges.map(TokenRange::width).sum()
}
