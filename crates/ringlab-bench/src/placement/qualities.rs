//! What every placement costs and how even it is, in the quantities of the published comparison
//! (Coluzzi, Brocco, Leidi 2023, "Consistently Faster"): lookup, build and resize time, balance, and
//! how many keys move that need not.

use ringlab::placement::{Algorithm, Placement, WeightedNode};

use crate::options::Options;
use crate::ring::population::{KEYS, Population, node_name};
use crate::time::{median, nanoseconds};

/// What the balance of one placement may take; a slower one is asked for fewer keys.
const BALANCE_NANOSECONDS: f64 = 1e9;
const TRIAL_KEYS: usize = 1_000;
/// Rounds of building and resizing.
const BUILDS: usize = 3;

/// One placement at one size; times in nanoseconds.
pub(crate) struct Qualities {
    pub(crate) name: &'static str,
    pub(crate) nodes: usize,
    pub(crate) lookup: f64,
    pub(crate) build: f64,
    /// To add one node and to remove it, divided by two.
    pub(crate) resize: f64,
    pub(crate) max_to_mean: f64,
    /// Standard deviation to mean.
    pub(crate) variation: f64,
    /// Keys that moved when the last node went, by keys that it had.
    pub(crate) moved_to_least: f64,
    pub(crate) keys: usize,
}

/// All placements at one size.
pub(crate) fn measure(nodes: usize, options: &Options, population: &Population) -> Vec<Qualities> {
    let chosen = |algorithm: &Algorithm| {
        let has = |part: &String| algorithm.name().contains(part.as_str());
        options.only.is_empty() || options.only.iter().any(has)
    };
    let algorithms = Algorithm::all().filter(chosen);
    algorithms
        .map(|algorithm| one(algorithm, nodes, population))
        .collect()
}

fn one(algorithm: Algorithm, nodes: usize, population: &Population) -> Qualities {
    let named = |number| WeightedNode::named(node_name(number)).expect("the names are valid");
    let listed: Vec<WeightedNode> = (0..nodes).map(named).collect();
    let mut placement = None;
    let place = || {
        algorithm
            .place(listed.clone())
            .expect("equal nodes can be placed")
    };
    let builds = (0..BUILDS).map(|_| nanoseconds(|| placement = Some(place())));
    let build = median(&builds.collect::<Vec<_>>());
    let mut placement = placement.expect("it was built just now");

    let trial = nanoseconds(|| owners(&*placement, population, TRIAL_KEYS).len());
    let affordable = BALANCE_NANOSECONDS / trial * TRIAL_KEYS as f64;
    let keys = (affordable as usize).clamp(TRIAL_KEYS, KEYS);
    let mut before = Vec::new();
    let lookup = nanoseconds(|| before = owners(&*placement, population, keys)) / keys as f64;
    let (max_to_mean, variation) = balance(&before, nodes);

    let last = listed[nodes - 1].name.as_str();
    placement
        .remove(last)
        .expect("every placement lets its last node go");
    let after = owners(&*placement, population, keys);
    let moved = before
        .iter()
        .zip(&after)
        .filter(|(was, is)| was != is)
        .count();
    let least = before.iter().filter(|&&owner| owner == nodes - 1).count();

    let resizes = (0..BUILDS).map(|round| {
        let added = named(60_000 + round);
        let name = added.name.clone();
        let resize = nanoseconds(|| {
            placement
                .add(added)
                .and_then(|()| placement.remove(name.as_str()))
        });
        resize / 2.0
    });
    let resize = median(&resizes.collect::<Vec<_>>());
    Qualities {
        name: algorithm.name(),
        nodes,
        lookup,
        build,
        resize,
        max_to_mean,
        variation,
        moved_to_least: moved as f64 / least as f64,
        keys,
    }
}

fn owners(placement: &dyn Placement, population: &Population, keys: usize) -> Vec<usize> {
    let owner = |key: &&str| placement.primary(key.as_bytes()).unwrap_or(usize::MAX);
    population.all()[..keys].iter().map(owner).collect()
}

/// The most keys of a node by the mean, and the standard deviation by the mean.
fn balance(owners: &[usize], nodes: usize) -> (f64, f64) {
    let mut counts = vec![0_u64; nodes];
    owners.iter().for_each(|&owner| counts[owner] += 1);
    let mean = owners.len() as f64 / nodes as f64;
    let most = counts.iter().max().copied().unwrap_or_default() as f64;
    let squares = counts.iter().map(|&count| (count as f64 - mean).powi(2));
    let deviation = (squares.sum::<f64>() / nodes as f64).sqrt();
    (most / mean, deviation / mean)
}
