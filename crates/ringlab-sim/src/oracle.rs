//! What is to be expected: what each write replaced, from what clients were told alone, as exact
//! sets. It knows no vectors and no nodes, so that it cannot be wrong where the store is (the idea
//! of riak_kv's `kv679_eqc`).

mod writes;

use std::collections::BTreeMap;

use ringlab::message::{Answer, RequestId, RequestKind};
use ringlab::pair::Key;
use ringlab::time::Instant;
use ringlab::version::{Actor, Dot, Siblings};

pub use writes::Writes;

/// All that clients asked, and what came of it.
#[derive(Clone, Debug, Default)]
pub struct Oracle {
    keys: BTreeMap<Key, Past>,
    requests: BTreeMap<RequestId, Request>,
}

/// A request, from when its client sent it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose.
    pub user: usize,
    /// About what.
    pub key: Key,
    /// Read, write or delete.
    pub kind: RequestKind,
    /// When it was sent.
    pub began: Instant,
    /// What its client had read, or says that it had.
    pub read: Writes,
    /// What was acknowledged when it was sent.
    pub acknowledged: Writes,
    /// The same, of writes that no fallback had a part in.
    pub acknowledged_by_owners: Writes,
}

/// The writes of a key.
#[derive(Clone, Debug, Default)]
pub struct Past {
    writes: Vec<Write>,
    /// A write that was named twice is one all the same.
    names: BTreeMap<Dot, usize>,
    acknowledged: Writes,
    acknowledged_by_owners: Writes,
    /// What replicas may have forgotten, for it was deleted long ago.
    forgotten: Writes,
    /// What later writes dropped, as was wanted: it may be gone, and it may still be somewhere.
    dropped: Writes,
}

/// A write that got a name.
#[derive(Clone, Debug)]
pub struct Write {
    /// Which request it was; none loaded it.
    pub request: Option<RequestId>,
    /// Whether it deletes.
    pub deletes: bool,
    /// All that it replaced, and what that had replaced.
    pub replaced: Writes,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It has neither this acknowledged write nor one that replaced it.
    Lost(usize),
    /// It has this write, which another one replaced.
    Replaced(usize),
    /// Nobody wrote this.
    Foreign(Dot),
}

impl Oracle {
    /// A key has a loaded row.
    pub fn loaded(&mut self, key: &Key) {
        let past = self.keys.entry(key.clone()).or_default();
        let place = past.add(Dot::LOADED, None, false, Writes::default());
        past.acknowledged.insert(place);
        past.acknowledged_by_owners.insert(place);
    }

    /// A client sends a request, having read so much.
    pub fn asked(
        &mut self,
        id: RequestId,
        (user, began): (usize, Instant),
        (key, kind): (&Key, RequestKind),
        read: &Writes,
    ) {
        let past = self.keys.entry(key.clone()).or_default();
        let request = Request {
            user,
            key: key.clone(),
            kind,
            began,
            read: read.clone(),
            acknowledged: past.acknowledged.clone(),
            acknowledged_by_owners: past.acknowledged_by_owners.clone(),
        };
        self.requests.insert(id, request);
    }

    /// A write got a name.
    ///
    /// # Errors
    ///
    /// In words: its key has that name already, or nobody asked for it.
    pub fn named(&mut self, id: RequestId, dot: Dot) -> Result<(), String> {
        let Some(request) = self.requests.get(&id) else {
            return Err(format!("{dot:?} names {id:?}, which nobody asked"));
        };
        let past = self.keys.entry(request.key.clone()).or_default();
        if past.names.contains_key(&dot) {
            let key = &request.key;
            return Err(format!(
                "{key:?}: {dot:?} is given a second time, to {id:?}"
            ));
        }
        let of_request = |write: &Write| write.request == Some(id);
        match past.writes.iter().position(of_request) {
            Some(place) => {
                past.names.insert(dot, place);
            }
            None => {
                let deletes = request.kind == RequestKind::Delete;
                past.add(dot, Some(id), deletes, request.read.clone());
            }
        }
        Ok(())
    }

    /// A write is acknowledged with this answer; which one it is, if the answer has it.
    pub fn acknowledged(&mut self, id: RequestId, answer: &Answer) -> Option<usize> {
        let request = self.requests.get(&id)?;
        let past = self.keys.get_mut(&request.key)?;
        let of_request = |write: &Write| write.request == Some(id);
        let place = past.writes.iter().position(of_request)?;
        let is_known = past.known(&answer.siblings).contains(place);
        past.acknowledged.insert(place);
        if answer.fallbacks.is_empty() {
            past.acknowledged_by_owners.insert(place);
        }
        is_known.then_some(place)
    }

    /// A replica forgets a cell of nothing but tombstones: nobody has to know any more what they
    /// deleted.
    pub fn forgotten(&mut self, key: &Key, cell: &Siblings) {
        if let Some(past) = self.keys.get_mut(key) {
            let known = past.known(cell);
            past.forgotten.extend(&known);
        }
    }

    /// A write dropped these versions, which its writer had not read.
    pub fn dropped(&mut self, id: RequestId, versions: &[Dot]) {
        let Some(request) = self.requests.get(&id) else {
            return;
        };
        if let Some(past) = self.keys.get_mut(&request.key) {
            for place in versions.iter().filter_map(|dot| past.names.get(dot)) {
                past.dropped.insert(*place);
                past.dropped.extend(&past.writes[*place].replaced);
            }
        }
    }

    /// A request.
    #[must_use]
    pub fn request(&self, id: RequestId) -> Option<&Request> {
        self.requests.get(&id)
    }

    /// What whoever is told a cell has read then.
    #[must_use]
    pub fn read(&self, key: &Key, siblings: &Siblings) -> Writes {
        self.keys
            .get(key)
            .map(|past| past.known(siblings))
            .unwrap_or_default()
    }

    /// Every key that was loaded or asked for, with its writes.
    pub fn keys(&self) -> impl Iterator<Item = (&Key, &Past)> {
        self.keys.iter()
    }

    /// The writes of a key.
    #[must_use]
    pub fn past(&self, key: &Key) -> Option<&Past> {
        self.keys.get(key)
    }
}

impl Past {
    /// All writes that a cell has or has replaced.
    #[must_use]
    pub fn known(&self, siblings: &Siblings) -> Writes {
        let mut known = Writes::default();
        for version in siblings.versions() {
            if let Some(&place) = self.names.get(&version.dot) {
                known.insert(place);
                known.extend(&self.writes[place].replaced);
            }
        }
        known
    }

    /// What is wrong with a cell that should have every acknowledged write, and no replaced one.
    #[must_use]
    pub fn flaws(&self, siblings: &Siblings) -> Vec<Flaw> {
        let mut known = self.known(siblings);
        known.extend(&self.forgotten);
        known.extend(&self.dropped);
        let lost = self.acknowledged.without(&known).map(Flaw::Lost);
        let mut flaws: Vec<Flaw> = lost.collect();
        let mut replaced = self.forgotten_values();
        let present = siblings.versions().iter().map(|version| version.dot);
        for &place in present.filter_map(|dot| self.names.get(&dot)) {
            replaced.extend(&self.writes[place].replaced);
        }
        for place in self.acknowledged.iter() {
            replaced.extend(&self.writes[place].replaced);
        }
        for version in siblings.versions() {
            match self.names.get(&version.dot) {
                None => flaws.push(Flaw::Foreign(version.dot)),
                Some(&place) if replaced.contains(place) => flaws.push(Flaw::Replaced(place)),
                Some(_) => {}
            }
        }
        flaws
    }

    /// What of `must` a reader has not seen, and should have.
    pub fn unseen(&self, must: &Writes, siblings: &Siblings) -> Vec<usize> {
        let mut seen = self.known(siblings);
        seen.extend(&self.forgotten);
        seen.extend(&self.dropped);
        must.without(&seen).collect()
    }

    /// Values that were forgotten with the tombstones that deleted them: they must not come back,
    /// as a tombstone may.
    fn forgotten_values(&self) -> Writes {
        let writes = self.forgotten.iter();
        writes
            .filter(|&place| !self.writes[place].deletes)
            .collect()
    }

    /// How often a node named a write again in a later life.
    #[must_use]
    pub fn named_anew(&self, place: usize) -> usize {
        let names = self.names.iter().filter(|&(_, &named)| named == place);
        let lives = names.map(|(dot, _)| dot.actor).filter(|by| !by.is_hint());
        let mut lives: Vec<Actor> = lives.collect();
        lives.sort();
        lives.dedup();
        lives
            .windows(2)
            .filter(|two| two[0].node == two[1].node)
            .count()
    }

    /// Every write, in the order in which they were named.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Those that were acknowledged.
    #[must_use]
    pub const fn acknowledged(&self) -> &Writes {
        &self.acknowledged
    }

    fn add(
        &mut self,
        dot: Dot,
        request: Option<RequestId>,
        deletes: bool,
        replaced: Writes,
    ) -> usize {
        let place = self.writes.len();
        self.names.insert(dot, place);
        self.writes.push(Write {
            request,
            deletes,
            replaced,
        });
        place
    }
}

#[cfg(test)]
mod tests;
