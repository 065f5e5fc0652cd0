//! What an operator does: nodes, changes, settings; and waiting until they are in force.

use std::sync::Arc;

use ringlab::layout::MembershipChange;
use ringlab::message::{Input, Message, SettingsNews};
use ringlab::ring::{NodeId, NodeSpec};
use ringlab::settings::Setting;

use super::{Node, World, WorldDisk, machine, spec};

impl World {
    /// Nodes for a change, started and waiting to be announced.
    pub(crate) fn new_nodes(&mut self, weights: &[u32]) -> Vec<NodeSpec> {
        let mut specs = Vec::new();
        for &weight in weights {
            let spec = spec(self.next_id, weight);
            self.next_id += 1;
            let disk = WorldDisk::default();
            disk.borrow_mut().lies = self.sabotage.lies_about_disk();
            self.disks.insert(spec.id, disk.clone());
            let machine = machine(disk, &self.keyspace);
            let node = Node::open(spec.id, self.settings, machine).unwrap();
            self.nodes.insert(spec.id, node);
            self.input(spec.id, Input::Start);
            specs.push(spec);
        }
        specs
    }

    /// An operator asks a node for a change.
    pub(crate) fn change(&mut self, asked: NodeId, change: MembershipChange) {
        self.checks.wished();
        self.input(asked, Input::Admin(Arc::new(change)));
    }

    /// An operator asks a node to replace one that is lost, under the same name.
    pub(crate) fn replace(&mut self, asked: NodeId, lost: NodeId) -> NodeId {
        let mut add = self.new_nodes(&[1_000]);
        add[0].name = spec(lost.0, 0).name;
        let id = add[0].id;
        let lost = vec![lost];
        let change = MembershipChange {
            add,
            lost,
            ..MembershipChange::default()
        };
        self.change(asked, change);
        id
    }

    /// An operator does not want the change under way any more.
    pub(crate) fn withdraw(&mut self, asked: NodeId, lost: &[NodeId]) {
        self.input(asked, Input::Withdraw(lost.into()));
    }

    /// An operator says in the middle of a change that nodes are lost; the node that is asked leads
    /// on.
    pub(crate) fn take_over(&mut self, asked: NodeId, lost: &[NodeId]) {
        self.input(asked, Input::TakeOver(lost.into()));
    }

    /// An operator asks a node for other settings.
    pub(crate) fn choose(&mut self, asked: NodeId, values: &[(Setting, u64)]) {
        if values.iter().any(|(setting, _)| setting.is_of_the_layout()) {
            self.checks.wished();
        }
        self.input(asked, Input::Settings(values.into()));
    }

    /// Other settings were decided, and these nodes are the first to hear of it: no other one does
    /// but from them, when they gossip.
    pub(crate) fn decided(&mut self, first: &[NodeId], values: &[(Setting, u64)]) {
        let nodes = self.nodes.values();
        let latest = nodes.max_by_key(|node| node.epoch()).unwrap();
        let adopted = latest.adopted().next((latest.id(), 0), values).unwrap();
        for &from in first {
            let message = Message::Settings(SettingsNews::Adopt(Box::new(adopted)));
            self.input(from, Input::Message { from, message });
        }
    }

    /// Whether every node goes by the same layout and settings.
    pub(crate) fn agrees(&self) -> bool {
        let state = |node: &Node| {
            let layout = node.layout()?;
            layout
                .change()
                .is_none()
                .then(|| (layout.stage(), node.epoch()))
        };
        let mut states = self.nodes.values().map(state);
        let first = states.next().flatten();
        first.is_some() && states.all(|state| state == first)
    }

    /// Runs until every node agrees, clients being busy.
    pub(crate) fn run_until_agreed(&mut self) {
        while !self.agrees() {
            // A request takes some twenty steps: rarer than that, or there is no end of them.
            if self.rng.below(64) == 0 {
                self.ask_something();
            }
            assert!(
                self.step(),
                "nothing is left to happen and nodes do not agree"
            );
        }
    }
}
