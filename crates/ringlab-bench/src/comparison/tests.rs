//! The measures on owners and placements whose answers are known.

use ringlab::placement::Algorithm;

use super::exact::{self, Exact};
use super::measures::{Shares, elsewhere, misplaced, shares};
use super::subject::{Change, Subject, is_laid_out_anew, node, resizing};
use super::timed::Timed;
use super::{Comparison, Row, SIZES, page, plot};

fn keys(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("key:{number}")).collect()
}

fn measured(algorithm: Algorithm, nodes: usize) -> Exact {
    let keys = keys(5_000);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    exact::measure(algorithm, nodes, &keys)
}

#[test]
fn shares_are_those_counted_by_hand() {
    let told = shares(&[0, 0, 0, 1, 1, 1, 1, 2], 4);
    let (least, most) = (0.0, 2.0);
    assert_eq!(told, Shares { least, most });
}

#[test]
fn only_moves_between_nodes_that_stay_are_needless() {
    let before = [0, 1, 2, 3];
    // Of the three that stay: one stays where it was, one moves to another, one goes to the fourth.
    assert_eq!(misplaced(&before, &[0, 2, 3, 0], 3), 0.25);
    assert_eq!(misplaced(&before, &before, 3), 0.0);
    assert_eq!(elsewhere(&before, &[0, 2, 3, 0]), 0.75);
}

#[test]
fn the_ring_moves_nothing_needlessly_and_modulo_nearly_all() {
    for algorithm in [
        Algorithm::Ring,
        Algorithm::Jump,
        Algorithm::Anchor,
        Algorithm::Rendezvous,
    ] {
        let exact = measured(algorithm, 50);
        assert_eq!(exact.leaving, [0.0; 3], "{algorithm}");
        assert_eq!(exact.returning, [0.0; 3], "{algorithm}");
        assert_eq!(exact.elsewhere, [0.0; 3], "{algorithm}");
    }
    // Partitions move as few as they can, but do not go back to where they were.
    let partitions = measured(Algorithm::Partitions, 50);
    assert_eq!(partitions.leaving, [0.0; 3]);
    let [tenth, _, half] = measured(Algorithm::Modulo, 50).leaving;
    // Of 50 nodes 45: a key stays where both rests agree, so in 45 cases of their 450 steps.
    assert!((0.78..0.82).contains(&tenth), "{tenth}");
    // Of 50 nodes 25: whoever was below 25 is there again.
    assert_eq!(half, 0.0);
    let maglev = measured(Algorithm::Maglev, 50).leaving[0];
    assert!(maglev > 0.0 && maglev < tenth / 4.0, "{maglev}");
}

#[test]
fn bounded_loads_keep_their_bound_where_the_ring_does_not() {
    let ring = measured(Algorithm::Ring, 100);
    let bounded = measured(Algorithm::BoundedLoads, 100);
    // A quarter above the mean of 50 keys, rounded up to a whole one.
    assert!(bounded.balance.most <= 63.0 / 50.0, "{bounded:?}");
    // Of at most 151 nodes one has at most one key more than a quarter above the mean.
    assert!(
        bounded.resized.most <= 1.25 + 151.0 / 5_000.0,
        "{bounded:?}"
    );
    assert!(ring.balance.most > bounded.balance.most, "{ring:?}");
}

#[test]
fn memory_is_what_a_placement_keeps() {
    let a_node = |algorithm, nodes| Subject::new(algorithm, nodes).bytes / nodes as i64;
    let names = a_node(Algorithm::Modulo, 1_000);
    assert!(names > node(0).name.as_str().len() as i64, "{names}");
    // A few bytes apart for all nodes together.
    assert!((a_node(Algorithm::Jump, 1_000) - names).abs() <= 1);
    // 160 points of at least eight bytes.
    assert!(a_node(Algorithm::Ring, 1_000) > names + 160 * 8);
}

/// What allows the tool to lay a placement out once after many changes.
#[test]
fn laid_out_once_is_the_same_as_change_by_change() {
    let keys = keys(2_000);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    for algorithm in Algorithm::all().filter(|&algorithm| is_laid_out_anew(algorithm)) {
        let mut at_once = Subject::new(algorithm, 10);
        let mut one_by_one = Subject::new(algorithm, 10);
        let changes = resizing(algorithm, 10);
        at_once.change(&changes);
        changes
            .iter()
            .for_each(|&change| one_by_one.change_in_place(change));
        assert_eq!(
            at_once.owners(&keys),
            one_by_one.owners(&keys),
            "{algorithm}"
        );
    }
}

#[test]
fn resizing_stays_within_its_bounds_and_takes_the_last_from_a_jump() {
    for nodes in SIZES {
        let mut there = nodes;
        for change in resizing(Algorithm::Jump, nodes) {
            match change {
                Change::Comes(_) => there += 1,
                Change::Goes(place) => {
                    assert_eq!(place, there - 1);
                    there -= 1;
                }
            }
            // One may come where there is room for none, as in the published tool one always comes.
            assert!(
                (nodes / 2 - 1..=nodes * 3 / 2 + 1).contains(&there),
                "{nodes}: {there}"
            );
        }
    }
}

#[test]
fn the_page_has_a_row_for_every_placement_and_every_plot_its_lines() {
    let sample = |algorithm| Row {
        exact: measured(algorithm, 10),
        timed: Timed {
            lookup: vec![20.0],
            build: vec![3_000.0],
            resize: vec![1_500.0],
        },
    };
    let rows = Algorithm::all().map(sample).collect();
    let comparison = Comparison {
        rows,
        machine: "a machine".to_owned(),
        seconds: 1.0,
    };
    let page = page::page(&comparison);
    for algorithm in Algorithm::all() {
        let rows = page
            .lines()
            .filter(|line| line.starts_with(&format!("| {algorithm} |")));
        // Seven tables have all; those of the way back only whom a key did not follow.
        let told = rows.count();
        match algorithm {
            Algorithm::Ring | Algorithm::Jump => assert_eq!(told, 7, "{algorithm}"),
            Algorithm::Modulo | Algorithm::Partitions => assert_eq!(told, 8, "{algorithm}"),
            _ => assert!((7..=9).contains(&told), "{algorithm}"),
        }
    }
    for plot in &plot::PLOTS {
        let svg = plot::svg(plot, &comparison).expect("it can be drawn");
        assert!(
            svg.starts_with("<svg") && svg.contains(plot.title),
            "{}",
            plot.name
        );
        assert!(page.contains(&format!("comparison/{}.svg", plot.name)));
        assert!(svg.contains("modulo"), "{}", plot.name);
    }
}
