//! Ringlab's benchmarks: `cargo run --release -- [ring] [--rounds N] [--nodes A,B] [--json PATH]`.
//!
//! Thread CPU time, everything interleaved in one process, medians of rounds: ratios are what
//! counts. Each benchmark prints a table and the bars it has to clear, and writes both as JSON.

mod keyspace;
mod options;
mod ring;
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
    let mut done = Ok(());
    if options.benchmark != Benchmark::Keyspace {
        done = ring::run(&options);
    }
    if options.benchmark != Benchmark::Ring {
        done = done.and_then(|()| keyspace::run(&options));
    }
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
