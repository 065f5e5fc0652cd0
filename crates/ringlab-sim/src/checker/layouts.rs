//! M1 and M4: layouts go forward on every node, one change at a time, each of which is either
//! committed or withdrawn, and in the end all agree on one from which the removed are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringlab::layout::{Change, Layout, Stage, Step};
use ringlab::message::{Event, Membership, Message, NodeState};
use ringlab::ring::NodeId;

use super::{Check, Checker, Found, Scene};
use crate::cluster::{Node, Sight};

#[derive(Default)]
pub(super) struct Layouts {
    stages: BTreeMap<NodeId, Stage>,
    under_way: Option<UnderWay>,
    begun: BTreeSet<u64>,
    /// What each change came to, by the nodes that have taken such a step.
    decided: BTreeMap<u64, BTreeMap<NodeId, Step>>,
}

/// A change that began and has not ended.
struct UnderWay {
    version: u64,
    leader: NodeId,
    /// Whether anyone but its leader can know of it.
    is_told: bool,
}

impl Layouts {
    fn began(&mut self, leader: NodeId, version: u64, scene: &Scene<'_>, found: &mut Found) {
        // What its leader's disk has forgotten, or who is down for good, and no other node knows, there
        // never was.
        let knows = |node: &Node, before: &UnderWay| {
            let change = node.layout().and_then(Layout::change);
            let is_it = |change: &Arc<Change>| {
                (change.version, change.leader) == (before.version, before.leader)
            };
            let is_asked = node.id() != leader && scene.cluster.is_up(node.id());
            is_asked && change.is_some_and(is_it)
        };
        let is_forgotten = |before: &mut UnderWay| {
            let mut nodes = scene.cluster.nodes();
            let forgets = scene.data_was_lost || !scene.cluster.is_up(before.leader);
            forgets && !nodes.any(|node| knows(node, before))
        };
        if let Some(change) = self.under_way.take_if(is_forgotten) {
            self.begun.remove(&change.version);
        }
        // Who leads its own removal is the last to know that it is over, or never hears of it.
        let is_out = |change: &UnderWay| {
            let layout = scene.cluster.node(leader).and_then(Node::layout);
            layout.is_none_or(|layout| layout.reads().node(change.leader).is_none())
        };
        // Everyone goes by what it led to, or by what was before where it was withdrawn: only the last
        // word of whoever led it on is on its way.
        let is_over = |change: &UnderWay| {
            let is_in_it = |layout: &Layout| {
                let Stage { version, step } = layout.stage();
                version == change.version && matches!(step, Step::Announced | Step::Committed)
            };
            !scene.layouts().any(is_in_it)
        };
        let counts = |change: &&UnderWay| !is_out(change) && !is_over(change);
        if let Some(before) = self.under_way.as_ref().filter(counts) {
            let before = before.version;
            let what = format!("the change to {version} begins in that to {before}");
            found.report(Check::OneChangeAtATime, scene.now(), what);
        }
        if !self.begun.insert(version) {
            let what = format!("two changes lead to {version}");
            found.report(Check::OneChangeAtATime, scene.now(), what);
        }
        self.under_way = Some(UnderWay {
            version,
            leader,
            is_told: false,
        });
    }

    /// A node took a step: a change is committed or withdrawn, not both.
    fn came_to(
        &mut self,
        node: NodeId,
        (version, step): (u64, Step),
        scene: &Scene<'_>,
        found: &mut Found,
    ) {
        if matches!(step, Step::Withdrawn | Step::Committed) {
            let nodes = self.decided.entry(version).or_default();
            nodes.insert(node, step);
            if nodes.values().any(|other| *other != step) {
                let what = format!("the change to {version} comes to both: {nodes:?}");
                found.report(Check::OneChangeAtATime, scene.now(), what);
            }
        }
    }
}

impl Checker for Layouts {
    fn saw(&mut self, sight: &Sight, scene: &Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Event(leader, Event::ChangeBegan { version, .. }) => {
                self.began(*leader, *version, scene, found);
            }
            // What its disk had not stored it may take again.
            Sight::Crashed(node) => {
                self.stages.remove(node);
                for nodes in self.decided.values_mut() {
                    nodes.remove(node);
                }
                let is_forgotten =
                    |change: &mut UnderWay| change.leader == *node && !change.is_told;
                if let Some(change) = self.under_way.take_if(is_forgotten) {
                    self.begun.remove(&change.version);
                }
            }
            // When its leader is dead, and nobody else has stored that there is such a change, there is
            // none.
            Sight::Wiped(node) => {
                let knows = |other: &Node| {
                    let change = other.layout().and_then(Layout::change);
                    other.id() != *node && change.is_some_and(|change| change.leader == *node)
                };
                let is_forgotten = |change: &mut UnderWay| {
                    change.leader == *node && !scene.cluster.nodes().any(knows)
                };
                if let Some(change) = self.under_way.take_if(is_forgotten) {
                    self.begun.remove(&change.version);
                }
            }
            Sight::Sent(_, _, Message::Membership(Membership::Announce(_))) => {
                if let Some(change) = &mut self.under_way {
                    change.is_told = true;
                }
            }
            Sight::Event(_, Event::ChangeEnded { .. }) => self.under_way = None,
            Sight::Event(id, Event::StepTaken { version, step }) => {
                self.came_to(*id, (*version, *step), scene, found);
                let layout = scene.cluster.node(*id).and_then(|node| node.layout());
                let Some(stage) = layout.map(Layout::stage) else {
                    return;
                };
                let before = self.stages.insert(*id, stage);
                if before > Some(stage) {
                    let what = format!("{id:?} goes back from {before:?} to {stage:?}");
                    found.report(Check::ViewsAgree, scene.now(), what);
                }
            }
            _ => {}
        }
    }

    fn at_the_end(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let is_over = |layout: &Layout| layout.change().is_none();
        let open = self.under_way.as_ref();
        if let Some(UnderWay { version, .. }) = open.filter(|_| !scene.layouts().all(is_over)) {
            let what = format!("the change to {version} never ended");
            found.report(Check::OneChangeAtATime, scene.now(), what);
        }
        let stages: BTreeSet<Stage> = scene.layouts().map(Layout::stage).collect();
        if stages.len() != 1 {
            let what = format!("nodes end at {stages:?}");
            found.report(Check::ViewsAgree, scene.now(), what);
        }
        for node in scene.cluster.nodes() {
            let removed = node.state() == NodeState::Removed;
            let owns = |layout: &Layout| layout.reads().node(node.id()).is_some();
            if removed && scene.layouts().any(owns) {
                let what = format!("{:?} was removed and is on a ring", node.id());
                found.report(Check::ViewsAgree, scene.now(), what);
            }
        }
    }
}
