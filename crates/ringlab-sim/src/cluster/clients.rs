//! Where clients meet a cluster: the one that looks after end users, and those that speak for
//! themselves.

use std::time::Duration;

use ringlab::client::{Client, ClientEffect, PATIENCE, Wish};
use ringlab::message::{Command, Outcome, RequestId};
use ringlab::ring::NodeId;

use super::{Cluster, Happening, Sight, WishAnswered};
use crate::network::End;

/// Deadlines of coordinators that a client waits: the way there and back takes time, too.
const DEADLINES_OF_PATIENCE: u32 = 2;

/// End users that have a client each.
pub const USERS: usize = 2;

impl Cluster {
    /// Hands the wish of an end user, one of [`USERS`], to its client; `number` is new for each wish.
    pub fn ask(&mut self, user: usize, number: u64, wish: Wish) {
        let mut effects = Vec::new();
        let patience = self.patience();
        let client = &mut self.clients[user];
        client.set_patience(patience);
        client.ask(&mut self.chance, number, wish, &mut effects);
        self.carry_out_client(effects);
    }

    /// A client that speaks for itself sends a request; the answer, if one comes, is a
    /// [`Sight::Told`]. No number of a wish may be used.
    pub fn request(&mut self, coordinator: NodeId, id: RequestId, command: Command) {
        self.direct.insert(id);
        self.request_arrives(coordinator, id, command);
    }

    /// A client that speaks for itself waits for an answer no longer.
    pub fn give_up(&mut self, id: RequestId) {
        self.direct.remove(&id);
    }

    pub(super) fn replied(&mut self, id: RequestId, outcome: Outcome) {
        if self.direct.remove(&id) {
            return self.see(|| Sight::Told(id, outcome));
        }
        self.see(|| Sight::Told(id, outcome.clone()));
        self.answered(id, outcome);
    }

    /// Longer than any coordinator waits for replicas, whatever settings it goes by.
    fn patience(&self) -> Duration {
        let deadlines = self.nodes().map(|node| node.settings().request_deadline);
        PATIENCE.max(deadlines.max().unwrap_or_default() * DEADLINES_OF_PATIENCE)
    }

    /// Whether a client waits for an answer to this.
    pub(super) fn is_awaited(&self, id: RequestId) -> bool {
        self.clients.iter().any(|client| client.awaits(id.number))
    }

    /// A wish is answered, or its client has waited long enough.
    pub(super) fn answered(&mut self, id: RequestId, outcome: Outcome) {
        let mut effects = Vec::new();
        let asked = |client: &&mut Client| client.awaits(id.number);
        if let Some(client) = self.clients.iter_mut().find(asked) {
            client.reply(&mut self.chance, id, outcome, &mut effects);
        }
        self.carry_out_client(effects);
    }

    pub(super) fn waited(&mut self, number: u64) {
        let mut effects = Vec::new();
        let asked = |client: &&mut Client| client.awaits(number);
        if let Some(client) = self.clients.iter_mut().find(asked) {
            client.waited(&mut self.chance, number, &mut effects);
        }
        self.carry_out_client(effects);
    }

    fn carry_out_client(&mut self, effects: Vec<ClientEffect>) {
        for effect in effects {
            match effect {
                ClientEffect::Request {
                    to,
                    id,
                    command,
                    patience,
                } => {
                    self.request_arrives(to, id, command);
                    let unanswered = Happening::GoesUnanswered(id);
                    self.schedule.push(self.now + patience, unanswered);
                }
                ClientEffect::Wait { number, span } => {
                    self.schedule
                        .push(self.now + span, Happening::AsksAgain(number));
                }
                ClientEffect::Answer { number, outcome } => {
                    self.replies.push(WishAnswered {
                        at: self.now,
                        number,
                        outcome,
                    });
                }
            }
        }
    }

    fn request_arrives(&mut self, coordinator: NodeId, id: RequestId, command: Command) {
        self.see(|| Sight::Asked(coordinator, id, command.clone()));
        let bytes = bytes_of(&command);
        let asked = Happening::Asked {
            coordinator,
            id,
            command,
        };
        self.travel((End::Clients, End::Node(coordinator)), bytes, asked);
    }
}

/// About how many bytes a request would take on a wire.
fn bytes_of(command: &Command) -> u64 {
    let value = match command {
        Command::Put { value, .. } => value.bytes().len(),
        Command::Get { .. } | Command::Delete { .. } => 0,
    };
    (command.key().bytes().len() + value) as u64
}

/// The same of its answer.
pub(super) fn bytes_of_answer(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Values(answer) | Outcome::Stored(answer) => answer.siblings.bytes(),
        Outcome::QuorumUnreachable { .. } | Outcome::Refused(_) | Outcome::NoAnswer => 0,
    }
}

#[cfg(test)]
mod tests;
