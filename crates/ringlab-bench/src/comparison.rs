//! The published comparison (Coluzzi, Brocco, Leidi 2023, "Consistently Faster"; its tool is
//! SUPSI-DTI-ISIN/java-consistent-hashing-algorithms) on every placement of ours: memory, balance,
//! balance after resizing, monotonicity, and the times to look up, to build and to resize.
//!
//! What it finds is written as a page and its plots; it knows no rival.

mod exact;
mod measures;
mod page;
mod plot;
mod subject;
mod timed;

#[cfg(test)]
mod tests;

use std::fs;

use cpu_time::ThreadTime;
use ringlab::placement::Algorithm;

use crate::options::Options;
use crate::ring::population::Population;
use exact::Exact;
use timed::Timed;

/// The sizes of the page.
const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];

/// One placement at one size.
struct Row {
    exact: Exact,
    timed: Timed,
}

/// All rows, by size and then in the order of [`Algorithm::all`].
struct Comparison {
    rows: Vec<Row>,
    /// What it was measured on.
    machine: String,
    /// Processor time of all of it.
    seconds: f64,
}

impl Comparison {
    fn row(&self, algorithm: Algorithm, nodes: usize) -> Option<&Row> {
        let is_it = |row: &&Row| row.exact.algorithm == algorithm && row.exact.nodes == nodes;
        self.rows.iter().find(is_it)
    }
}

/// Measures, prints the page, and writes it with its plots.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let start = ThreadTime::now();
    let population = Population::new();
    let mut rows = Vec::new();
    for nodes in SIZES {
        let exact = Algorithm::all().map(|algorithm| {
            eprintln!("{nodes} nodes: {algorithm}");
            exact::measure(algorithm, nodes, population.all())
        });
        let exact: Vec<Exact> = exact.collect();
        eprintln!("{nodes} nodes: times");
        let timed = timed::measure(nodes, &population);
        let both = exact.into_iter().zip(timed);
        rows.extend(both.map(|(exact, timed)| Row { exact, timed }));
    }
    let comparison = Comparison {
        rows,
        machine: machine(),
        seconds: start.elapsed().as_secs_f64(),
    };
    let page = page::page(&comparison);
    print!("{page}");

    let plots = options.docs.join(plot::FOLDER);
    let failed = |error: std::io::Error| format!("{}: {error}", plots.display());
    fs::create_dir_all(&plots).map_err(failed)?;
    plot::write(&comparison, &plots)?;
    fs::write(options.docs.join("comparison.md"), page).map_err(failed)
}

/// The processor by its name where Linux tells it.
fn machine() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        (field.trim() == "model name").then(|| value.trim().to_owned())
    });
    name.unwrap_or_else(|| format!("a machine ({})", std::env::consts::ARCH))
}
