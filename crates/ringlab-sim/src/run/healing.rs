//! The end of a run: every fault ends, what was under way must end, every request must succeed, and
//! replicas are made equal.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cluster::Node;
use ringlab::health::Health;
use ringlab::layout::{Layout, Lead, Stage};
use ringlab::message::NodeState;
use ringlab::ring::NodeId;
use ringlab::settings::{AntiEntropy, Epoch, Setting, TABLE};
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
/// How many times each node compares itself with each other one, about, so that all are equal.
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
        self.late_until = self.cluster.last_arrival();
        let nodes: Vec<NodeId> = self.cluster.nodes().map(Node::id).collect();
        for node in nodes {
            self.cluster.set_clock_right(node);
        }
        self.restart_all();
        self.look();
        self.as_at_first(|setting| !setting.is_of_the_layout());
        let healed = self.cluster.now();
        self.say(|now| Some(tell::well(now)));
        if !self.comes_to_rest(healed) {
            return;
        }
        // A change of the layout is refused while another is under way, so these come last.
        if self.chosen.resizes() {
            self.as_at_first(Setting::is_of_the_layout);
        }
        let from = self.cluster.now();
        if !self.comes_to_rest(from) {
            return;
        }
        // Nodes read all that they have: what is damaged is found and fetched, what is missing comes.
        if self.victim.is_some() && !self.compare(0) {
            return;
        }
        self.data_was_lost = false;
        self.rested = Some(self.cluster.now().since(healed));
        self.everything_works();
        if self.compare(AGAIN) {
            self.all_is_read();
        }
    }

    /// Some settings are again what the world began with, but that nodes do not compare themselves.
    fn as_at_first(&mut self, which: impl Fn(Setting) -> bool) {
        let first = self.script.setup.settings;
        let settings = TABLE.iter().map(|row| row.setting);
        let values = settings.filter(|&setting| which(setting)).map(|setting| {
            let compares = setting == Setting::AntiEntropy;
            (setting, if compares { 0 } else { first.get(setting) })
        });
        self.wanted.extend(values);
        self.operator.chooses(&self.wanted, &mut self.cluster);
    }

    /// Two nodes may both have decided at the same moment: an operator whose word was lost says it
    /// again.
    fn says_again(&mut self) {
        if !self.cluster.nodes().all(|node| self.is_as_wanted(node)) {
            self.operator.chooses(&self.wanted, &mut self.cluster);
        }
    }

    fn is_as_wanted(&self, node: &Node) -> bool {
        let settings = node.settings();
        let mut wanted = self.wanted.iter();
        wanted.all(|&(setting, value)| settings.get(setting) == value)
    }

    /// Whoever is down begins again, now that no disk fails, and so does whose disk failed. Whose disk
    /// does not tell who it was is dead for good.
    fn restart_all(&mut self) {
        for node in std::mem::take(&mut self.failed) {
            self.cluster.crash(node);
        }
        let nodes: Vec<NodeId> = self.cluster.nodes().map(Node::id).collect();
        for node in nodes {
            if self.dead == Some(node) {
                continue;
            }
            match self.cluster.restart(node) {
                Ok(()) => {}
                Err(_) if self.victim == Some(node) => self.dead = Some(node),
                Err(error) => {
                    let what = format!("{node:?} does not begin again: {error}");
                    let now = self.cluster.now();
                    self.found.report(Check::EverythingEnds, now, what);
                }
            }
        }
    }

    /// An operator replaces who is dead; where a change waits for it, a node leads on without it first.
    /// It asks who is in the middle of a change, or else who knows most: who missed a change would
    /// begin another one to the same version.
    fn replace_the_dead(&mut self) {
        let Some(dead) = self.dead else {
            return;
        };
        let came_back = |node: &Node| self.cluster.is_up(dead) && node.layout().is_some();
        if !self.is_given_up
            && !self.is_taken_over
            && self.cluster.node(dead).is_some_and(came_back)
        {
            // A change told it who it is, and it has fetched what it should have, or does.
            self.dead = None;
            return;
        }
        // Whoever was named lost must not come back in the middle of it.
        self.cluster.crash(dead);
        let takes_part =
            |node: &&Node| self.cluster.is_up(node.id()) && node.state() != NodeState::Removed;
        let knows = |node: &Node| Some((node.id(), node.layout()?.clone()));
        let knowing = self.cluster.nodes().filter(takes_part).filter_map(knows);
        let knowing: Vec<_> = knowing.collect();
        let most = |(_, layout): &&(NodeId, Layout)| (layout.change().is_some(), layout.stage());
        let Some((asked, layout)) = knowing.iter().max_by_key(most).cloned() else {
            return;
        };
        let waits = layout
            .change()
            .is_some_and(|change| change.nodes.contains(&dead));
        if waits {
            // Again where another node leads on that was not told.
            let is_untold = |lead: &Lead| !lead.lost.contains(&dead);
            let leads = knowing
                .iter()
                .filter_map(|(node, layout)| Some((node, layout.lead()?)));
            let untold = leads.filter(|(_, lead)| is_untold(lead));
            if let Some((&asked, _)) = untold.max_by_key(|(_, lead)| lead.term) {
                self.is_taken_over = true;
                self.cluster.take_over(asked, &[dead]);
            }
        } else if layout.reads().node(dead).is_none() {
            self.cluster.bury(dead);
            self.is_buried = true;
        } else if let Some(by) = self.operator.new_node(1_000) {
            self.layout_changes = true;
            self.cluster.replace(asked, dead, by);
        }
    }

    /// Whether all that was under way ends in time. What waits for a node that has forgotten what it
    /// had said ends when an operator gives that one up.
    fn comes_to_rest(&mut self, mut from: Instant) -> bool {
        while let Some(what) = self.unrest() {
            let now = self.cluster.now();
            if now.since(from) > REST && self.ever_lost && !self.is_given_up {
                (self.dead, self.is_given_up, from) = (self.victim, true, now);
            }
            if now.since(from) > REST {
                let what = format!("after {REST:?}: {what}");
                self.found.report(Check::EverythingEnds, now, what);
                return false;
            }
            self.says_again();
            self.replace_the_dead();
            self.run_until(now + LOOK_EVERY);
        }
        true
    }

    /// What is still under way.
    fn unrest(&self) -> Option<String> {
        if !self.users.are_idle() {
            return Some("users still wait".to_owned());
        }
        if self.cluster.now() <= self.late_until || self.cluster.is_message_on_its_way() {
            return Some("messages are on their way".to_owned());
        }
        if let Some(dead) = self.dead.filter(|_| !self.is_buried) {
            return Some(format!("{dead:?} is dead and not replaced"));
        }
        let waits = |node: &&Node| self.cluster.is_up(node.id()) && node.waiting_wish().is_some();
        if let Some(node) = self.cluster.nodes().find(waits) {
            return Some(format!("a wish waits at {:?}", node.id()));
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
        if let Some(node) = self
            .cluster
            .nodes()
            .find(|node| self.has_forgotten_all(node))
        {
            return Some(format!("{:?} knows no cluster", node.id()));
        }
        let epochs: BTreeSet<Epoch> = nodes().map(Node::epoch).collect();
        if epochs.len() > 1 || !nodes().all(|node| self.is_as_wanted(node)) {
            return Some(format!("nodes go by {epochs:?}"));
        }
        if let Some(node) = nodes().find(|node| !node.is_well()) {
            return Some(format!("the disk of {:?} is not well", node.id()));
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

    /// Whether a node runs, others take it for one of theirs, and it knows of nothing.
    fn has_forgotten_all(&self, node: &Node) -> bool {
        let owns = |layout: &Layout| layout.reads().node(node.id()).is_some();
        let mut layouts = self.cluster.nodes().filter_map(Node::layout);
        node.layout().is_none() && self.cluster.is_up(node.id()) && layouts.any(owns)
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

    /// A user reads each key and each set: what its history says was there at the end.
    fn all_is_read(&mut self) {
        self.settled = Some(self.cluster.now());
        let mix = &self.script.setup.mix;
        let keys = (0..mix.keys.many()).map(Operation::Get);
        let sets = (0..mix.sets).map(Operation::Elements);
        for operation in keys.chain(sets) {
            self.users
                .operate(0, operation, &mut self.cluster, &mut self.oracle);
        }
        let from = self.cluster.now();
        self.comes_to_rest(from);
    }

    /// Nodes compare themselves until all are equal, as far as chance allows, and so many rounds more,
    /// in which they must be. Whether all comes to rest.
    fn compare(&mut self, again: u32) -> bool {
        let compare = AntiEntropy::new(COMPARE_EVERY, BUCKETS).expect("within the bounds of both");
        let nodes = self.cluster.nodes().count() as u32;
        self.wanted.clear();
        self.decided(&AntiEntropy::chosen(Some(compare)), Half::All);
        let now = self.cluster.now();
        self.run_until(now + COMPARE_EVERY * (nodes * ROUNDS));
        self.is_equal = again > 0;
        let now = self.cluster.now();
        self.run_until(now + COMPARE_EVERY * (nodes * again));
        self.decided(&AntiEntropy::chosen(None), Half::All);
        let from = self.cluster.now();
        self.run_until(from + LOOK_EVERY);
        self.comes_to_rest(from)
    }
}
