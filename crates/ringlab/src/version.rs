//! Versions of a key's value: dots, version vectors, siblings (dotted version vectors). It knows
//! no replicas, no messages.
//!
//! Almeida, Baquero, Gonçalves, Preguiça, Fonte: "Scalable and Accurate Causality Tracking for
//! Eventually Consistent Stores" (2014).
//!
//! A vector says "all dots of this actor up to this counter". That is only true of what a reader
//! saw when whoever sees a dot has also seen, or seen superseded, every earlier dot of that actor
//! for that key. Two rules give it:
//!
//! 1. The actor is a *replica of the key*, not any coordinator: it makes the new version in its
//!    stored cell, and the whole cell travels, never the new version alone.
//! 2. A replica that let a key go and received it again is a new actor, for it may have been
//!    handed a cell without dots that it gave itself (the mistake of riak_kv#679). So is each hint
//!    of a fallback, which forgets what it handed over.

mod bytes;
mod context;

use std::sync::Arc;

use crate::pair::Value;
use crate::ring::NodeId;
use crate::sorted::{sort, sort_by_key};

pub use self::context::{ClusterId, ContextError};

/// From this number on, [`Actor::since`] is a hint's own.
pub(crate) const SINCE_OF_HINT: u64 = 1 << 63;

/// Who gives dots: a node since the layout version in which it last received ranges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Actor {
    /// The node.
    pub node: NodeId,
    /// The layout version since when it keeps every cell that it gave dots in; for what a fallback
    /// names, a number above all versions that is the hint's own.
    pub since: u64,
}

impl Actor {
    /// Whether it is a hint's own.
    #[must_use]
    pub const fn is_hint(self) -> bool {
        self.since >= SINCE_OF_HINT
    }
}

/// The name of one write of a key: unique for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Dot {
    /// Who gave it.
    pub actor: Actor,
    /// From 1, growing, never given twice.
    pub counter: u64,
}

impl Dot {
    /// The dot of every bulk-loaded row: the same on each replica, as the rows are.
    pub const LOADED: Self = Self {
        actor: Actor {
            node: NodeId(u32::MAX),
            since: 0,
        },
        counter: 1,
    };
}

/// The dots that a client has read, and a version supersedes: for each actor a largest counter.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionVector {
    /// By actor, each once, counters above 0: equal vectors are equal bytes.
    counters: Vec<(Actor, u64)>,
}

impl VersionVector {
    /// Whether `dot` was read. O(log actors).
    #[must_use]
    pub fn includes(&self, dot: Dot) -> bool {
        match self.place(dot.actor) {
            Ok(place) => dot.counter <= self.counters[place].1,
            Err(_) => false,
        }
    }

    /// Whether all of `other` was read, too. O(actors of other, times log actors).
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.dots().all(|dot| self.includes(dot))
    }

    /// Notes that `dot`, and all of its actor before it, was read. O(actors).
    pub fn include(&mut self, dot: Dot) {
        match self.place(dot.actor) {
            Ok(place) => {
                let counter = &mut self.counters[place].1;
                *counter = dot.counter.max(*counter);
            }
            Err(place) => self.counters.insert(place, (dot.actor, dot.counter)),
        }
    }

    /// Notes that all of `other` was read. O(actors of both).
    pub fn join(&mut self, other: &Self) {
        for &(actor, counter) in &other.counters {
            self.include(Dot { actor, counter });
        }
    }

    /// The same with so many actors at most, `own` among them if it is there. Dropped first are
    /// those of hints, which give no dots any more once they are handed over; then those since
    /// whose first layout version is longest ago; then those who gave the fewest dots.
    ///
    /// Whoever has read less supersedes less: a version may stand beside one that it replaced, and
    /// none is lost.
    #[must_use]
    pub fn truncated(mut self, actors: usize, own: Actor) -> Self {
        if self.counters.len() <= actors {
            return self;
        }
        let worth = |&(actor, counter): &(Actor, u64)| {
            (
                actor == own,
                !actor.is_hint(),
                actor.since,
                counter,
                actor.node,
            )
        };
        sort_by_key(&mut self.counters, |entry| std::cmp::Reverse(worth(entry)));
        self.counters.truncate(actors);
        sort(&mut self.counters);
        self
    }

    /// Whether nothing was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counters.is_empty()
    }

    /// How many actors it names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counters.len()
    }

    /// The largest dot of each actor, by actor.
    pub(crate) fn dots(&self) -> impl Iterator<Item = Dot> {
        let counters = self.counters.iter();
        counters.map(|&(actor, counter)| Dot { actor, counter })
    }

    fn place(&self, actor: Actor) -> Result<usize, usize> {
        self.counters.binary_search_by_key(&actor, |entry| entry.0)
    }
}

/// One write: never changed once made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Its name.
    pub dot: Dot,
    /// What its writer had read: what it supersedes.
    pub context: VersionVector,
    /// What was written; `None` is a tombstone.
    pub value: Option<Value>,
}

/// A cell: the versions of a key that do not supersede each other; none for a key never written.
/// Cheap to clone: whoever was handed a cell shares it until there is another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Siblings {
    /// By dot.
    versions: Arc<[Version]>,
}

impl Siblings {
    /// The cell of a bulk-loaded row.
    #[must_use]
    pub fn loaded(value: Value) -> Self {
        let (dot, context) = (Dot::LOADED, VersionVector::default());
        Self {
            versions: Arc::new([Version {
                dot,
                context,
                value: Some(value),
            }]),
        }
    }

    /// Takes all that `other` knows: commutative, associative, idempotent. O(siblings of both).
    pub fn join(&mut self, other: &Self) {
        if Arc::ptr_eq(&self.versions, &other.versions) {
            return;
        }
        let is_gone = |version: &Version| supersede(&other.versions, version.dot);
        if self.versions.iter().all(is_gone) {
            self.versions = other.versions.clone();
            return;
        }
        let is_known = |version: &Version| self.knows(version.dot);
        if !self.versions.iter().any(is_gone) && other.versions.iter().all(is_known) {
            return;
        }
        let stays = |version: &&Version| !is_gone(version);
        let mut versions: Vec<Version> = self.versions.iter().filter(stays).cloned().collect();
        for version in &*other.versions {
            if let Err(place) = place(&versions, version.dot)
                && !supersede(&versions, version.dot)
            {
                versions.insert(place, version.clone());
            }
        }
        self.versions = versions.into();
    }

    /// Writes over what `context` has read. `dot` must be new, and its actor must have this cell
    /// in its store. O(siblings).
    pub fn write(&mut self, dot: Dot, context: VersionVector, value: Option<Value>) {
        self.write_with(dot, context, value, usize::MAX);
    }

    /// Writes over what `context` has read, and keeps so many actors of it; see
    /// [`VersionVector::truncated`]. Only here, where a version is made, is a context ever cut: a
    /// version never changes, so replicas that keep more or fewer agree (riak_kv cut what it
    /// merged, and its replicas never did).
    pub fn write_with(
        &mut self,
        dot: Dot,
        context: VersionVector,
        value: Option<Value>,
        actors: usize,
    ) {
        let stays = |version: &&Version| !context.includes(version.dot);
        let mut versions: Vec<Version> = self.versions.iter().filter(stays).cloned().collect();
        let place = place(&versions, dot)
            .expect_err("a dot is given once: the caller counts and never repeats");
        let version = Version {
            dot,
            context: context.truncated(actors, dot.actor),
            value,
        };
        versions.insert(place, version);
        self.versions = versions.into();
    }

    /// Versions that a reader of `context` has not read.
    pub fn unread(&self, context: &VersionVector) -> impl Iterator<Item = Dot> {
        let dots = self.versions.iter().map(|version| version.dot);
        dots.filter(|&dot| !context.includes(dot))
    }

    /// One of the versions, the same on every replica that has the same ones, as if its writer had
    /// read all others: the one with the highest counter, then of the highest actor. No clock is
    /// asked, for clocks that differ would only seem to know which was the last.
    #[must_use]
    pub fn last_alone(&self) -> Self {
        let versions = self.versions.iter();
        let last = versions.max_by_key(|version| (version.dot.counter, version.dot.actor));
        let Some(last) = last else {
            return Self::default();
        };
        let mut context = last.context.clone();
        for other in self.versions.iter().filter(|other| other.dot != last.dot) {
            context.join(&other.context);
            context.include(other.dot);
        }
        let version = Version {
            context,
            ..last.clone()
        };
        Self {
            versions: Arc::new([version]),
        }
    }

    /// What a reader of this cell has read, and carries into its next write.
    #[must_use]
    pub fn context(&self) -> VersionVector {
        let mut context = VersionVector::default();
        for version in &*self.versions {
            context.join(&version.context);
            context.include(version.dot);
        }
        context
    }

    /// The versions, by dot.
    #[must_use]
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The values, without tombstones; none when the key is not there.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.versions
            .iter()
            .filter_map(|version| version.value.as_ref())
    }

    /// What its values take, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.values().map(|value| value.bytes().len() as u64).sum()
    }

    /// Whether the key was never written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Whether it holds `dot` or knows a version that supersedes it.
    #[must_use]
    pub fn knows(&self, dot: Dot) -> bool {
        self.place(dot).is_ok() || self.supersedes(dot)
    }

    fn supersedes(&self, dot: Dot) -> bool {
        supersede(&self.versions, dot)
    }

    fn place(&self, dot: Dot) -> Result<usize, usize> {
        place(&self.versions, dot)
    }
}

fn supersede(versions: &[Version], dot: Dot) -> bool {
    versions.iter().any(|version| version.context.includes(dot))
}

fn place(versions: &[Version], dot: Dot) -> Result<usize, usize> {
    versions.binary_search_by_key(&dot, |version| version.dot)
}

#[cfg(test)]
mod tests;
