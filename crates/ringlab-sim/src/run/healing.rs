//! The end of a run: every fault ends, what was under way must end, every request must succeed, and
//! replicas are made equal.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cluster::Node;
use ringlab::health::Health;
use ringlab::layout::{Layout, Stage};
use ringlab::message::NodeState;
use ringlab::ring::NodeId;
use ringlab::settings::AntiEntropy;
use ringlab::time::Instant;

use super::{Run, tell};
use crate::checker::Check;
use crate::script::Half;
use crate::workload::{Operation, Size};

/// How long what was under way may take to end once all is well: patience with a leader that asks
/// six times, and with hints that are handed over round by round.
const REST: Duration = Duration::from_secs(120);
/// How often it is looked whether all has come to rest.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often nodes compare themselves in the end.
const COMPARE_EVERY: Duration = Duration::from_millis(100);
/// Buckets of their trees: few, for few keys.
const BUCKETS: u32 = 16;
/// How many times each node compares itself with each other one, about.
const ROUNDS: u32 = 12;
/// And again when that must have made them equal.
const AGAIN: u32 = 2;

impl Run<'_> {
    pub(super) fn heal(&mut self) {
        for ongoing in std::mem::take(&mut self.ongoing).into_values() {
            ongoing.end(&mut self.cluster);
        }
        self.look();
        self.cluster.network_mut().heal();
        let nodes: Vec<NodeId> = self.cluster.nodes().map(Node::id).collect();
        for node in nodes {
            self.cluster.set_clock_right(node);
        }
        self.restart_all();
        self.look();
        self.compare(None, Half::All);
        let healed = self.cluster.now();
        self.say(|now| Some(tell::well(now)));
        if !self.comes_to_rest(healed) {
            return;
        }
        self.rested = Some(self.cluster.now().since(healed));
        self.everything_works();
        self.become_equal();
    }

    /// Whoever is down begins again, now that no disk fails, and so does whose disk failed.
    fn restart_all(&mut self) {
        for node in std::mem::take(&mut self.failed) {
            self.cluster.crash(node);
        }
        let nodes: Vec<NodeId> = self.cluster.nodes().map(Node::id).collect();
        for node in nodes {
            if let Err(error) = self.cluster.restart(node) {
                let what = format!("{node:?} does not begin again: {error}");
                self.found
                    .report(Check::EverythingEnds, self.cluster.now(), what);
            }
        }
    }

    /// Whether all that was under way ends in time.
    fn comes_to_rest(&mut self, from: Instant) -> bool {
        while let Some(what) = self.unrest() {
            let now = self.cluster.now();
            if now.since(from) > REST {
                let what = format!("after {REST:?}: {what}");
                self.found.report(Check::EverythingEnds, now, what);
                return false;
            }
            self.run_until(now + LOOK_EVERY);
        }
        true
    }

    /// What is still under way.
    fn unrest(&self) -> Option<String> {
        if !self.users.are_idle() {
            return Some("users still wait".to_owned());
        }
        if self.cluster.is_message_on_its_way() {
            return Some("messages are on their way".to_owned());
        }
        let belongs = |node: &&Node| node.layout().is_some() && node.state() != NodeState::Removed;
        let nodes = || self.cluster.nodes().filter(belongs);
        let stages: BTreeSet<Stage> = nodes()
            .filter_map(Node::layout)
            .map(Layout::stage)
            .collect();
        let moves = |node: &Node| {
            node.layout()
                .is_some_and(|layout| layout.change().is_some())
        };
        if stages.len() > 1 || nodes().any(moves) {
            return Some(format!("nodes are at {stages:?}"));
        }
        if let Some(node) = nodes().find(|node| !node.is_well()) {
            return Some(format!("the disk of {:?} is full", node.id()));
        }
        if let Some(node) = nodes().find(|node| node.hints() > 0) {
            return Some(format!("{:?} keeps {} hints", node.id(), node.hints()));
        }
        let doubts = |node: &Node| {
            let mut others = nodes().map(Node::id);
            others.find(|&other| node.health(other) != Health::Up)
        };
        nodes().find_map(|node| {
            let other = doubts(node)?;
            let health = node.health(other);
            Some(format!("{:?} takes {other:?} for {health:?}", node.id()))
        })
    }

    /// Each user does something with each key: L1 wants all of it to succeed.
    fn everything_works(&mut self) {
        self.healed = Some(self.cluster.now());
        self.users.set_tries(0);
        let now = self.cluster.now();
        // What begins from now on is late enough to succeed.
        self.run_until(now + LOOK_EVERY);
        self.cluster.forget_strangers();
        let mix = &self.script.setup.mix;
        for user in 0..self.users.many() {
            for key in 0..mix.keys.many() {
                let operation = match user {
                    0 => Operation::Modify(key, Size::Small),
                    _ => Operation::Get(key),
                };
                self.users
                    .operate(user, operation, &mut self.cluster, &mut self.oracle);
            }
            for set in 0..mix.sets {
                let add = Operation::Add(set);
                self.users
                    .operate(user, add, &mut self.cluster, &mut self.oracle);
            }
        }
        let from = self.cluster.now();
        self.comes_to_rest(from);
    }

    /// Nodes compare themselves until all are equal, as far as chance allows.
    fn become_equal(&mut self) {
        let compare = AntiEntropy::new(COMPARE_EVERY, BUCKETS).expect("within the bounds of both");
        self.compare(Some(compare), Half::All);
        let nodes = self.cluster.nodes().count() as u32;
        let now = self.cluster.now();
        self.run_until(now + COMPARE_EVERY * (nodes * ROUNDS));
        self.is_equal = true;
        let now = self.cluster.now();
        self.run_until(now + COMPARE_EVERY * (nodes * AGAIN));
        self.compare(None, Half::All);
        let from = self.cluster.now();
        self.run_until(from + LOOK_EVERY);
        self.comes_to_rest(from);
    }
}
