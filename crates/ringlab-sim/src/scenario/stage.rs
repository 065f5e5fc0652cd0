//! The world in which a scenario plays: does its steps and says what is seen.

use std::sync::Arc;
use std::time::Duration;

use crate::cluster::Node;
use ringlab::health::Health;
use ringlab::keyspace::KeyspaceBuilder;
use ringlab::layout::MembershipChange;
use ringlab::message::{Answer, Command, Event, Outcome, RequestId};
use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeId, NodeSpec, Ring, Weight, Zone};
use ringlab::settings::AntiEntropy;
use ringlab::sorted::{SortedMap, SortedSet, sort};
use ringlab::version::{Siblings, VersionVector};

use super::{Doing, Setup, User};
use crate::cluster::{Cluster, Origin, Sight, WorldOptions};
use crate::disk::DiskOptions;
use crate::network::{NetworkOptions, Trouble, Ways};
use crate::run::BEGINNING;

/// Users of a scenario.
pub(super) const USERS: usize = 10;
/// How long a request is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// Buckets of replicas that compare themselves.
const BUCKETS: u32 = 16;

pub(super) struct Stage {
    cluster: Cluster,
    contexts: SortedMap<(User, Key), VersionVector>,
    requests: u64,
    troubles: u32,
}

impl Stage {
    pub(super) fn new(setup: &Setup) -> Self {
        let specs = (0..setup.nodes).map(spec);
        let ring =
            Ring::with_nodes(setup.virtual_nodes, specs).expect("numbered nodes make a ring");
        let origin = Origin {
            ring,
            settings: setup.settings,
            keyspace: Arc::new(KeyspaceBuilder::new(0).finish()),
            cells: Vec::new(),
            coordinators: Vec::new(),
        };
        let world = WorldOptions {
            network: NetworkOptions::STEADY,
            disk: DiskOptions::SOLID_STATE,
        };
        let mut cluster = Cluster::new(origin, world, BEGINNING, 1);
        cluster.watch();
        Self {
            cluster,
            contexts: SortedMap::new(),
            requests: 0,
            troubles: 0,
        }
    }

    /// Does a step; what is seen of it, in lines.
    pub(super) fn take(&mut self, doing: &Doing) -> Vec<String> {
        match doing {
            Doing::Get(user, key, node) => {
                let key = key_of(key);
                self.request(*user, *node, Command::Get { key })
            }
            Doing::Put(user, key, value, node) => {
                let key = key_of(key);
                let context = self.context(*user, &key);
                let value = value_of(value);
                self.request(
                    *user,
                    *node,
                    Command::Put {
                        key,
                        context,
                        value,
                    },
                )
            }
            Doing::Blind(user, key, value, node) => {
                let (key, context) = (key_of(key), VersionVector::default());
                let value = value_of(value);
                self.request(
                    *user,
                    *node,
                    Command::Put {
                        key,
                        context,
                        value,
                    },
                )
            }
            Doing::Delete(user, key, node) => {
                let key = key_of(key);
                let context = self.context(*user, &key);
                self.request(*user, *node, Command::Delete { key, context })
            }
            Doing::Run(span) => self.run(*span),
            Doing::Add(..)
            | Doing::Remove(..)
            | Doing::Replace(..)
            | Doing::Withdraw(..)
            | Doing::TakeOver(..) => self.change(doing),
            Doing::Show(key) => self.show(&key_of(key)),
            Doing::Hints => self.hints(),
            Doing::Beliefs => self.beliefs(),
            Doing::OnRing => self.rings(),
            fault => {
                self.fault(fault);
                Vec::new()
            }
        }
    }

    fn fault(&mut self, fault: &Doing) {
        self.troubles += 1;
        let now = self.cluster.now();
        let ways = Ways::BetweenNodes;
        let trouble = match fault {
            Doing::Pause(node) => return self.cluster.pause(*node),
            Doing::Resume(node) => return self.cluster.resume(*node),
            Doing::Crash(node) => return self.cluster.crash(*node),
            Doing::Restart(node) => {
                return self.cluster.restart(*node).expect("no disk goes wrong");
            }
            Doing::Heal => return self.cluster.network_mut().heal(),
            Doing::Skew(node, millis) => {
                return self
                    .cluster
                    .set_clock(*node, |clock| clock.jump(now, millis * 1_000));
            }
            Doing::Compare(every) => {
                let values = AntiEntropy::chosen(AntiEntropy::new(*every, BUCKETS).ok());
                let asked = self.cluster.nodes().map(Node::id).next();
                if let Some(asked) = asked {
                    self.cluster.choose(asked, &values);
                }
                return;
            }
            Doing::Partition(parts) => Trouble::Cuts(cuts(parts)),
            Doing::Cut(from, to) => Trouble::Cuts([(*from, *to)].into()),
            Doing::Double(one_in) => Trouble::Doubles {
                ways,
                one_in: *one_in,
            },
            Doing::Lose(one_in) => Trouble::Loses {
                ways,
                one_in: *one_in,
            },
            Doing::Slow(node, times) => Trouble::Slows {
                ways: Ways::Of(crate::network::End::Node(*node)),
                times: *times,
            },
            _ => return,
        };
        self.cluster.network_mut().begins(self.troubles, trouble);
    }

    fn request(&mut self, user: User, node: NodeId, command: Command) -> Vec<String> {
        let id = RequestId {
            number: self.requests,
            leg: 0,
        };
        self.requests += 1;
        let key = command.key().clone();
        self.cluster.take_sights();
        self.cluster.request(node, id, command);
        let until = self.cluster.now() + PATIENCE;
        loop {
            let told = self
                .cluster
                .take_sights()
                .into_iter()
                .find_map(|sight| match sight {
                    Sight::Told(told, outcome) if told == id => Some(outcome),
                    _ => None,
                });
            if let Some(outcome) = told {
                if let Outcome::Values(answer) | Outcome::Stored(answer) = &outcome {
                    self.contexts.insert((user, key), answer.siblings.context());
                }
                return vec![outcome_line(&outcome)];
            }
            if !self.cluster.step(until) {
                self.cluster.give_up(id);
                return vec!["no answer".to_owned()];
            }
        }
    }

    /// Lets time pass; of all that happens then, what a person would want to be told.
    fn run(&mut self, span: Duration) -> Vec<String> {
        self.cluster.take_sights();
        self.cluster.run(span);
        let sights = self.cluster.take_sights().into_iter();
        sights
            .filter_map(|sight| match sight {
                Sight::Event(NodeId(node), Event::Down { node: down, by }) if by.0 == node => {
                    Some(format!("node {node} takes {} for down", down.0))
                }
                Sight::Event(NodeId(node), Event::TombstonesForgotten { keys }) => {
                    Some(format!("node {node} forgets {keys} tombstones"))
                }
                Sight::Event(_, Event::ChangeBegan { .. }) => None,
                Sight::Event(node, event) => change_line(node, &event),
                _ => None,
            })
            .collect()
    }

    /// What an operator does, and what comes of it at once.
    fn change(&mut self, wanted: &Doing) -> Vec<String> {
        self.cluster.take_sights();
        let mut change = MembershipChange::default();
        match wanted {
            Doing::Add(node, asked) => {
                change.add = vec![spec(node.0)];
                self.cluster.admin(*asked, change);
            }
            Doing::Remove(node, asked) => {
                change.remove = vec![*node];
                self.cluster.admin(*asked, change);
            }
            Doing::Replace(lost, by, asked) => {
                let name = spec(lost.0).name;
                let by = NodeSpec { name, ..spec(by.0) };
                self.cluster.replace(*asked, *lost, by);
            }
            Doing::Withdraw(asked, lost) => self.cluster.withdraw(*asked, lost),
            Doing::TakeOver(asked, lost) => self.cluster.take_over(*asked, lost),
            _ => {}
        }
        self.cluster.run(Duration::from_millis(10));
        let sights = self.cluster.take_sights().into_iter();
        sights
            .filter_map(|sight| match sight {
                Sight::Event(_, Event::ChangeRefused { reason }) => {
                    Some(format!("refused: {reason}"))
                }
                Sight::Event(node, event) => change_line(node, &event),
                _ => None,
            })
            .collect()
    }

    fn show(&self, key: &Key) -> Vec<String> {
        let having = self.cluster.nodes().filter_map(|node| {
            let cell = node.cell(key).unwrap_or_default();
            (!cell.is_empty()).then(|| format!("node {} has {}", node.id().0, cell_line(&cell)))
        });
        or_none(having.collect())
    }

    fn hints(&self) -> Vec<String> {
        let keeping = self.cluster.nodes().filter(|node| node.hints() > 0);
        let lines = keeping.map(|node| format!("node {} keeps {}", node.id().0, node.hints()));
        or_none(lines.collect())
    }

    fn rings(&self) -> Vec<String> {
        let views = self.cluster.nodes().filter_map(|node| {
            let ring = node.layout()?.reads().nodes();
            let ids: Vec<String> = ring.map(|node| node.id.0.to_string()).collect();
            Some(format!("node {} reads by {}", node.id().0, ids.join(" ")))
        });
        views.collect()
    }

    fn beliefs(&self) -> Vec<String> {
        let nodes = || self.cluster.nodes();
        let lines = nodes().flat_map(|node| {
            nodes().filter_map(move |other| {
                let word = match node.health(other.id()) {
                    Health::Up => return None,
                    Health::Suspect => "suspect",
                    Health::Down => "down",
                };
                Some(format!(
                    "node {} takes {} for {word}",
                    node.id().0,
                    other.id().0
                ))
            })
        });
        or_none(lines.collect())
    }

    fn context(&self, user: User, key: &Key) -> VersionVector {
        let context = self.contexts.get(&(user, key.clone()));
        context.cloned().unwrap_or_default()
    }
}

fn cuts(parts: &[Vec<NodeId>]) -> SortedSet<(NodeId, NodeId)> {
    let mut cuts = SortedSet::new();
    for (place, part) in parts.iter().enumerate() {
        for other in parts[..place].iter().chain(&parts[place + 1..]) {
            cuts.extend(
                part.iter()
                    .flat_map(|&from| other.iter().map(move |&to| (from, to))),
            );
        }
    }
    cuts
}

/// What a person would want to be told of a change.
fn change_line(NodeId(node): NodeId, event: &Event) -> Option<String> {
    match event {
        Event::ChangeBegan { version, .. } => Some(format!("the change to {version} began")),
        Event::ChangeEnded { version } => Some(format!("the change to {version} ended")),
        Event::ChangeWithdrawn { version } => Some(format!("the change to {version} goes back")),
        Event::TookOver { version, .. } => {
            Some(format!("node {node} leads the change to {version} on"))
        }
        Event::ChangeStuck { version, waiting } => Some(format!(
            "the change to {version} waits for {}",
            ids(waiting)
        )),
        Event::ChangeRefused { reason } => Some(format!("refused: {reason}")),
        _ => None,
    }
}

fn outcome_line(outcome: &Outcome) -> String {
    let by = |answer: &Answer| {
        let stood_in = answer.fallbacks.iter();
        let stood_in = stood_in.map(|f| format!(", {} for {}", f.node.0, f.place.0));
        format!(
            "by {}{}",
            ids(&answer.replicas),
            stood_in.collect::<String>()
        )
    };
    match outcome {
        Outcome::Stored(answer) => format!("stored {}", by(answer)),
        Outcome::Values(answer) => format!("{} {}", cell_line(&answer.siblings), by(answer)),
        Outcome::QuorumUnreachable { needed, answered } => {
            format!("unreachable: {answered} of {needed} answered")
        }
        Outcome::Refused(refusal) => format!("refused: {refusal:?}"),
        Outcome::NoAnswer => "no answer".to_owned(),
    }
}

fn cell_line(cell: &Siblings) -> String {
    let values = cell.versions().iter().map(|version| match &version.value {
        Some(value) => String::from_utf8_lossy(value.bytes()).into_owned(),
        None => "(deleted)".to_owned(),
    });
    let mut values: Vec<String> = values.collect();
    sort(&mut values);
    if values.is_empty() {
        return "nothing".to_owned();
    }
    values.join(", ")
}

fn ids(nodes: &[NodeId]) -> String {
    let mut nodes: Vec<u32> = nodes.iter().map(|node| node.0).collect();
    sort(&mut nodes);
    nodes
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn or_none(lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        vec!["none".to_owned()]
    } else {
        lines
    }
}

fn spec(id: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().expect("a number is a name"),
        weight: Weight::ONE,
        zone: Zone::default(),
    }
}

fn key_of(text: &str) -> Key {
    Key::new(text.as_bytes()).expect("a word is a key")
}

fn value_of(text: &str) -> Value {
    Value::new(text.as_bytes()).expect("a word is a value")
}
