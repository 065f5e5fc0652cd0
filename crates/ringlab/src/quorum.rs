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
    /// Replies that are enough from each list; none where there is no second one.
    needed: [u32; 2],
    /// Everyone on either list, once, in order of the lists; then fallbacks.
    voters: Vec<Voter>,
}

#[derive(Clone, Debug)]
struct Voter {
    node: NodeId,
    /// Whose place it takes: its own, or that of the node it is a fallback of.
    place: NodeId,
    /// On which of the lists it is.
    listed: [bool; 2],
    said: Option<bool>,
}

/// The replies of one list.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    yes: u32,
    /// Those, and all that may still come.
    possible: u32,
}

impl Quorum {
    /// A count that needs `wanted` replies from `list`, or all when it has fewer. An empty list is
    /// impossible from the start: nobody could answer.
    #[must_use]
    pub fn new(wanted: u32, list: &[NodeId]) -> Self {
        let mut quorum = Self {
            needed: [0; 2],
            voters: Vec::with_capacity(list.len()),
        };
        quorum.add_list(0, wanted, list);
        quorum
    }

    /// A count that needs so many from each of two lists.
    #[must_use]
    pub fn over_two(
        (wanted, list): (u32, &[NodeId]),
        (wanted_too, other): (u32, &[NodeId]),
    ) -> Self {
        let mut quorum = Self::new(wanted, list);
        quorum.add_list(1, wanted_too, other);
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
                listed: [false; 2],
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
        let tallies = [self.tally(0), self.tally(1)];
        let lists = || tallies.iter().zip(self.needed);
        if lists().any(|(tally, needed)| tally.possible < needed) {
            State::Impossible
        } else if lists().all(|(tally, needed)| tally.yes >= needed) {
            State::Reached
        } else {
            State::Pending
        }
    }

    /// Replies that are enough; over two lists, in the one that needs more.
    #[must_use]
    pub fn needed(&self) -> u32 {
        let [one, other] = self.needed;
        one.max(other)
    }

    /// Replies counted towards [`Quorum::needed`]: as many as are not missing any more.
    #[must_use]
    pub fn counted(&self) -> u32 {
        self.needed() - self.missing()
    }

    /// The list that it was made with.
    pub fn first_list(&self) -> impl Iterator<Item = NodeId> {
        self.listed(0).map(|voter| voter.node)
    }

    /// Everyone to ask, once each: in order of the lists, then fallbacks.
    pub fn voters(&self) -> impl Iterator<Item = NodeId> + Clone {
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
        let own = self.voters.iter().filter(|voter| voter.place == voter.node);
        let open = own.filter(|voter| !self.is_won(voter));
        open.map(|voter| voter.place)
    }

    /// Whether a fallback was asked in a place.
    #[must_use]
    pub fn has_fallback(&self, place: NodeId) -> bool {
        self.fallbacks().any(|voter| voter.place == place)
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

    fn add_list(&mut self, list: usize, wanted: u32, nodes: &[NodeId]) {
        self.needed[list] = wanted.min(nodes.len() as u32).max(1);
        for &node in nodes {
            let known = self.voters.iter_mut().find(|voter| voter.node == node);
            if let Some(voter) = known {
                voter.listed[list] = true;
                continue;
            }
            let mut listed = [false; 2];
            listed[list] = true;
            self.voters.push(Voter {
                node,
                place: node,
                listed,
                said: None,
            });
        }
    }

    /// Replies that the list which lacks most still lacks.
    fn missing(&self) -> u32 {
        let missing = |list: usize| self.needed[list].saturating_sub(self.tally(list).yes);
        missing(0).max(missing(1))
    }

    fn tally(&self, list: usize) -> Tally {
        let mut tally = Tally::default();
        for voter in self.listed(list) {
            tally.yes += u32::from(self.is_won(voter));
            tally.possible += u32::from(!self.is_lost(voter));
        }
        tally
    }

    /// The nodes on a list, in its order; of the second one those first that are on both.
    fn listed(&self, list: usize) -> impl Iterator<Item = &Voter> {
        self.voters.iter().filter(move |voter| voter.listed[list])
    }

    /// Whoever was asked and is on no list: they stand behind all others.
    fn fallbacks(&self) -> impl Iterator<Item = &Voter> {
        let voters = self.voters.iter().rev();
        voters.take_while(|voter| voter.listed == [false; 2])
    }

    /// Whether a node of a list said yes, or a fallback in its place.
    fn is_won(&self, voter: &Voter) -> bool {
        let yes = |other: &Voter| other.said == Some(true);
        yes(voter) || self.in_place_of(voter).any(yes)
    }

    /// Whether all of them said no.
    fn is_lost(&self, voter: &Voter) -> bool {
        let no = |other: &Voter| other.said == Some(false);
        no(voter) && self.in_place_of(voter).all(no)
    }

    fn in_place_of(&self, voter: &Voter) -> impl Iterator<Item = &Voter> {
        let place = voter.place;
        self.fallbacks().filter(move |other| other.place == place)
    }
}

#[cfg(test)]
mod tests;
