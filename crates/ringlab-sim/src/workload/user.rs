//! One end user and what it remembers: operations one after the other, contexts by key. It sends
//! nothing itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use ringlab::message::{Answer, Command, Outcome, RequestId};
use ringlab::pair::{Key, Value};
use ringlab::time::Instant;
use ringlab::version::VersionVector;
use serde::{Deserialize, Serialize};

use super::{HUGE_BYTES, Operation, Size};
use crate::oracle::Writes;

/// Contexts of a key that a user remembers; the oldest is the stale one.
const CONTEXTS_MAX: usize = 4;
/// How long a user waits for an answer: longer than a coordinator waits for replicas.
const PATIENCE: Duration = Duration::from_secs(3);

/// One operation from its beginning to its end: a line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    /// When it began, in microseconds.
    pub began: u64,
    /// When its user knew how it ended, or gave up.
    pub ended: u64,
    /// Whose.
    pub user: usize,
    /// On which key.
    pub key: String,
    /// What it did.
    pub what: What,
    /// How often its write was asked for: again when nobody knew what had become of it.
    pub writes: u32,
    /// How it ended.
    pub end: End,
}

/// What an operation did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// It read these values.
    Read(Vec<String>),
    /// It wrote a value in the place of those that its user had read.
    Wrote {
        /// Unique.
        value: String,
        /// What it replaces.
        replaced: Vec<String>,
    },
    /// It deleted the values that its user had read.
    Deleted(Vec<String>),
    /// It added an element to a set.
    Added(String),
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// It was done.
    Done,
    /// It was refused, and changed nothing.
    Refused,
    /// Nobody can say whether it was done.
    Unknown,
}

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) number: usize,
    pub(super) waiting: VecDeque<Operation>,
    pub(super) doing: Option<Doing>,
    contexts: BTreeMap<Key, VecDeque<Context>>,
    written: u64,
}

/// What a user was told of a key at some time.
#[derive(Clone, Debug, Default)]
struct Context {
    vector: VersionVector,
    read: Writes,
    values: BTreeSet<String>,
}

/// The operation that a user is at.
#[derive(Clone, Debug)]
pub(super) struct Doing {
    pub(super) key: Key,
    operation: Operation,
    began: Instant,
    /// The request that it waits for.
    pub(super) id: RequestId,
    /// Until when.
    pub(super) until: Instant,
    /// Requests that it may still make when one fails.
    pub(super) tries: u32,
    context: Context,
    /// The write, once it is known.
    write: Option<(What, Option<Value>)>,
    /// How often it was asked for.
    writes: u32,
    /// An earlier try may have been done.
    is_unsure: bool,
}

/// What a user does when it knows more.
pub(super) enum Next {
    /// Another request.
    Ask,
    /// Nothing: the operation is over.
    Over(Deed),
}

impl User {
    pub(super) fn new(number: usize) -> Self {
        Self {
            number,
            waiting: VecDeque::new(),
            doing: None,
            contexts: BTreeMap::new(),
            written: 0,
        }
    }

    /// Begins its next operation when it is idle; whether it did.
    pub(super) fn begin(&mut self, now: Instant, tries: u32) -> bool {
        if self.doing.is_some() {
            return false;
        }
        let Some(operation) = self.waiting.pop_front() else {
            return false;
        };
        let key = operation.key();
        let contexts = self.contexts.get(&key);
        let context = match operation {
            Operation::Put(..) => contexts.and_then(VecDeque::back),
            Operation::PutStale(_) => contexts.and_then(VecDeque::front),
            _ => None,
        };
        let context = context.cloned().unwrap_or_default();
        let mut doing = Doing {
            key,
            operation,
            began: now,
            id: RequestId::default(),
            until: now,
            tries,
            context,
            write: None,
            writes: 0,
            is_unsure: false,
        };
        if !operation.reads() {
            doing.write = Some(self.write(&doing));
        }
        self.doing = Some(doing);
        true
    }

    /// An answer to the request that it waits for; `read` is all that whoever is told it has read.
    pub(super) fn told(&mut self, outcome: &Outcome, read: Writes, now: Instant) -> Option<Next> {
        let doing = self.doing.as_mut()?;
        match outcome {
            Outcome::Values(answer) => {
                let context = Context::of(answer, read);
                doing.context = context.clone();
                let only_reads =
                    matches!(doing.operation, Operation::Get(_) | Operation::Elements(_));
                self.remember(context);
                if only_reads {
                    return Some(self.over(End::Done, now));
                }
                let doing = self.doing.take()?;
                let write = Some(self.write(&doing));
                self.doing = Some(Doing { write, ..doing });
                Some(Next::Ask)
            }
            Outcome::Stored(answer) => {
                self.remember(Context::of(answer, read));
                Some(self.over(End::Done, now))
            }
            Outcome::QuorumUnreachable { .. } | Outcome::NoAnswer => {
                Some(self.failed(End::Unknown, now))
            }
            Outcome::Refused(_) => Some(self.failed(End::Refused, now)),
        }
    }

    /// Its request came to nothing, as far as it knows.
    pub(super) fn failed(&mut self, end: End, now: Instant) -> Next {
        let Some(doing) = &mut self.doing else {
            unreachable!("only what was begun fails");
        };
        doing.is_unsure |= end == End::Unknown && doing.write.is_some();
        if doing.tries > 0 {
            doing.tries -= 1;
            return Next::Ask;
        }
        let end = if doing.is_unsure { End::Unknown } else { end };
        self.over(end, now)
    }

    fn over(&mut self, end: End, now: Instant) -> Next {
        let Some(doing) = self.doing.take() else {
            unreachable!("only what was begun ends");
        };
        let values = || doing.context.values.iter().cloned().collect();
        let what = match doing.write {
            Some((what, _)) => what,
            None => What::Read(values()),
        };
        Next::Over(Deed {
            began: doing.began.0,
            ended: now.0,
            user: self.number,
            key: String::from_utf8_lossy(doing.key.bytes()).into_owned(),
            what,
            writes: doing.writes,
            end,
        })
    }

    /// What an operation writes, given what its user has read.
    fn write(&mut self, doing: &Doing) -> (What, Option<Value>) {
        self.written += 1;
        let name = format!("{}.{}", self.number, self.written);
        let replaced = doing.context.values.iter().cloned().collect();
        match doing.operation {
            Operation::Delete(_) => (What::Deleted(replaced), None),
            Operation::Add(_) => {
                let mut elements: BTreeSet<&str> = BTreeSet::from([&*name]);
                for value in &doing.context.values {
                    elements.extend(value.split(',').filter(|element| !element.is_empty()));
                }
                let set = elements.into_iter().collect::<Vec<_>>().join(",");
                (What::Added(name.clone()), Some(value(set.as_bytes())))
            }
            operation => {
                let size = match operation {
                    Operation::Modify(_, size) | Operation::Put(_, size) => size,
                    _ => Size::Small,
                };
                let value = value_of(&name, size);
                let wrote = What::Wrote {
                    value: name,
                    replaced,
                };
                (wrote, Some(value))
            }
        }
    }

    fn remember(&mut self, context: Context) {
        let Some(doing) = &self.doing else {
            return;
        };
        let contexts = self.contexts.entry(doing.key.clone()).or_default();
        if contexts.len() == CONTEXTS_MAX {
            contexts.pop_front();
        }
        contexts.push_back(context);
    }
}

impl Doing {
    /// Its next request has this name, and is given up then.
    pub(super) fn asks(&mut self, id: RequestId, now: Instant) {
        (self.id, self.until) = (id, now + PATIENCE);
        self.writes += u32::from(self.write.is_some());
    }

    /// The request to make now, and all that its context has read.
    pub(super) fn command(&self) -> (Command, &Writes) {
        let key = self.key.clone();
        let context = self.context.vector.clone();
        let command = match &self.write {
            None => Command::Get { key },
            Some((_, None)) => Command::Delete { key, context },
            Some((_, Some(value))) => Command::Put {
                key,
                context,
                value: value.clone(),
            },
        };
        (command, &self.context.read)
    }
}

impl Context {
    fn of(answer: &Answer, read: Writes) -> Self {
        Self {
            vector: answer.siblings.context(),
            read,
            values: names_of(answer),
        }
    }
}

/// The names of the values that an answer has.
pub(super) fn names_of(answer: &Answer) -> BTreeSet<String> {
    let names = answer.siblings.values().map(|value| {
        let name = value.bytes().split(|byte| *byte == b' ').next();
        String::from_utf8_lossy(name.unwrap_or_default()).into_owned()
    });
    names.collect()
}

/// A value of a name; a huge one is that and very many spaces.
pub(super) fn value_of(name: &str, size: Size) -> Value {
    let mut bytes = name.as_bytes().to_vec();
    if size == Size::Huge {
        bytes.resize(HUGE_BYTES, b' ');
    }
    value(&bytes)
}

fn value(bytes: &[u8]) -> Value {
    Value::new(bytes).expect("a user's values are short enough")
}
