//! Millions of real keys: reading and sorting them, and what one more node costs, beside asking
//! the ring for every key.

mod dataset;
mod memory;

use std::fs;
use std::path::Path;

use ringlab::keyspace::{Census, Keyspace, Load, moved_by_modulo};
use ringlab::movement::{Movement, primary_moves};
use ringlab::ring::{NodeId, NodeSpec, Replication, Ring, Spread, Weight, Zone};
use ringlab_sim::keyfile::KeyFile;
use ringlab_sim::loading::Loaded;
use serde_json::json;

use crate::options::Options;
use crate::time::{median, median_ratio, nanoseconds};

const NODES: u32 = 1_000;
const VIRTUAL_NODES: u32 = 256;
/// Bytes that a page hands over at a time.
const CHUNK: usize = 1 << 18;
/// Most milliseconds for every node's keys, bytes and requests after one joined.
const FOLLOW_BAR_MS: f64 = 10.0;
/// How many times asking the ring for every key takes at least.
const RATIO_BAR: f64 = 100.0;

/// All figures, in nanoseconds; those of one round stand at the same place.
#[derive(Default)]
struct Figures {
    read: Vec<f64>,
    sort: Vec<f64>,
    follow: Vec<f64>,
    follow_alone: Vec<f64>,
    follow_three: Vec<f64>,
    count: Vec<f64>,
    ask_every_key: Vec<f64>,
    modulo: Vec<f64>,
    hottest: Vec<f64>,
}

/// Measures, prints, writes `keyspace.json`.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let csv = dataset::csv(&options.json)?;
    let mut figures = Figures::default();
    let (loaded, peak_bytes) = load(&csv, &mut figures)?;
    let keyspace = &loaded.keyspace;
    let nodes = |count| (1..=count).map(node);
    let full = |error| format!("no ring of {NODES} nodes: {error}");
    let before = Ring::with_nodes(VIRTUAL_NODES, nodes(NODES)).map_err(full)?;
    let mut after = before.clone();
    after.add(node(NODES + 1)).map_err(full)?;
    let census = Census::count(&before, keyspace);
    for _ in 0..options.rounds {
        measure(&before, &after, keyspace, &census, &mut figures);
    }
    report(&figures, &loaded, peak_bytes, &options.json)
}

/// Reads the file in chunks, as a worker does, and sorts it; more than once, the last one stays.
fn load(csv: &Path, figures: &mut Figures) -> Result<(Loaded, u64), String> {
    let text = fs::read(csv).map_err(|error| format!("{}: {error}", csv.display()))?;
    let mut last = None;
    let mut peak_bytes = 0;
    for _ in 0..3 {
        drop(last.take());
        let base = memory::forget_peak();
        let mut file = KeyFile::new("npm", Some(text.len() as u64));
        let mut pushed = Ok(());
        figures.read.push(nanoseconds(|| {
            pushed = text.chunks(CHUNK).try_for_each(|chunk| file.push(chunk));
        }));
        let read = pushed.and_then(|()| file.finish());
        let loader = read.map_err(|error| error.to_string())?;
        figures
            .sort
            .push(nanoseconds(|| last = Some(loader.finish())));
        // Later rounds use what the first one freed.
        peak_bytes = memory::peak().saturating_sub(base).max(peak_bytes);
    }
    let loaded = last.ok_or("nothing was read")?;
    Ok((loaded, peak_bytes))
}

fn measure(
    before: &Ring,
    after: &Ring,
    keyspace: &Keyspace,
    census: &Census,
    figures: &mut Figures,
) {
    let mut followed = census.clone();
    let mut moves = Vec::new();
    let mut spent = nanoseconds(|| moves = primary_moves(before, after));
    let alone = nanoseconds(|| {
        followed.follow(&moves, keyspace);
        let sum = |(_, load): (_, Load)| load.keys ^ load.bytes ^ load.requests;
        followed.iter().map(sum).fold(0, u64::wrapping_add)
    });
    spent += alone;
    figures.follow.push(spent);
    figures.follow_alone.push(alone);
    let three = Replication {
        n: 3,
        spread: Spread::Any,
    };
    let mut other = census.clone();
    figures.follow_three.push(nanoseconds(|| {
        let movement = Movement::between((before, three), (after, three), |_| true);
        other.follow(movement.primaries(), keyspace);
    }));
    let mut counted = Census::default();
    figures
        .count
        .push(nanoseconds(|| counted = Census::count(after, keyspace)));
    let mut asked = vec![[0; 3]; NODES as usize + 2];
    figures.ask_every_key.push(nanoseconds(|| {
        for row in 0..keyspace.len() {
            let primary = after.primary(ringlab::hash::token(keyspace.key(row)));
            let load = keyspace.load_of(row);
            let sums = &mut asked[primary.map_or(0, |node| node.0 as usize)];
            for (sum, more) in sums.iter_mut().zip([load.keys, load.bytes, load.requests]) {
                *sum += more;
            }
        }
    }));
    for (node, sums) in (0..).zip(&asked) {
        let load = followed.load_of(NodeId(node));
        assert_eq!(*sums, [load.keys, load.bytes, load.requests], "node {node}");
    }
    assert!(
        counted == followed && other == followed,
        "three ways, one census"
    );
    figures.modulo.push(nanoseconds(|| {
        moved_by_modulo(keyspace, 0..keyspace.len(), NODES, NODES + 1)
    }));
    let whole = ringlab::ring::TokenRange::whole(ringlab::hash::Token(0));
    figures
        .hottest
        .push(nanoseconds(|| keyspace.hottest([whole], 10)));
}

fn node(number: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(number),
        name: format!("node-{number}")
            .parse()
            .expect("a word and a number are a name"),
        weight: Weight::ONE,
        zone: Zone::default(),
    }
}

fn report(
    figures: &Figures,
    loaded: &Loaded,
    peak_bytes: u64,
    folder: &Path,
) -> Result<(), String> {
    let ms = |all: &[f64]| median(all) / 1e6;
    let ratio = median_ratio(&figures.ask_every_key, &figures.follow);
    let keys = loaded.report.total.keys;
    println!("\n{keys} keys, {NODES} nodes x {VIRTUAL_NODES} virtual nodes, ms");
    let rows = [
        ("read the CSV file", ms(&figures.read)),
        ("sort", ms(&figures.sort)),
        (
            "follow one more node: every node's load",
            ms(&figures.follow),
        ),
        (
            "of that, without the movement itself",
            ms(&figures.follow_alone),
        ),
        (
            "the same with the movement of three copies",
            ms(&figures.follow_three),
        ),
        ("count every node afresh by ranges", ms(&figures.count)),
        ("ask the ring for every key", ms(&figures.ask_every_key)),
        (
            "count what hash mod n would have moved",
            ms(&figures.modulo),
        ),
        ("the ten hottest keys of all", ms(&figures.hottest)),
    ];
    for (what, figure) in rows {
        println!("  {what:<44} {figure:>10.3}");
    }
    println!(
        "  peak memory beyond the file, MB              {:>10}",
        peak_bytes / 1_000_000
    );
    let follow = ms(&figures.follow);
    let bars = [
        (
            "follow one more node",
            follow,
            FOLLOW_BAR_MS,
            "ms",
            follow <= FOLLOW_BAR_MS,
        ),
        (
            "asking every key takes",
            ratio,
            RATIO_BAR,
            "times as long",
            ratio >= RATIO_BAR,
        ),
    ];
    println!();
    for (what, figure, bar, unit, holds) in bars {
        let verdict = if holds { "holds " } else { "MISSES" };
        println!("{verdict} {what}: {figure:.3} {unit} (bar {bar} {unit})");
    }
    let json = json!({
        "keys": keys, "nodes": NODES, "virtual_nodes": VIRTUAL_NODES, "peak_bytes": peak_bytes,
        "milliseconds": rows.map(|(what, figure)| json!({"what": what, "median": figure})),
        "bars": bars.map(|(what, figure, bar, unit, holds)| {
            json!({"what": what, "figure": figure, "bar": bar, "unit": unit, "holds": holds})
        }),
    });
    let path = folder.join("keyspace.json");
    fs::write(&path, format!("{json:#}\n")).map_err(|error| format!("{}: {error}", path.display()))
}
