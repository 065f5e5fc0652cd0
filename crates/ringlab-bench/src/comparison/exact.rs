//! What is the same in every run and on every machine of 64 bits: memory, balance, monotonicity.

use ringlab::placement::Algorithm;

use super::measures::{Shares, elsewhere, misplaced, shares};
use super::subject::{Change, Subject, resizing};

/// The parts of the nodes that go and come back.
pub(super) const PARTS: [f64; 3] = [0.1, 0.3, 0.5];
/// Keys that are followed while nodes come and go.
pub(super) const FOLLOWED: usize = 100_000;

/// One placement at one size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exact {
    pub(super) algorithm: Algorithm,
    pub(super) nodes: usize,
    /// Bytes that it keeps, the names of its nodes among them.
    pub(super) bytes: i64,
    pub(super) balance: Shares,
    /// The same after nodes came and went.
    pub(super) resized: Shares,
    /// By part that goes: keys that moved between nodes that stayed, of all.
    pub(super) leaving: [f64; 3],
    /// The same when they come back.
    pub(super) returning: [f64; 3],
    /// Keys that are then not where they were at first, of all.
    pub(super) elsewhere: [f64; 3],
}

/// Measures one placement with these keys; the first of them are followed.
pub(super) fn measure(algorithm: Algorithm, nodes: usize, keys: &[&str]) -> Exact {
    let subject = Subject::new(algorithm, nodes);
    let bytes = subject.bytes;
    let owners = subject.owners(keys);
    let balance = shares(&owners, nodes);

    let followed = &keys[..keys.len().min(FOLLOWED)];
    // Also where loads count: a key's owner depends on the keys before it, not on those after.
    let at_first = &owners[..followed.len()];
    let [mut leaving, mut returning, mut away] = [[0.0; 3]; 3];
    for (at, part) in PARTS.into_iter().enumerate() {
        // Each part from the beginning: where keys lie may depend on what happened before.
        let mut subject = Subject::new(algorithm, nodes);
        let gone = (part * nodes as f64) as usize;
        let staying = nodes - gone;
        let goes = |place: usize| Change::Goes(place);
        subject.change(&(staying..nodes).rev().map(goes).collect::<Vec<_>>());
        let without = subject.owners(followed);
        leaving[at] = misplaced(at_first, &without, staying);
        subject.change(&(staying..nodes).map(Change::Comes).collect::<Vec<_>>());
        let again = subject.owners(followed);
        returning[at] = misplaced(&without, &again, staying);
        away[at] = elsewhere(at_first, &again);
    }

    let mut subject = Subject::new(algorithm, nodes);
    subject.change(&resizing(algorithm, nodes));
    let resized = shares(&subject.owners(keys), subject.nodes());
    Exact {
        algorithm,
        nodes,
        bytes,
        balance,
        resized,
        leaving,
        returning,
        elsewhere: away,
    }
}
