//! A ring as the definition has it: a list of points that is searched from end to end. Slow, and
//! too simple to be wrong.

use super::*;
use crate::hash::virtual_token;

#[derive(Clone)]
pub(crate) struct Model {
    nodes: Vec<NodeSpec>,
    points: Vec<(Token, usize)>,
}

impl Model {
    pub(crate) fn new(virtual_nodes: u32, nodes: &[NodeSpec]) -> Self {
        let points = nodes.iter().enumerate().flat_map(|(at, node)| {
            let exact = f64::from(node.weight.thousandths() * virtual_nodes) / 1_000.0;
            let least = u32::from(node.weight != Weight::ZERO);
            let name = node.name.as_str().as_bytes();
            (0..(exact.round() as u32).max(least)).map(move |i| (virtual_token(name, i), at))
        });
        Self {
            points: points.collect(),
            nodes: nodes.to_vec(),
        }
    }

    /// All nodes that store, in the order in which they are met clockwise.
    pub(crate) fn order(&self, token: Token) -> Vec<&NodeSpec> {
        let mut nearest: Vec<Option<u64>> = vec![None; self.nodes.len()];
        for &(point, at) in &self.points {
            let distance = token.distance_to(point);
            nearest[at] = Some(nearest[at].map_or(distance, |least| least.min(distance)));
        }
        let met = self.nodes.iter().zip(nearest);
        let mut order: Vec<_> = met.filter_map(|(node, at)| Some((at?, node))).collect();
        order.sort_by_key(|&(distance, node)| (distance, &node.name));
        order.into_iter().map(|(_, node)| node).collect()
    }

    pub(crate) fn list(&self, token: Token, replication: Replication) -> Vec<NodeId> {
        let order = self.order(token);
        let first_there = |at: usize| order[..at].iter().all(|node| node.zone != order[at].zone);
        let mut ranked: Vec<usize> = (0..order.len()).collect();
        if replication.spread == Spread::Zones {
            ranked.sort_by_key(|&at| !first_there(at));
        }
        let ids = ranked.into_iter().map(|at| order[at].id);
        ids.take(replication.n as usize).collect()
    }
}
