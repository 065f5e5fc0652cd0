//! Many end users at once: whom they ask, what they are told, what they did.

use crate::cluster::Node;
use ringlab::message::{Outcome, RequestId};
use ringlab::ring::NodeId;
use ringlab::time::Instant;

use super::patron::{Next as ByPatron, Patron};
use super::user::{Next, User};
use super::{Deed, End, Operation};
use crate::cluster::Cluster;
use crate::oracle::Oracle;
use crate::random::Chance;

/// Operations that wait for one user; more are left out.
const WAITING_MAX: usize = 1_000;

/// End users, each with one operation at a time.
#[derive(Clone, Debug)]
pub struct Users {
    users: Vec<User>,
    requests: u64,
    deeds: Vec<Deed>,
    chance: Chance,
    /// How often a request that failed is tried again.
    tries: u32,
    /// Who does what a client of the library can in the place of the last of them.
    patron: Option<Patron>,
}

impl Users {
    /// So many users, who try what failed again so often.
    #[must_use]
    pub fn new(many: usize, tries: u32, seed: u64) -> Self {
        Self {
            users: (0..many).map(User::new).collect(),
            requests: 0,
            deeds: Vec::new(),
            chance: Chance::new(seed),
            tries,
            patron: None,
        }
    }

    /// The last of them leaves what it can to a client of the library.
    #[must_use]
    pub fn with_patron(self, seed: u64) -> Self {
        let patron = Some(Patron::new(self.many(), seed));
        Self { patron, ..self }
    }

    /// How many they are.
    #[must_use]
    pub fn many(&self) -> usize {
        self.users.len()
    }

    /// From now on what fails is tried again so often.
    pub const fn set_tries(&mut self, tries: u32) {
        self.tries = tries;
        if let (0, Some(patron)) = (tries, &mut self.patron) {
            patron.ask_once();
        }
    }

    /// A user does something when it is done with what it is at.
    pub fn operate(
        &mut self,
        user: usize,
        operation: Operation,
        cluster: &mut Cluster,
        oracle: &mut Oracle,
    ) {
        let is_last = user + 1 == self.users.len();
        if let Some(patron) = self.patron.as_mut().filter(|_| is_last)
            && Patron::does(operation)
        {
            if patron.waiting.len() < WAITING_MAX {
                patron.waiting.push_back(operation);
                self.patron_goes_on(cluster, oracle);
            }
            return;
        }
        if self.users[user].waiting.len() < WAITING_MAX {
            self.users[user].waiting.push_back(operation);
            self.go_on(user, cluster, oracle);
        }
    }

    /// An answer reached its user.
    pub fn told(
        &mut self,
        id: RequestId,
        outcome: &Outcome,
        cluster: &mut Cluster,
        oracle: &mut Oracle,
    ) {
        let read = match (outcome, oracle.request(id)) {
            (Outcome::Values(answer) | Outcome::Stored(answer), Some(request)) => {
                oracle.read(&request.key, &answer.siblings)
            }
            _ => Default::default(),
        };
        let is_patrons = |patron: &&mut Patron| patron.awaits(id);
        if let Some(patron) = self.patron.as_mut().filter(is_patrons) {
            let next = patron.told((id, outcome), read, &ids(cluster), cluster.now());
            return self.patron_does(next, cluster, oracle);
        }
        let waits = |user: &User| user.doing.as_ref().is_some_and(|doing| doing.id == id);
        let Some(user) = self.users.iter().position(waits) else {
            return;
        };
        let next = self.users[user].told(outcome, read, cluster.now());
        self.next(user, next, cluster, oracle);
    }

    /// When a user next gives a request up, or asks again.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        let doing = self.users.iter().filter_map(|user| user.doing.as_ref());
        let patron = self.patron.as_ref().and_then(Patron::next_at);
        doing.map(|doing| doing.until).chain(patron).min()
    }

    /// Users give up the requests that they have waited for long enough.
    pub fn give_up(&mut self, cluster: &mut Cluster, oracle: &mut Oracle) {
        let now = cluster.now();
        if let Some(patron) = &mut self.patron
            && patron.next_at().is_some_and(|at| at <= now)
        {
            let next = patron.time_passed(&ids(cluster), now);
            self.patron_does(next, cluster, oracle);
        }
        for user in 0..self.users.len() {
            if let Some(doing) = &self.users[user].doing
                && doing.until <= now
            {
                cluster.give_up(doing.id);
                let next = self.users[user].failed(End::Unknown, now);
                self.next(user, Some(next), cluster, oracle);
            }
        }
    }

    /// Whether nobody is at anything.
    #[must_use]
    pub fn are_idle(&self) -> bool {
        let is_idle = self.patron.as_ref().is_none_or(Patron::is_idle);
        is_idle && self.users.iter().all(|user| user.doing.is_none())
    }

    /// All that they did.
    #[must_use]
    pub fn deeds(&self) -> &[Deed] {
        &self.deeds
    }

    fn next(
        &mut self,
        user: usize,
        next: Option<Next>,
        cluster: &mut Cluster,
        oracle: &mut Oracle,
    ) {
        match next {
            Some(Next::Ask) => self.ask(user, cluster, oracle),
            Some(Next::Over(deed)) => {
                self.deeds.push(deed);
                self.go_on(user, cluster, oracle);
            }
            None => {}
        }
    }

    fn patron_goes_on(&mut self, cluster: &mut Cluster, oracle: &mut Oracle) {
        if let Some(patron) = &mut self.patron {
            let next = patron.go_on(&ids(cluster), cluster.now());
            self.patron_does(next, cluster, oracle);
        }
    }

    fn patron_does(&mut self, next: Vec<ByPatron>, cluster: &mut Cluster, oracle: &mut Oracle) {
        for next in next {
            match next {
                ByPatron::Ask {
                    to,
                    id,
                    command,
                    read,
                } => {
                    let about = (command.key(), command.kind());
                    oracle.asked(id, (self.many(), cluster.now()), about, &read);
                    cluster.request(to, id, command);
                }
                ByPatron::GiveUp(id) => cluster.give_up(id),
                ByPatron::Over(deed) => {
                    self.deeds.push(deed);
                    self.patron_goes_on(cluster, oracle);
                }
            }
        }
    }

    fn go_on(&mut self, user: usize, cluster: &mut Cluster, oracle: &mut Oracle) {
        if self.users[user].begin(cluster.now(), self.tries) {
            self.ask(user, cluster, oracle);
        }
    }

    /// Sends the request of a user to a node that it knows, by chance.
    fn ask(&mut self, user: usize, cluster: &mut Cluster, oracle: &mut Oracle) {
        let nodes = ids(cluster);
        let last = nodes.len().saturating_sub(1) as u32;
        let coordinator = nodes[self.chance.up_to(last) as usize];
        let number = self.requests;
        self.requests += 1;
        let now = cluster.now();
        let user = &mut self.users[user];
        let Some(doing) = &mut user.doing else {
            return;
        };
        doing.asks(RequestId { number, leg: 0 }, now);
        let (command, read) = doing.command();
        let about = (command.key(), command.kind());
        oracle.asked(doing.id, (user.number, now), about, read);
        cluster.request(coordinator, doing.id, command);
    }
}

fn ids(cluster: &Cluster) -> Vec<NodeId> {
    cluster.nodes().map(Node::id).collect()
}
