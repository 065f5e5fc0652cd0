//! M1 and M4: layouts go forward on every node, one change at a time, and in the end all agree on
//! one from which the removed are gone.

use std::collections::{BTreeMap, BTreeSet};

use ringlab::layout::{Layout, Stage};
use ringlab::message::{Event, Membership, Message, NodeState};
use ringlab::ring::NodeId;

use super::{Check, Checker, Found, Scene};
use crate::cluster::{Node, Sight};

#[derive(Default)]
pub(super) struct Layouts {
    stages: BTreeMap<NodeId, Stage>,
    under_way: Option<UnderWay>,
    begun: BTreeSet<u64>,
}

/// A change that began and has not ended.
struct UnderWay {
    version: u64,
    leader: NodeId,
    /// Whether anyone but its leader can know of it.
    is_told: bool,
}

impl Checker for Layouts {
    fn saw(&mut self, sight: &Sight, scene: Scene<'_>, found: &mut Found) {
        match sight {
            Sight::Event(leader, Event::ChangeBegan { version, .. }) => {
                // Who leads its own removal is the last to know that it is over, or never hears of it.
                let is_out = |change: &UnderWay| {
                    let layout = scene.cluster.node(*leader).and_then(Node::layout);
                    layout.is_none_or(|layout| layout.reads().node(change.leader).is_none())
                };
                if let Some(before) = self.under_way.as_ref().filter(|change| !is_out(change)) {
                    let before = before.version;
                    let what = format!("the change to {version} begins in that to {before}");
                    found.report(Check::OneChangeAtATime, scene.now(), what);
                }
                if !self.begun.insert(*version) {
                    let what = format!("two changes lead to {version}");
                    found.report(Check::OneChangeAtATime, scene.now(), what);
                }
                self.under_way = Some(UnderWay {
                    version: *version,
                    leader: *leader,
                    is_told: false,
                });
            }
            // What its disk had not stored it may take again.
            Sight::Crashed(node) => {
                self.stages.remove(node);
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
            Sight::Event(id, Event::StepTaken { .. }) => {
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

    fn at_the_end(&mut self, scene: Scene<'_>, found: &mut Found) {
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
