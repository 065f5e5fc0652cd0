//! N, R and W: whether enough of the asked nodes replied, over one list or over two at once. It
//! knows no messages and no time.

use crate::ring::NodeId;

/// How a count stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// More replies are needed, and can still come.
    Pending,
    /// Enough.
    Reached,
    /// Too many said no.
    Impossible,
}

/// The replies to one request. During a membership change a write counts in the old list and in
/// the new one: it needs enough in each, and a node in both counts in both.
///
/// ```
/// use ringlab::quorum::{Quorum, State};
/// use ringlab::ring::NodeId;
/// let (a, b, c) = (NodeId(1), NodeId(2), NodeId(3));
/// let mut quorum = Quorum::new(2, &[a, b, c]);
/// quorum.vote(a, true);
/// quorum.vote(b, false);
/// assert_eq!(quorum.state(), State::Pending);
/// quorum.vote(c, true);
/// assert_eq!(quorum.state(), State::Reached);
/// ```
#[derive(Clone, Debug)]
pub struct Quorum {
    sides: Vec<Side>,
    /// Everyone on either side, once, in order of the lists; and what each said.
    voters: Vec<(NodeId, Option<bool>)>,
}

#[derive(Clone, Debug)]
struct Side {
    list: Vec<NodeId>,
    needed: u32,
}

impl Quorum {
    /// A count that needs `wanted` replies from `list`, or all when it has fewer. An empty list is
    /// impossible from the start: nobody could answer.
    #[must_use]
    pub fn new(wanted: u32, list: &[NodeId]) -> Self {
        let mut quorum = Self {
            sides: Vec::new(),
            voters: Vec::new(),
        };
        quorum.add_side(wanted, list);
        quorum
    }

    /// A count that needs as many from each of two lists.
    #[must_use]
    pub fn over_two(wanted: u32, list: &[NodeId], other: &[NodeId]) -> Self {
        let mut quorum = Self::new(wanted, list);
        quorum.add_side(wanted, other);
        quorum
    }

    /// Counts what a node said; whether it is the first time and the node was asked.
    pub fn vote(&mut self, node: NodeId, yes: bool) -> bool {
        let asked = self.voters.iter_mut().find(|voter| voter.0 == node);
        match asked {
            Some((_, said @ None)) => {
                *said = Some(yes);
                true
            }
            _ => false,
        }
    }

    /// Counts all who said nothing yet as saying no: they will not be asked.
    pub fn give_up(&mut self) {
        for (_, said) in &mut self.voters {
            said.get_or_insert(false);
        }
    }

    /// How it stands. O(N).
    #[must_use]
    pub fn state(&self) -> State {
        let hopeless = |side: &Side| {
            let against = side.list.iter().filter(|&&node| self.said(node, false));
            let left = side.list.len() - against.count();
            (left as u64) < u64::from(side.needed)
        };
        if self.sides.iter().any(hopeless) {
            State::Impossible
        } else if self.missing() == 0 {
            State::Reached
        } else {
            State::Pending
        }
    }

    /// Replies that are enough; over two lists, in the one that needs more.
    #[must_use]
    pub fn needed(&self) -> u32 {
        let needed = self.sides.iter().map(|side| side.needed);
        needed.max().unwrap_or(0)
    }

    /// Replies counted towards [`Quorum::needed`]: as many as are not missing any more.
    #[must_use]
    pub fn counted(&self) -> u32 {
        self.needed() - self.missing()
    }

    /// The list that it was made with.
    #[must_use]
    pub fn first_list(&self) -> &[NodeId] {
        self.sides.first().map_or(&[], |side| &side.list)
    }

    /// Everyone to ask, once each; in order of the lists.
    pub fn voters(&self) -> impl Iterator<Item = NodeId> {
        self.voters.iter().map(|voter| voter.0)
    }

    /// Those who said yes.
    pub fn for_it(&self) -> impl Iterator<Item = NodeId> {
        let voters = self.voters.iter();
        voters
            .filter(|voter| voter.1 == Some(true))
            .map(|voter| voter.0)
    }

    /// Whether everyone said something.
    #[must_use]
    pub fn all_voted(&self) -> bool {
        self.voters.iter().all(|voter| voter.1.is_some())
    }

    fn add_side(&mut self, wanted: u32, list: &[NodeId]) {
        let needed = wanted.min(list.len() as u32).max(1);
        let list = list.to_vec();
        for &node in &list {
            if !self.voters.iter().any(|voter| voter.0 == node) {
                self.voters.push((node, None));
            }
        }
        self.sides.push(Side { list, needed });
    }

    /// Replies that the side which lacks most still lacks.
    fn missing(&self) -> u32 {
        let missing = |side: &Side| {
            let yes = side.list.iter().filter(|&&node| self.said(node, true));
            side.needed.saturating_sub(yes.count() as u32)
        };
        self.sides.iter().map(missing).max().unwrap_or(0)
    }

    fn said(&self, node: NodeId, what: bool) -> bool {
        self.voters.contains(&(node, Some(what)))
    }
}

#[cfg(test)]
mod tests;
