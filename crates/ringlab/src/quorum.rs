//! N, R and W: whether enough of the asked nodes replied, over one list or over two at once, with
//! fallbacks in the place of those that do not. It knows no messages and no time.

mod bytes;
mod sizes;

use crate::ring::NodeId;

pub use self::sizes::{Sizes, SizesError};

/// A node that answers in the place of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fallback {
    /// Who answers.
    pub node: NodeId,
    /// In whose place.
    pub place: NodeId,
}

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
    /// Everyone on either side, once, in order of the lists; then fallbacks.
    voters: Vec<Voter>,
}

#[derive(Clone, Debug)]
struct Side {
    list: Vec<NodeId>,
    needed: u32,
}

#[derive(Clone, Debug)]
struct Voter {
    node: NodeId,
    /// Whose place it takes: its own, or that of the node it is a fallback of.
    place: NodeId,
    said: Option<bool>,
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

    /// A count that needs so many from each of two lists.
    #[must_use]
    pub fn over_two(
        (wanted, list): (u32, &[NodeId]),
        (wanted_too, other): (u32, &[NodeId]),
    ) -> Self {
        let mut quorum = Self::new(wanted, list);
        quorum.add_side(wanted_too, other);
        quorum
    }

    /// Lets `fallback` answer in the place of `node`: from now on either's yes counts, once.
    /// Whether it may: it is not asked already, so that every reply counted is another machine's.
    pub fn stand_in(&mut self, node: NodeId, fallback: NodeId) -> bool {
        let may = !self.has_voter(fallback);
        if may {
            self.voters.push(Voter {
                node: fallback,
                place: node,
                said: None,
            });
        }
        may
    }

    /// Counts what a node said; whether it is the first time and the node was asked.
    pub fn vote(&mut self, node: NodeId, yes: bool) -> bool {
        let asked = self.voters.iter_mut().find(|voter| voter.node == node);
        match asked {
            Some(Voter {
                said: said @ None, ..
            }) => {
                *said = Some(yes);
                true
            }
            _ => false,
        }
    }

    /// Counts all who said nothing yet as saying no: they will not be asked.
    pub fn give_up(&mut self) {
        for voter in &mut self.voters {
            voter.said.get_or_insert(false);
        }
    }

    /// How it stands. O(N).
    #[must_use]
    pub fn state(&self) -> State {
        let hopeless = |side: &Side| {
            let left = side.list.iter().filter(|&&place| !self.is_lost(place));
            (left.count() as u64) < u64::from(side.needed)
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

    /// Everyone to ask, once each: in order of the lists, then fallbacks.
    pub fn voters(&self) -> impl Iterator<Item = NodeId> {
        self.voters.iter().map(|voter| voter.node)
    }

    /// Those of the lists who said yes.
    pub fn for_it(&self) -> impl Iterator<Item = NodeId> {
        let said_yes = |voter: &&Voter| voter.said == Some(true) && voter.place == voter.node;
        self.voters.iter().filter(said_yes).map(|voter| voter.node)
    }

    /// Fallbacks that said yes.
    pub fn fallbacks_for_it(&self) -> impl Iterator<Item = Fallback> {
        let said_yes = |voter: &&Voter| voter.said == Some(true) && voter.place != voter.node;
        let fallback = |voter: &Voter| Fallback {
            node: voter.node,
            place: voter.place,
        };
        self.voters.iter().filter(said_yes).map(fallback)
    }

    /// Whether a node is asked, or was.
    #[must_use]
    pub fn has_voter(&self, node: NodeId) -> bool {
        self.voters.iter().any(|voter| voter.node == node)
    }

    /// Everyone on the lists, once each; no fallbacks.
    pub fn own_places(&self) -> impl Iterator<Item = NodeId> {
        let own = self.voters.iter().filter(|voter| voter.place == voter.node);
        own.map(|voter| voter.place)
    }

    /// Places of the lists in which nobody has said yes.
    pub fn open_places(&self) -> impl Iterator<Item = NodeId> {
        self.own_places().filter(|&place| !self.is_won(place))
    }

    /// Whether a fallback was asked in a place.
    #[must_use]
    pub fn has_fallback(&self, place: NodeId) -> bool {
        self.in_place(place).any(|voter| voter.node != place)
    }

    /// The same voters, of whom none has said anything.
    #[must_use]
    pub fn unanswered(&self) -> Self {
        let mut quorum = self.clone();
        for voter in &mut quorum.voters {
            voter.said = None;
        }
        quorum
    }

    /// Those who said nothing yet.
    pub fn silent(&self) -> impl Iterator<Item = NodeId> {
        let silent = self.voters.iter().filter(|voter| voter.said.is_none());
        silent.map(|voter| voter.node)
    }

    /// Whether everyone said something.
    #[must_use]
    pub fn all_voted(&self) -> bool {
        self.voters.iter().all(|voter| voter.said.is_some())
    }

    fn add_side(&mut self, wanted: u32, list: &[NodeId]) {
        let needed = wanted.min(list.len() as u32).max(1);
        let list = list.to_vec();
        for &node in &list {
            if !self.has_voter(node) {
                self.voters.push(Voter {
                    node,
                    place: node,
                    said: None,
                });
            }
        }
        self.sides.push(Side { list, needed });
    }

    /// Replies that the side which lacks most still lacks.
    fn missing(&self) -> u32 {
        let missing = |side: &Side| {
            let yes = side.list.iter().filter(|&&place| self.is_won(place));
            side.needed.saturating_sub(yes.count() as u32)
        };
        self.sides.iter().map(missing).max().unwrap_or(0)
    }

    fn is_won(&self, place: NodeId) -> bool {
        self.in_place(place).any(|voter| voter.said == Some(true))
    }

    fn is_lost(&self, place: NodeId) -> bool {
        self.in_place(place).all(|voter| voter.said == Some(false))
    }

    fn in_place(&self, place: NodeId) -> impl Iterator<Item = &Voter> {
        self.voters.iter().filter(move |voter| voter.place == place)
    }
}

#[cfg(test)]
mod tests;
