//! Shapes of small rings, counted by hand.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const QUARTER: u64 = 1 << 62;

fn picture(owners: Owners) -> RingPicture {
    RingPicture {
        virtual_nodes: 0,
        owners,
        density: Vec::new(),
    }
}

fn three_arcs() -> RingPicture {
    picture(Owners::Arcs(vec![
        (Token(QUARTER), NodeId(1)),
        (Token(2 * QUARTER), NodeId(2)),
        (Token(3 * QUARTER), NodeId(2)),
    ]))
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

#[test]
fn an_arc_ends_at_its_token_and_the_first_begins_after_the_last() {
    let arcs = arcs(&three_arcs());
    assert_eq!(arcs.len(), 2, "neighbours of one owner are one arc");
    assert!(near(arcs[0].start, -0.25) && near(arcs[0].end, 0.25));
    assert!(near(arcs[1].start, 0.25) && near(arcs[1].end, 0.75));
}

#[test]
fn arcs_cover_the_ring_once() {
    let covered: f64 = arcs(&three_arcs())
        .iter()
        .map(|arc| arc.end - arc.start)
        .sum();
    assert!(near(covered, 1.0));
    let one = picture(Owners::Arcs(vec![(Token(5), NodeId(7))]));
    let covered: f64 = arcs(&one).iter().map(|arc| arc.end - arc.start).sum();
    assert!(near(covered, 1.0));
    assert!(arcs(&picture(Owners::Arcs(Vec::new()))).is_empty());
}

#[test]
fn bins_keep_the_part_of_their_owner() {
    let bins = picture(Owners::Bins(vec![(NodeId(1), 255), (NodeId(2), 51)]));
    let arcs = arcs(&bins);
    assert!(near(arcs[1].start, 0.5) && near(arcs[1].part, 0.2));
}

#[test]
fn a_range_is_read_off_the_drawing() {
    let picture = three_arcs();
    for (token, after, to, node) in [
        (0, 3 * QUARTER, QUARTER, 1),
        (QUARTER, 3 * QUARTER, QUARTER, 1),
        (QUARTER + 1, QUARTER, 2 * QUARTER, 2),
        (3 * QUARTER + 1, 3 * QUARTER, QUARTER, 1),
        (u64::MAX, 3 * QUARTER, QUARTER, 1),
    ] {
        let range = TokenRange {
            after: Token(after),
            to: Token(to),
        };
        assert_eq!(
            range_at(&picture, Token(token)),
            Some((range, NodeId(node), 1.0)),
            "{token}"
        );
        assert!(range.contains(Token(token)));
    }
}

#[test]
fn every_token_lies_in_the_bin_it_is_told() {
    let bins = picture(Owners::Bins(vec![(NodeId(1), 255); 7]));
    for step in 0..1_000_u64 {
        let token = Token(step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (range, _, _) = range_at(&bins, token).expect("seven bins cover the ring");
        assert!(range.contains(token), "{token:?} is not in {range:?}");
    }
}

#[test]
fn bars_keep_every_key() {
    let density: Vec<u32> = (0..2_048).map(|part| part % 7).collect();
    let bars = bars(&density);
    assert_eq!(bars.len(), DENSITY_BARS_MAX);
    assert!(bars.iter().any(|bar| near(bar.height, 1.0)));
    assert!(bars.iter().all(|bar| (0.0..=1.0).contains(&bar.height)));
    assert!(super::bars(&[]).is_empty());
    assert!(super::bars(&[0, 0]).iter().all(|bar| bar.height == 0.0));
}

#[test]
fn turns_and_tokens_are_inverse() {
    for turns_in in [0.0, 0.25, 0.5, 0.999] {
        assert!(near(turns(token_at(turns_in)), turns_in));
    }
    assert_eq!(token_at(-0.25), token_at(0.75));
}

#[test]
fn seats_stand_on_their_circle_and_never_overlap() {
    let geometry = Geometry::new(560.0);
    for count in [1_u32, 8, 48, 1_000] {
        let nodes: Vec<NodeId> = (0..count).map(NodeId).collect();
        let seats = seats(&geometry, &nodes);
        for pair in seats.windows(2) {
            let apart = (pair[0].at.x - pair[1].at.x).hypot(pair[0].at.y - pair[1].at.y);
            assert!(apart >= pair[0].radius + pair[1].radius, "{count} seats");
        }
    }
}

#[test]
fn a_large_ring_is_painted_in_portions_of_about_as_much_each() {
    let bins = |nodes: u32| (0..2_048).map(|bin| (NodeId(bin % nodes), 255)).collect();
    for nodes in [1, 2, 10, 1_000] {
        let arcs = by_node(arcs(&picture(Owners::Bins(bins(nodes)))));
        let ids: Vec<NodeId> = (0..nodes).map(NodeId).collect();
        let seats = seats(&Geometry::new(600.0), &ids);
        let portions = portions(512, &arcs, &seats);
        assert_eq!(portions.first().map(|portion| portion.start), Some(0));
        assert!(portions.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(
            portions.last().map(|portion| portion.end),
            Some(seats.len())
        );
        for portion in portions.iter().filter(|portion| portion.len() > 1) {
            let of = |place| arcs_of(&arcs, NodeId(place as u32)).len() + 1;
            let pieces: usize = portion.clone().map(of).sum();
            assert!(
                pieces <= PIECES_PER_FRAME,
                "{pieces} in {portion:?} of {nodes}"
            );
        }
        let least = 3_560_usize.min(2_560 + nodes as usize) / PIECES_PER_FRAME;
        assert!(portions.len() <= 2 * (least + 1), "{portions:?}");
    }
    assert_eq!(
        portions(0, &[], &[]),
        vec![Range::default()],
        "an empty ring is painted, too"
    );
}

#[test]
fn a_way_starts_and_ends_at_its_seats_and_leaves_the_centre_free() {
    let geometry = Geometry::new(560.0);
    let from = geometry.at(0.1, geometry.seats);
    for turns in [0.15, 0.4, 0.6, 0.9] {
        let to = geometry.at(turns, geometry.seats);
        let bend = geometry.bend(from, to);
        assert_eq!(along(from, bend, to, 0.0), from);
        assert_eq!(along(from, bend, to, 1.0), to);
        let middle = along(from, bend, to, 0.5);
        let distance = (middle.x - geometry.centre.x).hypot(middle.y - geometry.centre.y);
        assert!(distance > geometry.coordinator, "{turns}: {distance}");
    }
}

#[test]
fn a_trimmed_way_leaves_its_seats_free() {
    let geometry = Geometry::new(560.0);
    let (from, to) = (
        geometry.at(0.1, geometry.seats),
        geometry.at(0.6, geometry.seats),
    );
    let way = trimmed(from, geometry.bend(from, to), to, 14.0);
    for (end, seat) in [(way[0], from), (way[PIECES], to)] {
        let apart = (end.x - seat.x).hypot(end.y - seat.y);
        assert!((12.0..16.0).contains(&apart), "{apart}");
    }
}
