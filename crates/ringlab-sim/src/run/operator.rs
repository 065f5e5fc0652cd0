//! Who wants another membership: from a wish to the change that a node is asked for.

use crate::cluster::Node;
use ringlab::layout::MembershipChange;
use ringlab::message::NodeState;
use ringlab::ring::{NodeId, NodeSpec, Weight};
use ringlab::settings::Setting;

use super::spec;
use crate::cluster::Cluster;
use crate::fault::Place;
use crate::script::Move;

/// Nodes that a run has at most, counting those that left.
const NODES_MAX: u32 = 24;

pub(super) struct Operator {
    /// The id of the next node.
    next: u32,
    /// Nodes that were to be removed.
    removed: Vec<NodeId>,
}

impl Operator {
    pub(super) const fn new(nodes: u32) -> Self {
        Self {
            next: nodes,
            removed: Vec::new(),
        }
    }

    /// Asks some node for what is wanted.
    pub(super) fn wants(&mut self, wanted: Move, cluster: &mut Cluster) {
        let nodes: Vec<NodeId> = cluster.nodes().filter(is_live).map(Node::id).collect();
        if nodes.is_empty() {
            return;
        }
        let node = |place: Place| nodes[place.0 as usize % nodes.len()];
        let asked = |place: Place| nodes[(place.0 as usize + 1) % nodes.len()];
        match wanted {
            Move::Join { nodes, weight } => {
                let add = (0..nodes).filter_map(|_| self.new_node(weight)).collect();
                let change = MembershipChange {
                    add,
                    ..MembershipChange::default()
                };
                cluster.admin(asked(Place(self.next)), change);
            }
            Move::Leave(place) => cluster.admin(asked(place), self.removal(node(place))),
            Move::Replace(place) => {
                let add = self.new_node(1_000).into_iter().collect();
                let change = MembershipChange {
                    add,
                    ..self.removal(node(place))
                };
                cluster.admin(asked(place), change);
            }
            Move::Reweigh(place, weight) => {
                let reweight = vec![(node(place), weight_of(weight))];
                let change = MembershipChange {
                    reweight,
                    ..MembershipChange::default()
                };
                cluster.admin(asked(place), change);
            }
            Move::AddAgain(place) => cluster.admin(asked(place), addition(node(place))),
            Move::Rejoin => {
                if let Some(&id) = self.removed.last()
                    && cluster.node(id).is_none()
                {
                    cluster.admin(nodes[0], addition(id));
                }
            }
            Move::Withdraw => cluster.withdraw(nodes[0], &[]),
            Move::LeadOn(place) => cluster.take_over(node(place), &[]),
            Move::Two(place) => {
                let add = self.new_node(1_000).into_iter().collect();
                let addition = MembershipChange {
                    add,
                    ..MembershipChange::default()
                };
                cluster.admin(node(place), addition);
                cluster.admin(asked(place), self.removal(node(place)));
            }
        }
    }

    /// Asks some node for other settings.
    pub(super) fn chooses(&mut self, values: &[(Setting, u64)], cluster: &mut Cluster) {
        let asked = cluster.nodes().find(is_live).map(Node::id);
        if let Some(asked) = asked {
            cluster.choose(asked, values);
        }
    }

    /// Whether it ever wanted to be without a node.
    pub(super) fn parts_with(&self, node: NodeId) -> bool {
        self.removed.contains(&node)
    }

    pub(super) fn new_node(&mut self, weight: u32) -> Option<NodeSpec> {
        let id = self.next;
        self.next = (id + 1).min(NODES_MAX);
        (id < NODES_MAX).then(|| spec(id, weight_of(weight)))
    }

    fn removal(&mut self, node: NodeId) -> MembershipChange {
        self.removed.push(node);
        MembershipChange {
            remove: vec![node],
            ..MembershipChange::default()
        }
    }
}

fn is_live(node: &&Node) -> bool {
    matches!(node.state(), NodeState::Live | NodeState::Leaving)
}

fn addition(id: NodeId) -> MembershipChange {
    MembershipChange {
        add: vec![spec(id.0, Weight::ONE)],
        ..MembershipChange::default()
    }
}

fn weight_of(thousandths: u32) -> Weight {
    Weight::from_thousandths(thousandths).expect("weights of scripts are within bounds")
}
