//! Each trouble does on its ways what it says, and nothing on others.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::ring::NodeId;

use super::super::*;

const A: End = End::Node(NodeId(1));
const B: End = End::Node(NodeId(2));
const MESSAGES: usize = 10_000;

/// How long so many messages on a way take, in a network with one trouble.
fn sent(trouble: Trouble, way: (End, End)) -> Vec<Arrivals> {
    let mut network = Network::new(NetworkOptions::STEADY);
    network.begins(1, trouble);
    let mut chance = Chance::new(1);
    let sends = (0..MESSAGES).map(|_| network.arrivals(way, 0, Instant(7_000), &mut chance));
    sends.collect()
}

fn copies(arrivals: &[Arrivals]) -> usize {
    arrivals.iter().flatten().flatten().count()
}

fn usual() -> Arrivals {
    [Some(NetworkOptions::STEADY.delay_least), None]
}

#[test]
fn one_in_so_many_is_lost_doubled_or_spoilt_on_its_ways_alone() {
    let (ways, one_in) = (Ways::From(A, B), 4);
    for (trouble, expected) in [
        (Trouble::Loses { ways, one_in }, MESSAGES * 3 / 4),
        (Trouble::Spoils { ways, one_in }, MESSAGES * 3 / 4),
        (Trouble::Doubles { ways, one_in }, MESSAGES * 5 / 4),
    ] {
        let there = copies(&sent(trouble.clone(), (A, B)));
        assert!(
            there.abs_diff(expected) < MESSAGES / 50,
            "{trouble:?}: {there}"
        );
        assert!(
            sent(trouble, (B, A))
                .iter()
                .all(|&arrivals| arrivals == usual())
        );
    }
}

#[test]
fn a_cut_way_leads_nowhere_and_back_is_another_way() {
    let cut = Trouble::Cuts([(NodeId(1), NodeId(2))].into());
    assert_eq!(copies(&sent(cut.clone(), (A, B))), 0);
    assert_eq!(copies(&sent(cut.clone(), (B, A))), MESSAGES);
    assert_eq!(copies(&sent(cut, (End::Clients, B))), MESSAGES);
}

#[test]
fn a_clogged_way_lets_through_later_and_a_slow_one_slowly() {
    let ways = Ways::Of(B);
    let until = Instant(3_007_000);
    let clogged = sent(Trouble::Clogs { ways, until }, (A, B));
    assert!(
        clogged
            .iter()
            .all(|&[first, _]| first == Some(Duration::from_millis(3_001)))
    );
    let slow = sent(Trouble::Slows { ways, times: 10 }, (B, End::Clients));
    assert!(
        slow.iter()
            .all(|&[first, _]| first == Some(Duration::from_millis(10)))
    );
}

#[test]
fn what_is_late_is_overtaken() {
    let (ways, extra) = (Ways::All, Duration::from_millis(50));
    let late = sent(
        Trouble::Delays {
            ways,
            one_in: 3,
            extra,
        },
        (A, B),
    );
    let held_up = late.iter().filter(|&&arrivals| arrivals > usual()).count();
    assert!(held_up.abs_diff(MESSAGES / 3) < MESSAGES / 50, "{held_up}");
    assert!(
        late.iter()
            .flatten()
            .flatten()
            .all(|&delay| delay <= extra + NetworkOptions::STEADY.delay_least)
    );
}

#[test]
fn a_healed_network_is_as_it_was() {
    let mut network = Network::new(NetworkOptions::STEADY);
    network.begins(
        1,
        Trouble::Loses {
            ways: Ways::All,
            one_in: 1,
        },
    );
    let mut chance = Chance::new(1);
    let mut send = |network: &mut Network| network.arrivals((A, B), 0, Instant::ZERO, &mut chance);
    assert_eq!(send(&mut network), [None, None]);
    network.heal();
    assert_eq!(send(&mut network), usual());
    assert_eq!(network.seen().lost, 1);
}
