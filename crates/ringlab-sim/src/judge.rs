//! Whether a history is what its run promises: each key a register whose values stand side by side
//! when their writers did not know of each other, each set whole. It knows no store, no vectors and
//! no settings, only what users asked and were told, and when.
//!
//! A write replaced all that its user had read, and all that this had replaced. A read must show
//! nothing that nobody wrote. Where that is promised, it must also show each write that was
//! acknowledged before it began, unless what it shows replaced that, or a deletion may have; and
//! nothing that a write replaced which was acknowledged before it began. At the end every
//! acknowledged element of a set must be in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::chronicle::{Chronicle, Promises, may_be_done};
use crate::workload::{Deed, End, What};

/// A promise that a history breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The line of the operation that shows it, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// All that a history breaks, in the order of its lines. O(operations^2) of one key.
#[must_use]
pub fn judge(chronicle: &Chronicle) -> Vec<Breach> {
    let mut keys = BTreeMap::<&str, Vec<(usize, &Deed)>>::new();
    for (place, deed) in chronicle.deeds.iter().enumerate() {
        let line = Chronicle::line_of(place);
        keys.entry(&deed.key).or_default().push((line, deed));
    }
    let promises = &chronicle.promises;
    let mut breaches = Vec::new();
    for (key, deeds) in &keys {
        let adds = |(_, deed): &(usize, &Deed)| matches!(deed.what, What::Added(_));
        if deeds.iter().any(adds) {
            judge_set(deeds, promises, &mut breaches);
        } else {
            let loaded = promises.loaded.get(*key).map(String::as_str);
            Register::new(deeds, loaded).judge(deeds, promises, &mut breaches);
        }
    }
    breaches.sort_by_key(|breach| breach.line);
    breaches
}

/// Whether a read that begins then must see all that was acknowledged before.
fn sees_all(promises: &Promises, began: u64) -> bool {
    promises.regular || promises.settled.is_some_and(|settled| began >= settled)
}

fn was_read<'a>((line, deed): &(usize, &'a Deed)) -> Option<(usize, &'a Deed, &'a [String])> {
    match &deed.what {
        What::Read(values) if deed.end == End::Done => Some((*line, deed, values)),
        _ => None,
    }
}

/// The writes of one key.
struct Register<'a> {
    writes: Vec<Write<'a>>,
    /// By value.
    places: BTreeMap<&'a str, usize>,
    /// By write, itself and all that it replaced.
    known: Vec<BTreeSet<usize>>,
    twice: Vec<Breach>,
}

struct Write<'a> {
    /// Nothing for what was loaded.
    line: Option<usize>,
    began: u64,
    /// When it was acknowledged, if it was.
    acknowledged: Option<u64>,
    may_be_done: bool,
    deletes: bool,
    /// Whether it was asked for again when nobody knew what had become of it.
    is_repeated: bool,
    replaced: &'a [String],
}

impl<'a> Register<'a> {
    fn new(deeds: &[(usize, &'a Deed)], loaded: Option<&'a str>) -> Self {
        let mut register = Self {
            writes: Vec::new(),
            places: BTreeMap::new(),
            known: Vec::new(),
            twice: Vec::new(),
        };
        if let Some(value) = loaded {
            register.places.insert(value, 0);
            register.writes.push(Write::loaded());
        }
        for &(line, deed) in deeds {
            let (value, replaced) = match &deed.what {
                What::Wrote { value, replaced } => (Some(value), replaced),
                What::Deleted(replaced) => (None, replaced),
                What::Read(_) | What::Added(_) => continue,
            };
            let place = register.writes.len();
            if let Some(value) = value
                && register.places.insert(value, place).is_some()
            {
                let what = format!("{}: `{value}` is written a second time", deed.key);
                register.twice.push(Breach { line, what });
            }
            register
                .writes
                .push(Write::of(line, deed, value.is_none(), replaced));
        }
        register.known = (0..register.writes.len())
            .map(|place| register.all_known(place))
            .collect();
        register
    }

    /// A write and all that it replaced, directly or not.
    fn all_known(&self, place: usize) -> BTreeSet<usize> {
        let (mut known, mut open) = (BTreeSet::from([place]), vec![place]);
        while let Some(place) = open.pop() {
            let replaced = self.writes[place].replaced.iter();
            for place in replaced.filter_map(|value| self.places.get(&**value)) {
                if known.insert(*place) {
                    open.push(*place);
                }
            }
        }
        known
    }

    fn judge(self, deeds: &[(usize, &Deed)], promises: &Promises, breaches: &mut Vec<Breach>) {
        for (line, deed, values) in deeds.iter().filter_map(was_read) {
            let mut report = |what: String| {
                let what = format!("{}: {what}", deed.key);
                breaches.push(Breach { line, what });
            };
            let shown: Vec<usize> = values
                .iter()
                .filter_map(|value| match self.shown(value, deed) {
                    Ok(place) => Some(place),
                    Err(what) => {
                        report(what);
                        None
                    }
                })
                .collect();
            if !sees_all(promises, deed.began) {
                continue;
            }
            for place in self.missing(&shown, deed) {
                let by = self.writes[place].name();
                report(format!(
                    "the read does not see {by}, acknowledged before it"
                ));
            }
            for place in shown.into_iter().filter(|_| promises.exact) {
                if let Some(by) = self.replaced_by(place, deed) {
                    let (shown, by) = (self.writes[place].name(), self.writes[by].name());
                    report(format!("the read shows {shown}, which {by} had replaced"));
                }
            }
        }
        breaches.extend(self.twice);
    }

    /// Which write a read shows.
    fn shown(&self, value: &str, read: &Deed) -> Result<usize, String> {
        let Some(&place) = self.places.get(value) else {
            return Err(format!("the read shows `{value}`, which nobody wrote"));
        };
        let write = &self.writes[place];
        if !write.may_be_done {
            return Err(format!("the read shows `{value}`, which was refused"));
        }
        if write.began > read.ended {
            return Err(format!("the read shows `{value}` before it was written"));
        }
        Ok(place)
    }

    /// Acknowledged writes that a read should show, or what replaced them.
    fn missing(&self, shown: &[usize], read: &Deed) -> Vec<usize> {
        let mut known: BTreeSet<usize> = BTreeSet::new();
        for &place in shown {
            known.extend(&self.known[place]);
        }
        for (place, write) in self.writes.iter().enumerate() {
            if write.deletes && write.may_be_done && write.began <= read.ended {
                known.extend(&self.known[place]);
            }
        }
        let must = |place: &usize| self.writes[*place].is_before(read);
        let places = (0..self.writes.len()).filter(must);
        places.filter(|place| !known.contains(place)).collect()
    }

    /// What replaced a write before a read began. A write that was asked for twice may have come the
    /// second time after that.
    fn replaced_by(&self, place: usize, read: &Deed) -> Option<usize> {
        if self.writes[place].is_repeated {
            return None;
        }
        (0..self.writes.len()).find(|&other| {
            let replaced = other != place && self.known[other].contains(&place);
            replaced && self.writes[other].is_before(read)
        })
    }
}

impl<'a> Write<'a> {
    const fn loaded() -> Self {
        Self {
            line: None,
            began: 0,
            acknowledged: Some(0),
            may_be_done: true,
            deletes: false,
            is_repeated: false,
            replaced: &[],
        }
    }

    fn of(line: usize, deed: &Deed, deletes: bool, replaced: &'a [String]) -> Self {
        Self {
            line: Some(line),
            began: deed.began,
            acknowledged: (deed.end == End::Done).then_some(deed.ended),
            may_be_done: may_be_done(deed),
            deletes,
            is_repeated: deed.writes > 1,
            replaced,
        }
    }

    /// Whether it was acknowledged when a read began.
    fn is_before(&self, read: &Deed) -> bool {
        self.acknowledged
            .is_some_and(|at| self.line.is_none() || at < read.began)
    }

    fn name(&self) -> String {
        match self.line {
            Some(line) if self.deletes => format!("the deletion of line {line}"),
            Some(line) => format!("the write of line {line}"),
            None => "what was loaded".to_owned(),
        }
    }
}

fn judge_set(deeds: &[(usize, &Deed)], promises: &Promises, breaches: &mut Vec<Breach>) {
    let mut added = BTreeMap::new();
    for (line, deed) in deeds {
        let What::Added(element) = &deed.what else {
            continue;
        };
        if added.insert(&**element, (*line, *deed)).is_some() {
            let what = format!("{}: `{element}` is added a second time", deed.key);
            breaches.push(Breach { line: *line, what });
        }
    }
    let mut is_read = false;
    for (line, deed, values) in deeds.iter().filter_map(was_read) {
        is_read |= promises
            .settled
            .is_some_and(|settled| deed.began >= settled);
        let mut report = |what: String| {
            let what = format!("{}: {what}", deed.key);
            breaches.push(Breach { line, what });
        };
        let elements: BTreeSet<&str> = elements(values).collect();
        for element in &elements {
            match added.get(element) {
                None => report(format!("it has `{element}`, which nobody added")),
                Some((_, add)) if !may_be_done(add) => {
                    report(format!("it has `{element}`, which was refused"));
                }
                Some((_, add)) if add.began > deed.ended => {
                    report(format!("it has `{element}` before it was added"));
                }
                Some(_) => {}
            }
        }
        if !sees_all(promises, deed.began) {
            continue;
        }
        for (element, (line, add)) in &added {
            let is_before = add.end == End::Done && add.ended < deed.began;
            if is_before && !elements.contains(element) {
                report(format!("it lacks `{element}`, acknowledged in line {line}"));
            }
        }
    }
    let acknowledged = added.values().find(|(_, add)| add.end == End::Done);
    if let Some((line, add)) = acknowledged.filter(|_| promises.settled.is_some() && !is_read) {
        let what = format!("{}: nobody reads the set at the end", add.key);
        breaches.push(Breach { line: *line, what });
    }
}

/// The elements of a set whose parts stand side by side.
fn elements(values: &[String]) -> impl Iterator<Item = &str> {
    let elements = values.iter().flat_map(|value| value.split(','));
    elements.filter(|element| !element.is_empty())
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

#[cfg(test)]
mod tests;
