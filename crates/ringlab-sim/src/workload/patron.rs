//! An end user who leaves contexts, retries and patience to the client of the library, and what that
//! client must know by now, told from its answers alone. It sends nothing itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ringlab::client::{Client, ClientEffect, Retries, Wish};
use ringlab::message::{Answer, Certainty, Command, Outcome, RequestId, RequestKind};
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::time::Instant;

use super::Operation;
use super::user::{Deed, End, What, names_of, value_of};
use crate::oracle::Writes;
use crate::random::Chance;

/// Its requests have numbers of their own.
const NUMBERS_FROM: u64 = 1 << 40;

/// The end user.
#[derive(Clone, Debug)]
pub(super) struct Patron {
    number: usize,
    client: Client,
    chance: Chance,
    pub(super) waiting: VecDeque<Operation>,
    doing: Option<Doing>,
    /// What the contexts of its client cover.
    known: BTreeMap<Key, Known>,
    /// What its client wants to hear of.
    timers: BTreeSet<(Instant, Due)>,
    wishes: u64,
    written: u64,
}

/// What an answer told, or many together.
#[derive(Clone, Debug, Default)]
struct Known {
    writes: Writes,
    values: BTreeSet<String>,
}

#[derive(Clone, Debug)]
struct Doing {
    began: Instant,
    wish: Wish,
    /// The name of the value that it writes.
    name: Option<String>,
    what: What,
    writes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Again(u64),
    Unanswered(RequestId),
}

/// What it does next.
pub(super) enum Next {
    /// A request, by one who has read so much.
    Ask {
        to: NodeId,
        id: RequestId,
        command: Command,
        read: Writes,
    },
    /// It waits for this no longer.
    GiveUp(RequestId),
    /// Its operation is over.
    Over(Deed),
}

impl Patron {
    /// An end user of this number, whose client asks again what failed.
    pub(super) fn new(number: usize, seed: u64) -> Self {
        let mut client = Client::default();
        client.set_retries(Retries::USUAL);
        Self {
            number,
            client,
            chance: Chance::new(seed),
            waiting: VecDeque::new(),
            doing: None,
            known: BTreeMap::new(),
            timers: BTreeSet::new(),
            wishes: 0,
            written: 0,
        }
    }

    /// Whether a client can do this: it puts what replaces all that it has read, and nothing else.
    pub(super) const fn does(operation: Operation) -> bool {
        matches!(
            operation,
            Operation::Get(_) | Operation::Put(..) | Operation::Modify(..) | Operation::Delete(_)
        )
    }

    /// What fails is told from now on.
    pub(super) const fn ask_once(&mut self) {
        self.client.set_retries(Retries::NONE);
    }

    pub(super) const fn is_idle(&self) -> bool {
        self.doing.is_none()
    }

    pub(super) fn awaits(&self, id: RequestId) -> bool {
        self.client.awaits(id.number)
    }

    /// When its client next wants to hear of the time.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Begins its next operation when it is idle.
    pub(super) fn go_on(&mut self, coordinators: &[NodeId], now: Instant) -> Vec<Next> {
        let Some(operation) = self.waiting.pop_front_if(|_| self.doing.is_none()) else {
            return Vec::new();
        };
        let key = operation.key();
        let mut name = None;
        let wish = match operation {
            Operation::Delete(_) => Wish::Delete(key),
            Operation::Put(_, size) | Operation::Modify(_, size) => {
                self.written += 1;
                let named = format!("{}.{}", self.number, self.written);
                let value = value_of(&named, size);
                name = Some(named);
                Wish::Put(key, value)
            }
            _ => Wish::Get(key),
        };
        self.doing = Some(Doing {
            began: now,
            wish: wish.clone(),
            name,
            what: What::Read(Vec::new()),
            writes: 0,
        });
        self.wishes += 1;
        let number = NUMBERS_FROM + self.wishes;
        let mut out = Vec::new();
        self.client.set_coordinators(coordinators.iter().copied());
        self.client.ask(&mut self.chance, number, wish, &mut out);
        self.carry_out(out, now)
    }

    /// An answer; `read` is all that whoever is told it has read.
    pub(super) fn told(
        &mut self,
        (id, outcome): (RequestId, &Outcome),
        read: Writes,
        coordinators: &[NodeId],
        now: Instant,
    ) -> Vec<Next> {
        let mut out = Vec::new();
        self.client.set_coordinators(coordinators.iter().copied());
        self.client
            .reply(&mut self.chance, id, outcome.clone(), &mut out);
        // An answer that is not taken is asked for again.
        let is_taken = out.iter().any(|effect| match effect {
            ClientEffect::Answer { .. } => true,
            ClientEffect::Request { id: next, .. } => next.leg == id.leg + 1,
            ClientEffect::Wait { .. } => false,
        });
        if is_taken {
            self.learn(outcome, read);
        }
        self.carry_out(out, now)
    }

    /// What is due by now.
    pub(super) fn time_passed(&mut self, coordinators: &[NodeId], now: Instant) -> Vec<Next> {
        let mut next = Vec::new();
        while let Some(&(at, due)) = self.timers.first().filter(|(at, _)| *at <= now) {
            self.timers.remove(&(at, due));
            match due {
                Due::Again(number) => {
                    let mut out = Vec::new();
                    self.client.set_coordinators(coordinators.iter().copied());
                    self.client.waited(&mut self.chance, number, &mut out);
                    next.extend(self.carry_out(out, now));
                }
                Due::Unanswered(id) if self.awaits(id) => {
                    let nothing = (id, &Outcome::NoAnswer);
                    next.push(Next::GiveUp(id));
                    next.extend(self.told(nothing, Writes::default(), coordinators, now));
                }
                Due::Unanswered(_) => {}
            }
        }
        next
    }

    fn learn(&mut self, outcome: &Outcome, read: Writes) {
        let Some(doing) = &mut self.doing else {
            return;
        };
        let key = doing.wish.key();
        match outcome {
            Outcome::Values(answer) => {
                if let What::Read(values) = &mut doing.what {
                    *values = names_of(answer).into_iter().collect();
                }
                let known = self.known.entry(key.clone()).or_default();
                known.join(answer, &read);
            }
            Outcome::Stored(answer) if answer.siblings.versions().len() == 1 => {
                let known = self.known.entry(key.clone()).or_default();
                known.join(answer, &read);
            }
            // Another writer's version stands beside it, which is not to be replaced unseen.
            Outcome::Stored(_) => {
                self.known.remove(key);
            }
            Outcome::QuorumUnreachable { .. } | Outcome::Refused(_) | Outcome::NoAnswer => {}
        }
    }

    fn carry_out(&mut self, effects: Vec<ClientEffect>, now: Instant) -> Vec<Next> {
        let next = effects.into_iter().filter_map(|effect| match effect {
            ClientEffect::Request {
                to,
                id,
                command,
                patience,
            } => {
                self.timers.insert((now + patience, Due::Unanswered(id)));
                let read = self.asks(&command);
                Some(Next::Ask {
                    to,
                    id,
                    command,
                    read,
                })
            }
            ClientEffect::Wait { number, span } => {
                self.timers.insert((now + span, Due::Again(number)));
                None
            }
            ClientEffect::Answer { outcome, .. } => self.over(&outcome, now).map(Next::Over),
        });
        next.collect()
    }

    /// It sends this: all that its client's context covers.
    fn asks(&mut self, command: &Command) -> Writes {
        let known = self.known.get(command.key()).cloned().unwrap_or_default();
        if let Some(doing) = self
            .doing
            .as_mut()
            .filter(|_| command.kind() != RequestKind::Get)
        {
            doing.writes += 1;
            let replaced = known.values.into_iter().collect();
            doing.what = match doing.name.clone() {
                Some(value) => What::Wrote { value, replaced },
                None => What::Deleted(replaced),
            };
        }
        known.writes
    }

    fn over(&mut self, outcome: &Outcome, now: Instant) -> Option<Deed> {
        let doing = self.doing.take()?;
        let kind = match doing.what {
            What::Read(_) => RequestKind::Get,
            _ => RequestKind::Put,
        };
        let end = match (outcome.certainty(kind), kind) {
            (Certainty::Acknowledged, _) => End::Done,
            (Certainty::Failed, RequestKind::Put) => End::Refused,
            (Certainty::Failed | Certainty::Unknown, _) => End::Unknown,
        };
        Some(Deed {
            began: doing.began.0,
            ended: now.0,
            user: self.number,
            key: String::from_utf8_lossy(doing.wish.key().bytes()).into_owned(),
            what: doing.what,
            writes: doing.writes,
            end,
        })
    }
}

impl Known {
    fn join(&mut self, answer: &Answer, read: &Writes) {
        self.writes.extend(read);
        self.values.extend(names_of(answer));
    }
}
