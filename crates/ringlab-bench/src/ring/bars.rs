//! What the ring has promised, and whether it holds.

use super::measure::{CHANGE_NODES, Change, FIRST_THREE, PRIMARIES, Plan, Results, Row, Size};
use super::rivals::Kind;
use crate::time::{median, median_ratio};

/// Most that a lookup may take, in floors.
const FLOORS_MAX: f64 = 1.5;
/// How many times faster than every ring crate a lookup must be, by nodes.
const TIMES_FASTER: [(usize, f64); 3] = [(10, 3.0), (100, 5.0), (1_000, 6.0)];
/// How many times faster than the best rival the first three must be, and changes in place.
const TIMES_FASTER_ELSE: f64 = 3.0;
/// Most nanoseconds for what one node more takes.
const PRIMARIES_MAX: f64 = 10_000.0;
const FIRST_THREE_MAX: f64 = 100_000.0;

/// A promise and its figure.
pub(crate) struct Bar {
    pub(crate) what: String,
    pub(crate) figure: f64,
    pub(crate) limit: f64,
    pub(crate) unit: &'static str,
    pub(crate) holds: bool,
}

/// All bars that the measured sizes can tell of.
pub(crate) fn bars(results: &Results) -> Vec<Bar> {
    let mut bars: Vec<Bar> = results.sizes.iter().flat_map(lookup_bars).collect();
    let add = |change: &Change| change.add.clone();
    let remove = |change: &Change| change.remove.clone();
    bars.extend(change_bar("adding a node", &results.changes, add));
    bars.extend(change_bar("removing a node", &results.changes, remove));
    let plans = &results.plans;
    bars.extend(plan_bar(plans, PRIMARIES, PRIMARIES_MAX));
    bars.extend(plan_bar(plans, FIRST_THREE, FIRST_THREE_MAX));
    bars
}

fn lookup_bars(size: &Size) -> Vec<Bar> {
    let Size { nodes, rows } = size;
    let of = |kind| rows.iter().find(move |row| row.kind == kind);
    let (Some(ours), Some(floor)) = (of(Kind::Ours), of(Kind::Floor)) else {
        return Vec::new();
    };
    let over_floor = median_ratio(&ours.lookup, &floor.lookup);
    let mut bars = vec![Bar {
        what: format!("{nodes} nodes: a lookup, in floors"),
        figure: over_floor,
        limit: FLOORS_MAX,
        unit: "x",
        holds: over_floor <= FLOORS_MAX,
    }];
    let lookup = |row: &Row| row.lookup.clone();
    let rings = rows.iter().filter(|row| row.kind == Kind::Ring);
    if let Some((_, limit)) = TIMES_FASTER.iter().find(|(at, _)| at == nodes) {
        let what = format!("{nodes} nodes: a lookup");
        bars.extend(faster(
            &what,
            &ours.lookup,
            rings.map(|row| (row.name, lookup(row))),
            *limit,
        ));
    }
    let lists = |kind| {
        let told = move |row: &&Row| row.kind == kind && !row.first_three.is_empty();
        let lists = rows.iter().filter(told);
        lists.map(|row| (row.name, row.first_three.clone()))
    };
    for kind in [Kind::Ring, Kind::Other] {
        let what = format!("{nodes} nodes: first three");
        bars.extend(faster(
            &what,
            &ours.first_three,
            lists(kind),
            TIMES_FASTER_ELSE,
        ));
    }
    bars
}

fn change_bar(what: &str, changes: &[Change], of: fn(&Change) -> Vec<f64>) -> Option<Bar> {
    let ours = changes.iter().find(|change| change.kind == Kind::Ours)?;
    let rivals = changes.iter().filter(|change| change.kind != Kind::Ours);
    let rivals = rivals.map(|change| (change.name, of(change)));
    let what = format!("{CHANGE_NODES} nodes: {what}");
    faster(&what, &of(ours), rivals, TIMES_FASTER_ELSE)
}

fn plan_bar(plans: &[Plan], name: &str, limit: f64) -> Option<Bar> {
    let plan = plans.iter().find(|plan| plan.name == name)?;
    let spent = median(&plan.nanoseconds);
    Some(Bar {
        what: format!("{CHANGE_NODES} nodes: movement of one more, {name}"),
        figure: spent / 1_000.0,
        limit: limit / 1_000.0,
        unit: "us",
        holds: spent <= limit,
    })
}

/// How many times faster than the fastest rival.
fn faster(
    what: &str,
    ours: &[f64],
    rivals: impl Iterator<Item = (&'static str, Vec<f64>)>,
    limit: f64,
) -> Option<Bar> {
    let (name, best) = rivals.min_by(|a, b| median(&a.1).total_cmp(&median(&b.1)))?;
    let times = median_ratio(&best, ours);
    Some(Bar {
        what: format!("{what}, times faster than the best ({name})"),
        figure: times,
        limit,
        unit: "x",
        holds: times >= limit,
    })
}
