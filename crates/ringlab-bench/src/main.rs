//! Ringlab's benchmarks: `cargo run --release -- [ring | placement | comparison | ...] [--rounds N] [--nodes A,B] [--json PATH]`.
//!
//! Thread CPU time (the clock's where disks are), everything interleaved in one process, medians
//! of rounds: ratios are what counts. Each benchmark prints a table and the bars it has to clear,
//! and writes both as JSON.

mod comparison;
mod keyspace;
mod options;
mod placement;
mod ring;
mod storage;
mod time;

use std::process::ExitCode;

use options::{Benchmark, Options};

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n{}", options::USAGE);
            return ExitCode::FAILURE;
        }
    };
    let wanted = |benchmark| [Benchmark::All, benchmark].contains(&options.benchmark);
    let mut done = Ok(());
    if wanted(Benchmark::Ring) {
        done = ring::run(&options);
    }
    if wanted(Benchmark::Placement) {
        done = done.and_then(|()| placement::run(&options));
    }
    if options.benchmark == Benchmark::Comparison {
        done = comparison::run(&options);
    }
    if wanted(Benchmark::Keyspace) {
        done = done.and_then(|()| keyspace::run(&options));
    }
    if wanted(Benchmark::Storage) {
        done = done.and_then(|()| storage::run(&options));
    }
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
