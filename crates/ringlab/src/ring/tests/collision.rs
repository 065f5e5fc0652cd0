//! Two virtual nodes at one token: the smaller name owns it. The names below were computed by
//! running the hash backwards.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::model::Model;
use super::*;
use crate::hash::{token, virtual_token};

pub(crate) const NAME: &str = "node-one";
/// Its hash is that of [`NAME`], and so are all its tokens.
pub(crate) const TWIN: &str = "rqsbmkq0g93-9ac1";
/// Its virtual node i stands where virtual node i + 1 of [`NAME`] does.
pub(crate) const SHIFTED: &str = "cff6hb39asae3wty";

const TWO: Replication = Replication { n: 2, spread: ANY };

#[test]
fn the_names_do_collide() {
    assert_eq!(token(NAME.as_bytes()), token(TWIN.as_bytes()));
    for index in 0..100 {
        let shifted = virtual_token(SHIFTED.as_bytes(), index);
        assert_eq!(shifted, virtual_token(NAME.as_bytes(), index + 1));
    }
}

#[test]
fn the_smaller_name_owns_whoever_came_first() {
    let one_way = Ring::with_nodes(50, named([NAME, SHIFTED, "third"])).unwrap();
    let nodes: Vec<NodeSpec> = one_way.nodes().cloned().collect();
    let mut other_way = Ring::new(50).unwrap();
    let mut renumbered = nodes.clone();
    renumbered.reverse();
    for (id, node) in (1..).zip(&mut renumbered) {
        node.id = NodeId(id);
        other_way.add(node.clone()).unwrap();
    }
    let name = |ring: &Ring, id| ring.node(id).unwrap().name.to_string();
    let models = [Model::new(50, &nodes), Model::new(50, &renumbered)];
    for (at, _) in one_way.points() {
        let owners = [one_way.primary(at).unwrap(), other_way.primary(at).unwrap()];
        assert_eq!(name(&one_way, owners[0]), name(&other_way, owners[1]));
        for (ring, model) in [&one_way, &other_way].into_iter().zip(&models) {
            assert_eq!(&*ring.preference_list(at, TWO), model.list(at, TWO));
        }
    }
    // "cff..." comes before "node-one": of the 50 tokens of the latter one is left.
    assert_eq!(one_way.tokens_of(NodeId(1)).len(), 1);
    assert_eq!(one_way.tokens_of(NodeId(2)).len(), 50);
    assert_eq!(one_way.point_count(), 101);
    assert_eq!(one_way.points().count(), 101);
    assert_eq!(one_way.ranges().count(), 101);
}

#[test]
fn the_other_takes_over_when_the_owner_goes() {
    let alone = Ring::with_nodes(50, named([NAME])).unwrap();
    for hidden_by in [TWIN, SHIFTED] {
        let mut ring = alone.clone();
        ring.add(named(["first", hidden_by]).remove(1)).unwrap();
        assert_eq!(ring.nodes().count(), 2);
        for (at, owner) in ring.points() {
            assert_eq!(ring.preference_list(at, TWO).len(), 2);
            assert_eq!(ring.primary(at), Some(owner));
        }
        ring.remove(NodeId(2)).unwrap();
        assert_eq!(ring, alone);
        assert!(ring.points().eq(alone.points()));
        assert_eq!(ring.point_count(), 50);
    }
}

#[test]
fn a_ring_with_its_twin_has_its_points_once() {
    let mut ring = Ring::with_nodes(30, named([NAME, TWIN])).unwrap();
    assert_eq!(ring.point_count(), 30);
    assert_eq!(ring.width_of(NodeId(1)), TokenRange::RING_WIDTH);
    assert_eq!(ring.width_of(NodeId(2)), 0);
    ring.reweight(NodeId(1), Weight::from_thousandths(500).unwrap())
        .unwrap();
    assert_eq!(ring.tokens_of(NodeId(1)).len(), 15);
    assert_eq!(ring.tokens_of(NodeId(2)).len(), 15);
    ring.remove(NodeId(1)).unwrap();
    assert_eq!(ring.tokens_of(NodeId(2)).len(), 30);
}
