//! A placement of ours and the crate that does the same, in turn.

use anchorhash::AnchorHash;
use hrw_hash::HrwNodes;
use ringlab::placement::{
    Anchor, Compatible, Jump, Maglev, MultiProbe, Placement, Rendezvous, System, WeightedNode,
};

use crate::options::Options;
use crate::ring::measure::affordable_keys;
use crate::ring::population::{Keys, Population, node_name};
use crate::ring::rivals::{Rival, ketama, maglev};
use crate::time::{median, median_ratio, nanoseconds};

/// Room of an anchor, for both.
const ANCHOR_ROOM: usize = 2;

/// Ours and theirs at one size: nanoseconds a key, one a round.
pub(crate) struct Pair {
    pub(crate) ours: &'static str,
    pub(crate) theirs: &'static str,
    pub(crate) nodes: usize,
    our_times: Vec<f64>,
    their_times: Vec<f64>,
}

impl Pair {
    pub(crate) fn our_median(&self) -> f64 {
        median(&self.our_times)
    }

    pub(crate) fn their_median(&self) -> f64 {
        median(&self.their_times)
    }

    /// How many times faster ours is.
    pub(crate) fn times(&self) -> f64 {
        median_ratio(&self.their_times, &self.our_times)
    }
}

/// Two rivals that are measured beside each other.
struct Beside {
    names: (&'static str, &'static str),
    rivals: [Box<dyn Rival>; 2],
}

/// All pairs at one size.
pub(crate) fn measure(nodes: usize, options: &Options, population: &Population) -> Vec<Pair> {
    let names: Vec<&'static str> = (0..nodes).map(node_name).collect();
    let chosen = |beside: &Beside| {
        let (ours, theirs) = beside.names;
        let has = |part: &String| ours.contains(part.as_str()) || theirs.contains(part.as_str());
        options.only.is_empty() || options.only.iter().any(has)
    };
    let besides = beside(&names).into_iter().filter(chosen);
    besides
        .map(|beside| one(nodes, options.rounds, &beside, population))
        .collect()
}

fn one(nodes: usize, rounds: usize, beside: &Beside, population: &Population) -> Pair {
    let (ours, theirs) = beside.names;
    let keys = |rival: &dyn Rival| affordable_keys(|| rival.lookup(population.slice(0, 100)));
    let keys = [keys(&*beside.rivals[0]), keys(&*beside.rivals[1])];
    let mut pair = Pair {
        ours,
        theirs,
        nodes,
        our_times: Vec::new(),
        their_times: Vec::new(),
    };
    for round in 0..rounds {
        let timed = |at: usize| {
            let rival = &beside.rivals[at];
            std::hint::black_box(rival.lookup(population.slice(2 * round, keys[at])));
            let slice = population.slice(2 * round + 1, keys[at]);
            nanoseconds(|| rival.lookup(slice)) / keys[at] as f64
        };
        pair.our_times.push(timed(0));
        pair.their_times.push(timed(1));
    }
    pair
}

fn beside(names: &[&'static str]) -> Vec<Beside> {
    let nodes = || names.iter().map(|name| valid(WeightedNode::named(name)));
    let compatible = |system| valid(Compatible::with_settings(system, nodes()));
    let room = (names.len() * ANCHOR_ROOM) as u16;
    vec![
        pair(
            ("nginx", "pingora-ketama"),
            compatible(System::Nginx),
            ketama::Pingora::new(names),
        ),
        pair(
            ("libmemcached-weighted", "ketama"),
            compatible(System::LibmemcachedWeighted),
            ketama::Ketama::new(names),
        ),
        pair(
            ("maglev", "maglev-hash"),
            valid(Maglev::new(nodes())),
            maglev::Maglev::new(names),
        ),
        pair(
            ("jump", "jumpch"),
            valid(Jump::new(nodes())),
            Jumpch(names.len() as u32),
        ),
        pair(
            ("anchor", "anchorhash"),
            valid(Anchor::new(room.into(), nodes())),
            AnchorCrate(
                anchorhash::Builder::default()
                    .with_resources(names.to_vec())
                    .build(room),
            ),
        ),
        pair(
            ("multi-probe", "mpchash"),
            valid(MultiProbe::new(nodes())),
            Mpchash::new(names),
        ),
        pair(
            ("rendezvous", "hrw-hash"),
            valid(Rendezvous::new(nodes())),
            Hrw(HrwNodes::new(names.to_vec())),
        ),
    ]
}

fn pair(
    names: (&'static str, &'static str),
    ours: impl Placement + 'static,
    theirs: impl Rival + 'static,
) -> Beside {
    let rivals: [Box<dyn Rival>; 2] = [Box::new(Placed(ours)), Box::new(theirs)];
    Beside { names, rivals }
}

fn valid<T, E: std::fmt::Debug>(made: Result<T, E>) -> T {
    made.expect("the benchmark's nodes are valid")
}

/// Ours.
struct Placed<P>(P);

impl<P: Placement> Rival for Placed<P> {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        keys.text
            .iter()
            .filter_map(|key| self.0.primary(key.as_bytes()))
            .sum()
    }
}

/// The hash is the caller's: SeaHash, as ours.
struct Jumpch(u32);

impl Rival for Jumpch {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let bucket = |key: &&str| jumpch::hash(seahash::hash(key.as_bytes()), self.0) as usize;
        keys.text.iter().map(bucket).sum()
    }
}

struct AnchorCrate(AnchorHash<&'static str, &'static str, std::collections::hash_map::RandomState>);

impl Rival for AnchorCrate {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.get_resource(key));
        owners.map(|name| name.len()).sum()
    }
}

struct Mpchash(mpchash::HashRing<&'static str>);

impl Mpchash {
    fn new(names: &[&'static str]) -> Self {
        let ring = mpchash::HashRing::new();
        names.iter().for_each(|name| ring.add(*name));
        Self(ring)
    }
}

impl Rival for Mpchash {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.node(key));
        owners.map(|token| token.node().len()).sum()
    }
}

struct Hrw(HrwNodes<&'static str>);

impl Rival for Hrw {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.sorted(key).next());
        owners.map(|name| name.len()).sum()
    }
}
