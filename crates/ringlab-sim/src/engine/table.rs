//! The node table: every node with what it owns and what it holds.

use ringlab::keyspace::Load;
use ringlab::ring::{NodeSpec, Weight};
use ringlab::settings::Setting;
use ringlab::sorted::sort_by_key;

use super::Engine;
use crate::protocol::{Condition, NodeRow, NodeState, NodeTable};

/// All nodes by id, those that the last change removed among them. O(nodes log nodes).
pub(super) fn table(engine: &Engine) -> NodeTable {
    let situation = &engine.situation;
    let all_weights: u64 = situation
        .nodes
        .iter()
        .map(|node| u64::from(node.weight.thousandths()))
        .sum();
    let staying = situation
        .nodes
        .iter()
        .map(|node| row(engine, node, all_weights));
    let departed = engine.departed.iter().map(|node| row(engine, node, 0));
    let mut rows: Vec<_> = staying.chain(departed).collect();
    sort_by_key(&mut rows, |row| row.id);
    let storing = situation
        .nodes
        .iter()
        .filter(|node| node.weight != Weight::ZERO)
        .count();
    let size = |setting| situation.settings.get(setting) as u32;
    let n = size(Setting::N).min(storing as u32);
    NodeTable {
        rows,
        total: engine.contents.total(),
        keys: engine.primaries.keys(&engine.ring),
        requests: engine.primaries.requests(&engine.ring),
        effective: (n, size(Setting::R).min(n), size(Setting::W).min(n)),
    }
}

/// A node's row; `all_weights` is 0 for one that leaves.
fn row(engine: &Engine, node: &NodeSpec, all_weights: u64) -> NodeRow {
    let in_cluster = engine.cluster.node(node.id);
    let condition = engine.condition(node.id);
    // A node that stopped is seen as it was; what was on a disk that was wiped is gone.
    let on_disk = in_cluster.filter(|_| condition != Condition::Wiped);
    let fair = match all_weights {
        0 => 0.0,
        all => f64::from(node.weight.thousandths()) / all as f64,
    };
    NodeRow {
        id: node.id,
        name: node.name.clone(),
        state: in_cluster.map_or(NodeState::Removed, |node| node.state()),
        weight: node.weight,
        zone: node.zone.clone(),
        virtual_nodes: engine.ring.virtual_nodes_of(node.id),
        share: engine.primaries.share_of(node.id),
        fair,
        primary: engine.primaries.load_of(node.id),
        before: engine
            .before
            .as_ref()
            .and_then(|(_, before)| before.known(node.id)),
        condition,
        is_apart: engine.is_apart(node.id),
        health: engine.believed(node.id),
        hints: on_disk.map_or(0, |node| node.hints() as u64),
        differing: engine.faults.differing(node.id),
        held: on_disk.map_or(Load::default(), |node| node.load()),
    }
}
