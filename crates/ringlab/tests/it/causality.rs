//! What each write really replaced, computed from what clients were told alone: exact sets of
//! dots, no vectors. The oracle that siblings are held against.

use std::collections::{BTreeMap, BTreeSet};

use ringlab::message::{Command, Outcome, RequestId};
use ringlab::pair::Key;
use ringlab::version::{Dot, Siblings};

#[derive(Default)]
pub(crate) struct Causality {
    /// Of each key, each write and all that it replaced.
    writes: BTreeMap<Key, BTreeMap<Dot, BTreeSet<Dot>>>,
    /// Those that are deletions.
    deletions: BTreeSet<Dot>,
    /// What each client has read of each key.
    read: BTreeMap<(usize, Key), BTreeSet<Dot>>,
    /// Requests in flight: whose, of which key, and what its writer had read.
    requests: BTreeMap<RequestId, (usize, Key, BTreeSet<Dot>)>,
    /// Requests that delete.
    deletes: BTreeSet<RequestId>,
}

impl Causality {
    pub(crate) fn loaded(&mut self, key: Key) {
        let writes = self.writes.entry(key).or_default();
        writes.insert(Dot::LOADED, BTreeSet::new());
    }

    pub(crate) fn request(&mut self, id: RequestId, client: usize, command: &Command) {
        let key = command.key().clone();
        let read = self.read.get(&(client, key.clone())).cloned();
        let read = read.unwrap_or_default();
        self.requests.insert(id, (client, key, read));
        if matches!(command, Command::Delete { .. }) {
            self.deletes.insert(id);
        }
    }

    /// A write got its name; an error when the key has that name already.
    pub(crate) fn named(&mut self, id: RequestId, dot: Dot) -> Result<(), String> {
        let (_, key, read) = &self.requests[&id];
        let writes = self.writes.entry(key.clone()).or_default();
        if self.deletes.contains(&id) {
            self.deletions.insert(dot);
        }
        match writes.insert(dot, read.clone()) {
            None => Ok(()),
            Some(_) => Err(format!("{dot:?} was given twice for {key:?}")),
        }
    }

    /// A write dropped others that its writer had not read: it replaces them all the same.
    pub(crate) fn dropped(&mut self, id: RequestId, dot: Dot, versions: &[Dot]) {
        let (_, key, _) = &self.requests[&id];
        let Some(writes) = self.writes.get_mut(key) else {
            return;
        };
        let before = versions.iter().filter_map(|version| writes.get(version));
        let mut replaced: BTreeSet<Dot> = before.flatten().copied().collect();
        replaced.extend(versions);
        writes.entry(dot).or_default().extend(replaced);
    }

    pub(crate) fn key_of(&self, id: RequestId) -> &Key {
        &self.requests[&id].1
    }

    pub(crate) fn replied(&mut self, id: RequestId, outcome: &Outcome) {
        let (client, key, _) = self.requests[&id].clone();
        let siblings = match outcome {
            Outcome::Values(answer) => &answer.siblings,
            Outcome::Stored(answer) if answer.siblings.versions().len() == 1 => &answer.siblings,
            Outcome::Stored(_) => {
                // The client has not read what stands beside its write, and reads again.
                self.read.remove(&(client, key));
                return;
            }
            _ => return,
        };
        let known = self.history(&key, siblings);
        self.read.entry((client, key)).or_default().extend(known);
    }

    /// Where the last writer wins a reader is shown one version, and its context covers the others:
    /// its next write drops them.
    pub(crate) fn covered(&mut self, id: RequestId, siblings: &Siblings) {
        let (client, key, _) = self.requests[&id].clone();
        let writes = self.writes.get(&key).into_iter().flatten();
        let covered = writes.map(|(dot, _)| *dot);
        let covered: Vec<Dot> = covered.filter(|&dot| siblings.knows(dot)).collect();
        self.read.entry((client, key)).or_default().extend(covered);
    }

    /// The writes of a key that none replaced.
    pub(crate) fn expected(&self, key: &Key) -> BTreeSet<Dot> {
        let Some(writes) = self.writes.get(key) else {
            return BTreeSet::new();
        };
        let replaced: BTreeSet<Dot> = writes.values().flatten().copied().collect();
        let writes = writes.keys().copied();
        writes.filter(|dot| !replaced.contains(dot)).collect()
    }

    /// What a cell must be to have lost nothing: of these writes and those that it knows, the ones
    /// that none of them replaced.
    pub(crate) fn expected_of(
        &self,
        key: &Key,
        acknowledged: &BTreeSet<Dot>,
        cell: &Siblings,
    ) -> BTreeSet<Dot> {
        let mut counted = self.history(key, cell);
        counted.extend(acknowledged);
        let writes = self.writes.get(key).into_iter().flatten();
        let counting = writes.filter(|(dot, _)| counted.contains(dot));
        let replaced: BTreeSet<Dot> = counting
            .flat_map(|(_, replaced)| replaced.clone())
            .collect();
        counted.difference(&replaced).copied().collect()
    }

    /// Whether nothing is left of a key but deletions.
    pub(crate) fn is_deleted(&self, key: &Key) -> bool {
        self.expected(key).is_subset(&self.deletions)
    }

    /// Nobody has anything of a deleted key any more: writes after this replace nothing.
    pub(crate) fn forget(&mut self, key: &Key) {
        self.writes.remove(key);
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.writes.keys()
    }

    /// Whether a cell has a write or one that replaced it.
    pub(crate) fn has(&self, key: &Key, siblings: &Siblings, dot: Dot) -> bool {
        self.history(key, siblings).contains(&dot)
    }

    fn history(&self, key: &Key, siblings: &Siblings) -> BTreeSet<Dot> {
        let mut known = BTreeSet::new();
        for version in siblings.versions() {
            known.insert(version.dot);
            let replaced = self
                .writes
                .get(key)
                .and_then(|writes| writes.get(&version.dot));
            known.extend(replaced.into_iter().flatten());
        }
        known
    }
}
