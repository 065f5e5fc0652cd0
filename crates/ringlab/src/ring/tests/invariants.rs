//! R1 to R6: what must hold of any ring, asked through names so that ids cannot help.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::property::holds;

/// A way to place keys on nodes: the real ring, or one with a planted bug.
pub(super) trait Places {
    fn with(virtual_nodes: u32, nodes: &[NodeSpec]) -> Self;
    /// The names of the first `n` nodes for a token.
    fn list(&self, token: Token, n: u32) -> Vec<String>;
}

impl Places for Ring {
    fn with(virtual_nodes: u32, nodes: &[NodeSpec]) -> Self {
        let mut ring = Self::new(virtual_nodes).unwrap();
        for node in nodes {
            ring.add(node.clone()).unwrap();
        }
        ring
    }

    fn list(&self, token: Token, n: u32) -> Vec<String> {
        let name = |id: &NodeId| self.node(*id).unwrap().name.as_str().to_owned();
        let replication = Replication {
            n,
            spread: Spread::Any,
        };
        self.preference_list(token, replication)
            .iter()
            .map(name)
            .collect()
    }
}

pub(super) type Inputs = (Vec<Sketch>, u32, Vec<u64>, Sketch);

/// Nodes, virtual nodes, tokens, and one node more.
pub(super) fn inputs() -> impl Strategy<Value = Inputs> {
    (
        sketches(9).prop_shuffle(),
        1_u32..30,
        prop::collection::vec(any::<u64>(), 40),
        (200_u32..400, 1_u32..3_000, 0_u8..4),
    )
}

/// R1 and R5: length, distinct nodes, and the same list whatever the order and the ids.
pub(super) fn is_a_function_of_the_set<P: Places>(inputs: Inputs) -> Result<(), TestCaseError> {
    let (sketches, virtual_nodes, tokens, _) = inputs;
    let stored = sketches.iter().filter(|(_, weight, _)| *weight > 0).count();
    let mut sorted = sketches.clone();
    sorted.sort_unstable();
    let one = P::with(virtual_nodes, &specs(1, &sketches));
    let other = P::with(virtual_nodes, &specs(77, &sorted));
    for (token, n) in tokens.into_iter().map(Token).zip((1..=5).cycle()) {
        let list = one.list(token, n);
        prop_assert_eq!(list.len(), stored.min(n as usize));
        prop_assert_eq!(&list, &other.list(token, n));
        let distinct: std::collections::BTreeSet<&String> = list.iter().collect();
        prop_assert_eq!(distinct.len(), list.len());
    }
    Ok(())
}

/// R2: a node more changes a list only by standing in it.
pub(super) fn keeps_the_order<P: Places>(inputs: Inputs) -> Result<(), TestCaseError> {
    let (mut sketches, virtual_nodes, tokens, joining) = inputs;
    let n = 8;
    let before = P::with(virtual_nodes, &specs(1, &sketches));
    sketches.push(joining);
    let after = P::with(virtual_nodes, &specs(1, &sketches));
    let joined = format!("node-{}", joining.0);
    for token in tokens.into_iter().map(Token) {
        let mut with = after.list(token, n);
        with.retain(|name| *name != joined);
        let mut without = before.list(token, n);
        // The list may be full: then the one that was displaced is missing at its end.
        without.truncate(with.len().max(n as usize - 1));
        with.truncate(without.len());
        prop_assert_eq!(with, without);
    }
    Ok(())
}

#[test]
fn r1_r5_placement_is_a_function_of_the_set_of_nodes() {
    let property = is_a_function_of_the_set::<Ring>;
    holds("r1_r5_placement", 200, inputs(), property);
}

#[test]
fn r2_the_order_is_kept() {
    holds(
        "r2_the_order_is_kept",
        200,
        inputs(),
        keeps_the_order::<Ring>,
    );
}

#[test]
fn r5_add_then_remove_is_nothing() {
    holds(
        "r5_add_then_remove",
        100,
        inputs(),
        |(sketches, virtual_nodes, tokens, joining)| {
            let before = Ring::with_nodes(virtual_nodes, specs(1, &sketches)).unwrap();
            let mut ring = before.clone();
            let node = specs(500, &[joining]).remove(0);
            ring.add(node.clone()).unwrap();
            prop_assert_ne!(&ring, &before);
            prop_assert_eq!(ring.remove(NodeId(500)), Ok(node));
            prop_assert_eq!(&ring, &before);
            prop_assert!(ring.points().eq(before.points()));
            for token in telling_tokens(&before, &tokens) {
                prop_assert_eq!(ring.primary(token), before.primary(token));
            }
            Ok(())
        },
    );
}

#[test]
fn r6_shares_follow_weights() {
    let weights = [250, 500, 1_000, 1_000, 2_000, 4_000];
    let sketches: Vec<Sketch> = (0..)
        .zip(weights)
        .map(|(name, weight)| (name, weight, 0))
        .collect();
    let ring = Ring::with_nodes(1_000, specs(1, &sketches)).unwrap();
    let sum: u32 = weights.iter().sum();
    for (node, weight) in ring.nodes().zip(weights) {
        let fair = f64::from(weight) / f64::from(sum);
        let share = ring.width_of(node.id) as f64 / TokenRange::RING_WIDTH as f64;
        // A node of v points has a share of relative deviation 1 / sqrt(v).
        let deviation = fair / f64::from(weight).sqrt();
        assert!((share - fair).abs() < 4.0 * deviation, "{share} for {fair}");
    }
}

#[test]
fn r6_more_weight_only_adds_tokens() {
    let mut ring = Ring::with_nodes(100, named(["amber", "birch"])).unwrap();
    let before = ring.tokens_of(NodeId(1));
    ring.reweight(NodeId(1), Weight::from_thousandths(1_234).unwrap())
        .unwrap();
    let after = ring.tokens_of(NodeId(1));
    assert_eq!(after.len(), 123);
    assert!(before.iter().all(|token| after.contains(token)));
    ring.reweight(NodeId(1), Weight::from_thousandths(1).unwrap())
        .unwrap();
    assert_eq!(
        ring.tokens_of(NodeId(1)).len(),
        1,
        "a little weight is one virtual node"
    );
    ring.reweight(NodeId(1), Weight::ZERO).unwrap();
    assert_eq!(ring.tokens_of(NodeId(1)), []);
    assert_eq!((ring.len(), ring.storage_nodes()), (2, 1));
}
