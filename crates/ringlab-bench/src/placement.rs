//! Every placement: beside the crate that does the same, and what each costs and how even it is.

mod pairs;
mod qualities;

use std::path::Path;

use serde_json::json;

use crate::options::Options;
use crate::ring::population::Population;
use pairs::Pair;
use qualities::Qualities;

/// Measures, prints, writes `placement.json`.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let population = Population::new();
    let mut pairs = Vec::new();
    let mut qualities = Vec::new();
    for &nodes in &options.nodes {
        eprintln!("placements of {nodes} nodes: {} rounds", options.rounds);
        pairs.extend(pairs::measure(nodes, options, &population));
        qualities.extend(qualities::measure(nodes, options, &population));
    }
    print_pairs(&pairs);
    print_qualities(&qualities);
    write(&pairs, &qualities, &options.json.join("placement.json"))
}

fn print_pairs(pairs: &[Pair]) {
    println!(
        "\nlookups, ns a key{:>38} {:>9} {:>9}",
        "ours", "crate", "times"
    );
    for pair in pairs {
        let verdict = if pair.times() >= 1.0 {
            "holds "
        } else {
            "MISSES"
        };
        println!(
            "{verdict} {:<24} {:<16} {:>5} {:>8.1} {:>9.1} {:>9.2}",
            pair.ours,
            pair.theirs,
            pair.nodes,
            pair.our_median(),
            pair.their_median(),
            pair.times()
        );
    }
}

fn print_qualities(qualities: &[Qualities]) {
    println!(
        "\n{:<24} {:>6} {:>9} {:>11} {:>11} {:>9} {:>9} {:>9}",
        "", "nodes", "ns a key", "build us", "resize us", "max/mean", "cv", "moved/min"
    );
    for row in qualities {
        println!(
            "{:<24} {:>6} {:>9.1} {:>11.1} {:>11.1} {:>9.3} {:>9.4} {:>9.2}",
            row.name,
            row.nodes,
            row.lookup,
            row.build / 1_000.0,
            row.resize / 1_000.0,
            row.max_to_mean,
            row.variation,
            row.moved_to_least
        );
    }
}

fn write(pairs: &[Pair], qualities: &[Qualities], path: &Path) -> Result<(), String> {
    let told = json!({
        "benchmark": "placement",
        "pairs": pairs.iter().map(|pair| json!({
            "ours": pair.ours,
            "crate": pair.theirs,
            "nodes": pair.nodes,
            "our_ns": pair.our_median(),
            "crate_ns": pair.their_median(),
            "times_faster": pair.times(),
        })).collect::<Vec<_>>(),
        "qualities": qualities.iter().map(|row| json!({
            "name": row.name,
            "nodes": row.nodes,
            "lookup_ns": row.lookup,
            "build_us": row.build / 1_000.0,
            "resize_us": row.resize / 1_000.0,
            "max_to_mean": row.max_to_mean,
            "variation": row.variation,
            "moved_to_least": row.moved_to_least,
            "keys": row.keys,
        })).collect::<Vec<_>>(),
    });
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, format!("{told:#}\n")).map_err(failed)
}
