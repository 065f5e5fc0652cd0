//! What a ring refuses, and that nothing has changed then.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::codec::Reader;

#[test]
fn virtual_nodes_have_bounds() {
    for asked in [0, VIRTUAL_NODES_MAX + 1] {
        let limit = VIRTUAL_NODES_MAX;
        assert_eq!(
            Ring::new(asked),
            Err(RingError::VirtualNodes { asked, limit })
        );
    }
    assert!(Ring::new(VIRTUAL_NODES_MAX).is_ok());
}

#[test]
fn names_and_ids_are_taken_once() {
    let mut ring = Ring::with_nodes(8, named(["amber", "birch"])).unwrap();
    let before = ring.clone();
    let mut node = named(["amber"]).remove(0);
    assert_eq!(ring.add(node.clone()), Err(RingError::IdTaken(NodeId(1))));
    node.id = NodeId(3);
    let taken = node.name.clone();
    assert_eq!(ring.add(node.clone()), Err(RingError::NameTaken(taken)));
    assert_eq!(ring, before);
    let twice = [node.clone(), node];
    assert_eq!(
        Ring::with_nodes(8, twice),
        Err(RingError::IdTaken(NodeId(3)))
    );
}

#[test]
fn an_id_does_not_come_back_but_a_name_does() {
    let mut ring = Ring::with_nodes(8, named(["amber", "birch"])).unwrap();
    let mut gone = ring.remove(NodeId(2)).unwrap();
    assert_eq!(ring.add(gone.clone()), Err(RingError::IdTaken(NodeId(2))));
    gone.id = NodeId(3);
    assert_eq!(ring.add(gone), Ok(()));
}

#[test]
fn an_id_does_not_come_back_after_a_restart_either() {
    let mut ring = Ring::with_nodes(8, named(["amber", "birch"])).unwrap();
    let gone = ring.remove(NodeId(2)).unwrap();
    let mut out = Vec::new();
    ring.encode(&mut out);
    let mut back = Ring::decode(&mut Reader::new(&out)).unwrap();
    assert_eq!(back, ring);
    assert_eq!(back.add(gone), Err(RingError::IdTaken(NodeId(2))));
}

#[test]
fn unknown_nodes_are_told() {
    let mut ring = Ring::new(8).unwrap();
    let (id, unknown) = (NodeId(9), RingError::UnknownNode(NodeId(9)));
    assert_eq!(ring.remove(id), Err(unknown.clone()));
    assert_eq!(ring.reweight(id, Weight::ONE), Err(unknown.clone()));
    assert_eq!(ring.rezone(id, Zone::default()), Err(unknown));
    assert_eq!(ring.tokens_of(id), []);
    assert_eq!(ring.width_of(id), 0);
}

#[test]
fn a_node_of_too_many_virtual_nodes_is_refused() {
    let mut ring = Ring::with_nodes(4_096, named(["amber"])).unwrap();
    let before = ring.clone();
    let most = Weight::from_thousandths(16_000).unwrap();
    let more = Weight::from_thousandths(16_001).unwrap();
    let full = RingError::Full {
        what: "virtual nodes of one node".to_owned(),
        limit: 65_536,
    };
    assert_eq!(ring.reweight(NodeId(1), more), Err(full));
    assert_eq!(ring, before);
    ring.reweight(NodeId(1), most).unwrap();
    assert_eq!(ring.point_count(), 65_536);
}

#[test]
fn an_empty_ring_answers_with_nothing() {
    let three = Replication {
        n: 3,
        spread: Spread::Zones,
    };
    let idle = specs(1, &[(1, 0, 0), (2, 0, 1)]);
    for ring in [Ring::new(8).unwrap(), Ring::with_nodes(8, idle).unwrap()] {
        assert_eq!(ring.primary(Token(5)), None);
        assert_eq!(&*ring.preference_list(Token(5), three), &[]);
        assert_eq!(ring.range_at(Token(5)), None);
        assert_eq!(ring.ranges().count() + ring.points().count(), 0);
        assert_eq!(ring.storage_nodes(), 0);
    }
}

#[test]
fn names_and_zones_are_text_within_bounds() {
    let name = |text: &str| text.parse::<NodeName>();
    assert_eq!(name(""), Err(RingError::NameEmpty));
    assert!(name(&"n".repeat(NODE_NAME_BYTES_MAX)).is_ok());
    let bytes = NODE_NAME_BYTES_MAX + 1;
    let too_long = name(&"n".repeat(bytes)).unwrap_err();
    assert!(too_long.to_string().contains("129"), "{too_long}");
    assert_eq!(
        name("am\tber"),
        Err(RingError::NameControlCharacter { at: 2 })
    );
    assert!("".parse::<Zone>().is_ok(), "a zone may be unknown");
    assert!("z".repeat(ZONE_BYTES_MAX + 1).parse::<Zone>().is_err());
    assert_eq!(
        "a\u{7f}".parse::<Zone>().map(|_| ()),
        Err(RingError::NameControlCharacter { at: 1 })
    );
}
