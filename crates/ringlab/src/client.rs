//! The entry point of an end user: picks a coordinator, carries contexts, answers once. It knows
//! no ring, no replicas and no network; its driver carries out its effects like a node's.
//!
//! A put or delete of a key that the client holds no context of reads first: it means to replace
//! what is there. Writers who do not know of each other still leave siblings.

use std::collections::{BTreeMap, VecDeque};

use crate::message::{Command, Outcome, Random, Refusal, RequestId};
use crate::pair::{Key, Value};
use crate::ring::NodeId;
use crate::version::{Siblings, VersionVector};

/// Keys whose context a client keeps; the oldest is forgotten, and read again when needed.
pub const CONTEXTS_MAX: usize = 4_096;
/// Requests of a client that may be in flight; it refuses more.
pub const REQUESTS_MAX: usize = 4_096;
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
    /// Hand a request to a coordinator.
    Request {
        /// Who coordinates.
        to: NodeId,
        /// The name of this leg.
        id: RequestId,
        /// What is asked.
        command: Command,
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
#[derive(Clone, Debug, Default)]
pub struct Client {
    coordinators: Vec<NodeId>,
    contexts: BTreeMap<Key, VersionVector>,
    /// Keys of the contexts, oldest first.
    kept: VecDeque<Key>,
    in_flight: BTreeMap<u64, InFlight>,
}

#[derive(Clone, Debug)]
struct InFlight {
    wish: Wish,
    leg: u8,
    attempts: u32,
}

impl Client {
    /// Which nodes it may ask.
    pub fn set_coordinators(&mut self, coordinators: impl IntoIterator<Item = NodeId>) {
        self.coordinators = coordinators.into_iter().collect();
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
        };
        self.in_flight.insert(number, in_flight);
        self.send(rng, number, out);
    }

    /// A coordinator's reply.
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
            return self.send(rng, number, out);
        }
        let key = in_flight.wish.key().clone();
        let goes_on = !matches!(in_flight.wish, Wish::Get(_)) && id.leg == 0;
        match &outcome {
            Outcome::Values(answer) => {
                self.keep(key, answer.siblings.context());
                if goes_on && let Some(in_flight) = self.in_flight.get_mut(&number) {
                    (in_flight.leg, in_flight.attempts) = (1, 0);
                    return self.send(rng, number, out);
                }
            }
            Outcome::Stored(answer) => self.wrote(key, &answer.siblings),
            Outcome::QuorumUnreachable { .. } | Outcome::Refused(_) => {}
        }
        self.in_flight.remove(&number);
        out.push(ClientEffect::Answer { number, outcome });
    }

    /// Whether a wish of this number has no answer yet.
    #[must_use]
    pub fn awaits(&self, number: u64) -> bool {
        self.in_flight.contains_key(&number)
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
            (wish, 0) => Command::Get {
                key: wish.key().clone(),
            },
            (wish, _) => wish.as_write(self.contexts.get(wish.key())),
        };
        let id = RequestId { number, leg };
        out.push(ClientEffect::Request { to, id, command });
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
            return kept.join(&context);
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
