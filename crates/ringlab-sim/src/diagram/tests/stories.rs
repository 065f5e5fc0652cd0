//! The runs of which the document shows what is seen: small clusters, one thing each, from one
//! seed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ringlab::keyspace::KeyspaceBuilder;
use ringlab::layout::MembershipChange;
use ringlab::message::{Command, Event, Outcome, RequestId};
use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeId, NodeSpec, Replication, Ring, Spread, Weight, Zone};
use ringlab::settings::{AntiEntropy, HintSettings, Setting, Settings, Strictness};
use ringlab::version::VersionVector;

use super::Diagram;
use crate::cluster::{Cluster, Origin, Sight, WorldOptions};
use crate::run::BEGINNING;

/// A story's name in the document, and the run.
type Told = (&'static str, fn() -> Diagram);

/// All of them.
pub(super) const STORIES: &[Told] = &[
    ("put", put),
    ("get", get),
    ("sloppy put", sloppy_put),
    ("join", join),
    ("read repair", read_repair),
    ("anti-entropy", anti_entropy),
    ("delete", delete),
];

const SEED: u64 = 1;
/// How long a story looks on after its answer: late replies, too.
const A_MOMENT: Duration = Duration::from_millis(20);
/// How long a story waits for its end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A story that goes on.
struct Story {
    cluster: Cluster,
    diagram: Diagram,
    requests: u64,
    /// What the client has read of the key.
    context: VersionVector,
}

impl Story {
    fn new(nodes: u32, settings: Settings) -> Self {
        let ring = Ring::with_nodes(8, (0..nodes).map(spec)).unwrap();
        let origin = Origin {
            ring,
            settings,
            keyspace: Arc::new(KeyspaceBuilder::new(0).finish()),
            cells: Vec::new(),
            coordinators: Vec::new(),
        };
        let mut cluster = Cluster::new(origin, WorldOptions::DATA_CENTRE, BEGINNING, SEED);
        cluster.watch();
        Self {
            cluster,
            diagram: Diagram::default(),
            requests: 0,
            context: VersionVector::default(),
        }
    }

    /// What was seen until now is not part of it.
    fn begins(&mut self) {
        self.cluster.take_sights();
        self.diagram = Diagram::default();
    }

    /// Lets things happen until something is seen.
    fn until(&mut self, mut is_it: impl FnMut(&Sight) -> bool) {
        let end = self.cluster.now() + PATIENCE;
        loop {
            let mut is_over = false;
            for sight in self.cluster.take_sights() {
                self.diagram.see(self.cluster.now(), &sight);
                is_over |= is_it(&sight);
            }
            if is_over {
                return;
            }
            assert!(self.cluster.step(end), "{}", self.diagram);
        }
    }

    /// Lets a while pass.
    fn a_moment(&mut self) {
        let end = self.cluster.now() + A_MOMENT;
        loop {
            for sight in self.cluster.take_sights() {
                self.diagram.see(self.cluster.now(), &sight);
            }
            if !self.cluster.step(end) {
                return;
            }
        }
    }

    /// A client asks a node, and is told.
    fn asks(&mut self, node: NodeId, command: Command) {
        let id = RequestId {
            number: self.requests,
            leg: 0,
        };
        self.requests += 1;
        self.cluster.request(node, id, command);
        let mut read = None;
        self.until(|sight| match sight {
            Sight::Told(told, Outcome::Values(answer) | Outcome::Stored(answer)) if *told == id => {
                read = Some(answer.siblings.context());
                true
            }
            _ => false,
        });
        self.context = read.unwrap();
        self.a_moment();
    }

    fn puts(&mut self, node: NodeId, text: &str) {
        let (key, context) = (key(), self.context.clone());
        let value = Value::new(text.as_bytes()).unwrap();
        self.asks(
            node,
            Command::Put {
                key,
                context,
                value,
            },
        );
    }

    /// All nodes in the order in which they are asked for the key: its replicas, then fallbacks.
    fn in_order(&self) -> Vec<NodeId> {
        let node = self.cluster.nodes().next().unwrap();
        let everyone = Replication {
            n: self.cluster.nodes().count() as u32,
            spread: Spread::Any,
        };
        let ring = node.layout().unwrap().reads();
        ring.preference_list(key().token(), everyone).to_vec()
    }

    /// A node that is no replica of the key: all that it asks is seen.
    fn another(&self) -> NodeId {
        *self.in_order().last().unwrap()
    }

    /// A replica misses a put: it is down meanwhile.
    fn one_misses(&mut self, text: &str) -> NodeId {
        let misses = self.in_order()[2];
        self.cluster.crash(misses);
        let asked = self.another();
        self.puts(asked, text);
        self.cluster.restart(misses).unwrap();
        self.a_moment();
        misses
    }
}

fn put() -> Diagram {
    let mut story = Story::new(5, Settings::SMALL);
    story.begins();
    story.puts(story.another(), "42");
    story.diagram
}

fn get() -> Diagram {
    let mut story = Story::new(5, Settings::SMALL);
    story.puts(story.another(), "42");
    story.begins();
    story.asks(story.another(), Command::Get { key: key() });
    story.diagram
}

fn sloppy_put() -> Diagram {
    let settings = Settings {
        strictness: Strictness::Sloppy,
        w: 3,
        ..Settings::SMALL
    };
    let mut story = Story::new(5, settings);
    let away = story.in_order()[2];
    story.begins();
    story.cluster.crash(away);
    story.puts(story.another(), "42");
    story.cluster.restart(away).unwrap();
    story.diagram.note(away, "begins again from its disk");
    story.until(|sight| matches!(sight, Sight::Event(_, Event::HintGone { .. })));
    story.diagram
}

fn join() -> Diagram {
    let settings = Settings {
        replication: Replication {
            n: 2,
            spread: Spread::Any,
        },
        r: 1,
        ..Settings::SMALL
    };
    let mut story = Story::new(2, settings);
    story.puts(NodeId(0), "42");
    for name in ["left-pad", "lodash", "react", "express", "chalk"] {
        let command = Command::Put {
            key: Key::new(name.as_bytes()).unwrap(),
            context: VersionVector::default(),
            value: Value::new(b"1").unwrap(),
        };
        story.asks(NodeId(1), command);
    }
    story.begins();
    let change = MembershipChange {
        add: vec![spec(2)],
        ..MembershipChange::default()
    };
    story.cluster.admin(NodeId(1), change);
    story.until(|sight| matches!(sight, Sight::Event(_, Event::ChangeEnded { .. })));
    story.diagram
}

fn read_repair() -> Diagram {
    let mut story = Story::new(5, Settings::SMALL);
    story.one_misses("42");
    story.begins();
    story.asks(story.another(), Command::Get { key: key() });
    story.diagram
}

fn anti_entropy() -> Diagram {
    let mut story = Story::new(4, Settings::SMALL);
    story.one_misses("42");
    let compared = AntiEntropy::new(Duration::from_secs(1), 16).unwrap();
    let values: Vec<(Setting, u64)> = AntiEntropy::chosen(Some(compared));
    story.begins();
    story.cluster.choose(NodeId(0), &values);
    loop {
        story.until(|sight| matches!(sight, Sight::Event(_, Event::ExchangeBegan { .. })));
        let mut repaired = 0;
        story.until(|sight| match sight {
            Sight::Event(_, Event::ExchangeEnded { tally, .. }) => {
                repaired = tally.sent + tally.received;
                true
            }
            _ => false,
        });
        if repaired > 0 {
            return story.diagram;
        }
        story.begins();
    }
}

fn delete() -> Diagram {
    let grace = Duration::from_secs(5);
    let settings = Settings {
        tombstone_grace: grace,
        hints: HintSettings::DEFAULT.within(grace),
        ..Settings::SMALL
    };
    let mut story = Story::new(4, settings);
    story.puts(story.another(), "42");
    story.begins();
    let (key, context) = (key(), story.context.clone());
    story.asks(story.another(), Command::Delete { key, context });
    let mut forgotten = BTreeSet::new();
    story.until(|sight| {
        if let Sight::Event(node, Event::TombstonesForgotten { .. }) = sight {
            forgotten.insert(*node);
        }
        forgotten.len() == 3
    });
    story.diagram
}

fn key() -> Key {
    Key::new(b"left-pad").unwrap()
}

fn spec(id: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::ONE,
        zone: Zone::default(),
    }
}
