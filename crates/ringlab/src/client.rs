//! The entry point of an end user: picks a coordinator, carries contexts, answers once. It knows
//! no ring, no replicas and no network; its driver carries out its effects like a node's.
//!
//! A put or delete of a key that the client holds no context of reads first: it means to replace
//! what is there. Writers who do not know of each other still leave siblings.
//!
//! What is asked again, if [`Retries`] say so: reads, and writes that were refused, of which nothing
//! is stored. A write whose outcome is unknown is never asked again: the cluster could not tell that
//! it is the same, and it would stand beside itself, or replace what another writer wrote since. The
//! end user is told (see [`Outcome::certainty`]), reads, and decides. So asking again makes no
//! siblings and loses no update.
//!
//! A request that nobody answers ends, too: its driver says when the patience is over that goes with
//! it. A read is then asked again like one that failed; of a write nobody knows.
//!
//! A client reads what it wrote: an answer that lacks what it has written or read of the key is not
//! taken while it may ask again. Contexts that were cut, and deletions that are forgotten, look the
//! same; then the last answer is taken as it is.
//!
//! [`Retries`]: crate::client::Retries
//! [`Outcome::certainty`]: crate::message::Outcome::certainty

mod retries;

use std::collections::VecDeque;
use std::time::Duration;

use crate::message::{Answer, Command, Outcome, Random, Refusal, RequestId};
use crate::pair::{Key, Value};
use crate::ring::NodeId;
use crate::sorted::{LongMap, SortedMap};
use crate::version::{Siblings, VersionVector};

use self::retries::Budget;
pub use self::retries::{RETRIES_SAVED_MAX, Retries, WISHES_PER_RETRY};

/// Keys whose context a client keeps; the oldest is forgotten, and read again when needed.
pub const CONTEXTS_MAX: usize = 4_096;
/// Pairs of a context that it joins with what it reads next; one that has more becomes what was read.
/// It is always safe to have read less: versions may then stand beside each other that need not.
pub const CONTEXT_PAIRS_MAX: usize = 256;
/// Requests of a client that may be in flight; it refuses more.
pub const REQUESTS_MAX: usize = 4_096;
/// A wish that has had so many legs is asked no more.
const LEGS_MAX: u8 = 200;
/// How long a client waits for an answer at first: longer than a coordinator waits for replicas.
pub const PATIENCE: Duration = Duration::from_secs(3);
/// Coordinators that a client tries when one is not in the cluster any more.
pub const ATTEMPTS_MAX: u32 = 3;

/// What an end user asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Read.
    Get(Key),
    /// Store.
    Put(Key, Value),
    /// Store a tombstone.
    Delete(Key),
}

/// What should happen next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEffect {
    /// Hand a request to a coordinator. When its patience is over and no reply came,
    /// [`Client::reply`] is [`Outcome::NoAnswer`].
    Request {
        /// Who coordinates.
        to: NodeId,
        /// The name of this leg.
        id: RequestId,
        /// What is asked.
        command: Command,
        /// How long to wait for a reply.
        patience: Duration,
    },
    /// [`Client::waited`] is wanted after a while.
    Wait {
        /// Which wish is asked again then.
        number: u64,
        /// How long.
        span: Duration,
    },
    /// The end user's answer.
    Answer {
        /// Which wish.
        number: u64,
        /// How it ended.
        outcome: Outcome,
    },
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    coordinators: Vec<NodeId>,
    contexts: LongMap<Key, VersionVector>,
    /// Keys of the contexts, oldest first.
    kept: VecDeque<Key>,
    in_flight: SortedMap<u64, InFlight>,
    retries: Option<Retries>,
    budget: Budget,
    patience: Duration,
}

#[derive(Clone, Debug)]
struct InFlight {
    wish: Wish,
    /// Even ones read, odd ones write; each time that it is asked has its own.
    leg: u8,
    attempts: u32,
    retries: u32,
    waits: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            coordinators: Vec::new(),
            contexts: LongMap::new(),
            kept: VecDeque::new(),
            in_flight: SortedMap::new(),
            retries: None,
            budget: Budget::default(),
            patience: PATIENCE,
        }
    }
}

impl Client {
    /// Which nodes it may ask.
    pub fn set_coordinators(&mut self, coordinators: impl IntoIterator<Item = NodeId>) {
        self.coordinators = coordinators.into_iter().collect();
    }

    /// From now on it asks again like this; at first not at all.
    pub const fn set_retries(&mut self, retries: Retries) {
        self.retries = Some(retries);
    }

    /// From now on it waits so long for an answer; longer than coordinators wait for replicas, or
    /// what they would have told is not known.
    pub const fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// An end user's wish; `number` is new for each.
    pub fn ask(
        &mut self,
        rng: &mut dyn Random,
        number: u64,
        wish: Wish,
        out: &mut Vec<ClientEffect>,
    ) {
        let refused = if self.in_flight.contains_key(&number) {
            Some(Refusal::RepeatedId)
        } else if self.in_flight.len() >= REQUESTS_MAX {
            Some(Refusal::Overloaded)
        } else {
            None
        };
        if let Some(refusal) = refused {
            let outcome = Outcome::Refused(refusal);
            return out.push(ClientEffect::Answer { number, outcome });
        }
        // A get is one leg; so is a write with a context, which then is the second.
        let reads = matches!(wish, Wish::Get(_)) || !self.contexts.contains_key(wish.key());
        let in_flight = InFlight {
            wish,
            leg: u8::from(!reads),
            attempts: 0,
            retries: 0,
            waits: false,
        };
        self.budget.earn();
        self.in_flight.insert(number, in_flight);
        self.send(rng, number, out);
    }

    /// A coordinator's reply, or that there is none.
    pub fn reply(
        &mut self,
        rng: &mut dyn Random,
        id: RequestId,
        outcome: Outcome,
        out: &mut Vec<ClientEffect>,
    ) {
        let number = id.number;
        let Some(in_flight) = self.in_flight.get_mut(&number) else {
            return;
        };
        if in_flight.leg != id.leg {
            return;
        }
        let again = outcome == Outcome::Refused(Refusal::NotInCluster);
        if again && in_flight.attempts < ATTEMPTS_MAX {
            in_flight.leg += 2;
            return self.send(rng, number, out);
        }
        if self.asks_again(rng, id, &outcome, out) {
            return;
        }
        let Some(in_flight) = self.in_flight.get(&number) else {
            return;
        };
        let key = in_flight.wish.key().clone();
        let goes_on = !matches!(in_flight.wish, Wish::Get(_)) && is_read(id.leg);
        match &outcome {
            Outcome::Values(answer) => {
                self.keep(key, answer.siblings.context());
                if goes_on && let Some(in_flight) = self.in_flight.get_mut(&number) {
                    (in_flight.leg, in_flight.attempts) = (id.leg + 1, 0);
                    return self.send(rng, number, out);
                }
            }
            Outcome::Stored(answer) => self.wrote(key, &answer.siblings),
            Outcome::QuorumUnreachable { .. } | Outcome::Refused(_) | Outcome::NoAnswer => {}
        }
        self.in_flight.remove(&number);
        out.push(ClientEffect::Answer { number, outcome });
    }

    /// Whether a wish of this number has no answer yet.
    #[must_use]
    pub fn awaits(&self, number: u64) -> bool {
        self.in_flight.contains_key(&number)
    }

    /// The wait for a retry is over.
    pub fn waited(&mut self, rng: &mut dyn Random, number: u64, out: &mut Vec<ClientEffect>) {
        if let Some(in_flight) = self.in_flight.get_mut(&number)
            && std::mem::take(&mut in_flight.waits)
        {
            self.send(rng, number, out);
        }
    }

    /// Whether an answer lacks something that this client has written or read of the key.
    #[must_use]
    pub fn is_ahead_of(&self, key: &Key, answer: &Answer) -> bool {
        let known = self.contexts.get(key);
        known.is_some_and(|known| !answer.siblings.context().covers(known))
    }

    /// Keys whose context it keeps.
    #[must_use]
    pub fn contexts(&self) -> usize {
        self.contexts.len()
    }

    /// Requests in flight.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether a wish is asked again: it may be, and there is a retry left for it.
    fn asks_again(
        &mut self,
        rng: &mut dyn Random,
        id: RequestId,
        outcome: &Outcome,
        out: &mut Vec<ClientEffect>,
    ) -> bool {
        let number = id.number;
        let (Some(retries), Some(in_flight)) = (self.retries, self.in_flight.get(&number)) else {
            return false;
        };
        let is_worth_it = match outcome {
            Outcome::Values(answer) => self.is_ahead_of(in_flight.wish.key(), answer),
            Outcome::QuorumUnreachable { .. } | Outcome::NoAnswer => is_read(id.leg),
            Outcome::Refused(refusal) => refusal.may_pass(),
            Outcome::Stored(_) => false,
        };
        let is_left = in_flight.retries < retries.per_wish_max && id.leg < LEGS_MAX;
        if !is_worth_it || !is_left || !self.budget.spend() {
            return false;
        }
        let Some(in_flight) = self.in_flight.get_mut(&number) else {
            return false;
        };
        let span = retries.wait(in_flight.retries, rng);
        in_flight.retries += 1;
        in_flight.leg += 2;
        in_flight.waits = true;
        out.push(ClientEffect::Wait { number, span });
        true
    }

    fn send(&mut self, rng: &mut dyn Random, number: u64, out: &mut Vec<ClientEffect>) {
        let Some(in_flight) = self.in_flight.get_mut(&number) else {
            return;
        };
        in_flight.attempts += 1;
        let many = self.coordinators.len() as u64;
        if many == 0 {
            self.in_flight.remove(&number);
            let outcome = Outcome::Refused(Refusal::NotInCluster);
            return out.push(ClientEffect::Answer { number, outcome });
        }
        let to = self.coordinators[(rng.next_u64() % many) as usize];
        let leg = in_flight.leg;
        let command = match (&in_flight.wish, leg) {
            (wish, leg) if is_read(leg) => Command::Get {
                key: wish.key().clone(),
            },
            (wish, _) => wish.as_write(self.contexts.get(wish.key())),
        };
        let id = RequestId { number, leg };
        let patience = self.patience;
        out.push(ClientEffect::Request {
            to,
            id,
            command,
            patience,
        });
    }

    /// What a write leaves to carry on: nothing when another writer's version stands beside it,
    /// which this client has not read and must not replace unseen.
    fn wrote(&mut self, key: Key, siblings: &Siblings) {
        if siblings.versions().len() == 1 {
            self.keep(key, siblings.context());
        } else if self.contexts.remove(&key).is_some() {
            self.kept.retain(|kept| *kept != key);
        }
    }

    fn keep(&mut self, key: Key, context: VersionVector) {
        if let Some(kept) = self.contexts.get_mut(&key) {
            kept.join(&context);
            if kept.len() > CONTEXT_PAIRS_MAX {
                *kept = context;
            }
            return;
        }
        if self.kept.len() == CONTEXTS_MAX
            && let Some(oldest) = self.kept.pop_front()
        {
            self.contexts.remove(&oldest);
        }
        self.kept.push_back(key.clone());
        self.contexts.insert(key, context);
    }
}

const fn is_read(leg: u8) -> bool {
    leg.is_multiple_of(2)
}

impl Wish {
    /// The key it is about.
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Get(key) | Self::Put(key, _) | Self::Delete(key) => key,
        }
    }

    fn as_write(&self, context: Option<&VersionVector>) -> Command {
        let context = context.cloned().unwrap_or_default();
        match self {
            Self::Put(key, value) => Command::Put {
                key: key.clone(),
                context,
                value: value.clone(),
            },
            Self::Get(key) | Self::Delete(key) => Command::Delete {
                key: key.clone(),
                context,
            },
        }
    }
}

#[cfg(test)]
mod tests;
