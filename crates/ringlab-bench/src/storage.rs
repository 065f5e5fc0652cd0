//! The log-structured store in a directory beside redb and fjall: one workload, the same
//! durability.
//!
//! Every engine keeps the same cells under the same keys, writes them in the same groups, each
//! made to survive a power cut before the next, and reads each key once in another order. Keys are
//! written in the order of their bytes, then in another store in none. Time is
//! the clock's: what an engine does on threads of its own, and what it waits for, counts. All have
//! a cache that all of it fits in.

mod rivals;
mod workload;

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use crate::options::Options;
use crate::time::{median, median_ratio};
use rivals::{Engine, Figures};
use workload::{Order, Workload};

/// Most times as long as the better rival takes.
const BAR: f64 = 2.0;
/// More rounds than this tell nothing more: each writes half a gigabyte.
const ROUNDS_MAX: usize = 5;

/// Measures, prints, writes `storage.json`.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let rounds = options.rounds.min(ROUNDS_MAX);
    let mut told = Vec::new();
    for order in Order::ALL {
        let (names, all) = rounds_of(order, rounds, options)?;
        told.push(report(order, &names, &all));
    }
    let json = json!({
        "keys": workload::KEYS, "value_bytes": workload::VALUE_BYTES,
        "key_bytes": workload::KEY_BYTES, "writes_a_sync": workload::GROUP, "rounds": rounds,
        "orders": told,
    });
    let path = options.json.join("storage.json");
    fs::write(&path, format!("{json:#}\n")).map_err(|error| format!("{}: {error}", path.display()))
}

/// Every engine's figures with keys written in an order.
fn rounds_of(
    order: Order,
    rounds: usize,
    options: &Options,
) -> Result<([&'static str; 3], Vec<Figures>), String> {
    let workload = Workload::new(order);
    let scratch = options.json.join("storage");
    let engines = rivals::engines();
    let mut all = vec![Figures::default(); engines.len()];
    for round in 0..rounds {
        // Each is the first in turn.
        for turn in 0..engines.len() {
            let at = (round + turn) % engines.len();
            let (name, open) = engines[at];
            let order = order.name();
            eprintln!("storage: {order}, round {} of {rounds}, {name}", round + 1);
            forget(&scratch)?;
            fs::create_dir_all(&scratch).map_err(|error| error.to_string())?;
            measure(open(&scratch)?.as_mut(), &workload, &mut all[at])?;
        }
    }
    forget(&scratch)?;
    Ok((engines.map(|(name, _)| name), all))
}

fn forget(scratch: &Path) -> Result<(), String> {
    match fs::remove_dir_all(scratch) {
        Err(error) if scratch.exists() => Err(format!("{}: {error}", scratch.display())),
        _ => Ok(()),
    }
}

fn measure(
    engine: &mut dyn Engine,
    workload: &Workload,
    figures: &mut Figures,
) -> Result<(), String> {
    let start = Instant::now();
    for group in workload.groups() {
        engine.write(group)?;
    }
    figures.write.push(start.elapsed().as_secs_f64());
    let start = Instant::now();
    engine.settle()?;
    figures.settle.push(start.elapsed().as_secs_f64());
    // The first time warms what it keeps.
    for seconds in [&mut figures.first_read, &mut figures.read] {
        let start = Instant::now();
        for (key, cell) in workload.shuffled() {
            if engine.read(key)?.as_ref() != Some(cell) {
                return Err(format!("{key:?} was read otherwise than written"));
            }
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(())
}

fn report(order: Order, names: &[&str], all: &[Figures]) -> Value {
    let keys = workload::KEYS;
    println!(
        "\n{keys} cells of {} bytes under keys of {} in {} order, synced every {}, us a key",
        workload::VALUE_BYTES,
        workload::KEY_BYTES,
        order.name(),
        workload::GROUP
    );
    println!(
        "{:<12} {:>10} {:>10} {:>10} {:>10}",
        "", "write", "settle", "first read", "read"
    );
    let each = |seconds: &[f64]| median(seconds) * 1e6 / keys as f64;
    for (name, figures) in names.iter().zip(all) {
        let [write, settle, first, read] = figures.all().map(each);
        println!("{name:<12} {write:>10.2} {settle:>10.2} {first:>10.2} {read:>10.2}");
    }
    println!();
    let bars = [
        ("writes", better(names, all, |figures| &figures.write)),
        ("reads", better(names, all, |figures| &figures.read)),
    ];
    for (what, (rival, ratio)) in &bars {
        let verdict = if *ratio <= BAR { "holds " } else { "MISSES" };
        println!("{verdict} {what}: {ratio:.2} times as long as {rival} (bar {BAR})");
    }
    json!({
        "order": order.name(),
        "engines": names.iter().zip(all).map(|(name, figures)| {
            let [write, settle, first_read, read] = figures.all().map(each);
            json!({"name": name, "microseconds": {
                "write": write, "settle": settle, "first_read": first_read, "read": read,
            }})
        }).collect::<Vec<_>>(),
        "bars": bars.map(|(what, (rival, ratio))| json!({
            "what": format!("{what}, times as long as the better rival"), "rival": rival,
            "figure": ratio, "bar": BAR, "unit": "x", "holds": ratio <= BAR,
        })),
    })
}

/// The better rival of the first engine, and how many times as long that takes.
fn better<'a>(
    names: &[&'a str],
    all: &[Figures],
    of: impl Fn(&Figures) -> &Vec<f64>,
) -> (&'a str, f64) {
    let rivals = names.iter().zip(all).skip(1);
    let best = rivals.min_by(|a, b| median(of(a.1)).total_cmp(&median(of(b.1))));
    best.map_or(("nothing", f64::NAN), |(name, figures)| {
        (*name, median_ratio(of(&all[0]), of(figures)))
    })
}
