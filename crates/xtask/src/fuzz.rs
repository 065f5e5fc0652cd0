//! Fuzzing: libFuzzer on each target for a while, and a line of what it found.
//!
//! Does not know what a target holds: crates/ringlab-fuzz does. Everything that a run writes lies
//! below target/fuzz/.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lexopt::{Arg, Parser, ValueExt as _};

use crate::checkout::Checkout;
use crate::process::{self, Failure};
use crate::tools;

#[cfg(test)]
mod tests;

const FUZZ_CRATE: &str = "crates/ringlab-fuzz";
const RESULTS: &str = "target/fuzz";
/// Of each target, unless it is said.
const MINUTES: u64 = 10;
/// A week.
const MINUTES_MAX: u64 = 7 * 24 * 60;
/// An input that takes longer is a finding.
const INPUT_SECONDS_MAX: u64 = 10;
/// Sanitizers need a nightly compiler; what they would find needs unsafe code, which there is none
/// of in what is fuzzed. Coverage, which guides the search, works on a stable one.
const BUILD: [&str; 5] = ["--sanitizer", "none", "--dev", "--features", "fuzzing"];

/// What is to be run.
#[derive(Debug, PartialEq)]
struct Order {
    minutes: u64,
    targets: Vec<String>,
}

/// What a run of one target said.
#[derive(Debug, Default, PartialEq)]
struct Said {
    runs: u64,
    /// The input that broke something.
    input: Option<String>,
}

/// Runs the targets that `words` name, or all; whether nothing was found.
pub(crate) fn run(checkout: &Checkout, words: &[OsString]) -> Result<bool, Failure> {
    let Order { minutes, targets } = parse(words, &all(checkout)?)?;
    tools::cargo_fuzz(checkout)?;
    for target in &targets {
        process::run(cargo_fuzz(checkout, "build").arg(target))?;
    }
    let mut is_clean = true;
    for target in &targets {
        is_clean &= search(checkout, target, minutes)?;
    }
    Ok(is_clean)
}

fn parse(words: &[OsString], known: &[String]) -> Result<Order, Failure> {
    let mut parser = Parser::from_args(words);
    let (mut minutes, mut targets) = (MINUTES, Vec::new());
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Arg::Long("minutes") => {
                minutes = parser.value().map_err(usage)?.parse().map_err(usage)?;
                if !(1..=MINUTES_MAX).contains(&minutes) {
                    let sentence = format!("{minutes} minutes: 1 to {MINUTES_MAX} are possible");
                    return Err(Failure::Usage(sentence));
                }
            }
            Arg::Value(name) => {
                let name = name.to_string_lossy().into_owned();
                if !known.contains(&name) {
                    let known = known.join(", ");
                    return Err(Failure::Usage(format!("no target `{name}`, but {known}")));
                }
                targets.push(name);
            }
            other => return Err(usage(other.unexpected())),
        }
    }
    if targets.is_empty() {
        targets = known.to_vec();
    }
    Ok(Order { minutes, targets })
}

/// Every target: a file each.
fn all(checkout: &Checkout) -> Result<Vec<String>, Failure> {
    let folder = checkout.path(FUZZ_CRATE).join("fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(|error| file(&folder, error))?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut names: Vec<String> = files
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Looks for an input that breaks something, tells the outcome in a line, and whether there is none.
fn search(checkout: &Checkout, target: &str, minutes: u64) -> Result<bool, Failure> {
    let made = |folder: &str| -> Result<PathBuf, Failure> {
        let folder = checkout.path(RESULTS).join(folder).join(target);
        fs::create_dir_all(&folder).map_err(|error| file(&folder, error))?;
        Ok(folder)
    };
    let (found, corpus) = (made("findings")?, made("corpus")?);
    let log = checkout.path(&format!("{RESULTS}/{target}.log"));
    let written = File::create(&log).map_err(|error| file(&log, error))?;
    let also = written.try_clone().map_err(|error| file(&log, error))?;
    let mut command = cargo_fuzz(checkout, "run");
    command
        .arg(target)
        // What is new goes into the first.
        .arg(corpus)
        .arg(checkout.path(FUZZ_CRATE).join("corpus").join(target))
        .arg("--")
        .arg(format!("-max_total_time={}", 60 * minutes))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-artifact_prefix={}/", found.display()))
        .arg("-print_final_stats=1")
        .stdout(written)
        .stderr(also);
    let start = Instant::now();
    let status = command.status().map_err(|error| Failure::NotStarted {
        command: format!("cargo fuzz run {target}"),
        error,
    })?;
    let text = fs::read(&log).map_err(|error| file(&log, error))?;
    let said = Said::of(&String::from_utf8_lossy(&text));
    let outcome = match (status.success(), said.input) {
        (true, _) => "nothing found".into(),
        (false, Some(input)) => format!("FOUND {input}; {}", log.display()),
        (false, None) => format!("ended with {status}; {}", log.display()),
    };
    let (runs, seconds) = (said.runs, start.elapsed().as_secs());
    println!("{target:<10} {runs:>10} runs, {seconds:>5} s: {outcome}");
    Ok(status.success())
}

/// A build for each target alone would compile everything each time: all share one folder.
fn cargo_fuzz(checkout: &Checkout, verb: &str) -> std::process::Command {
    let mut command = checkout.cargo();
    command
        .args(["fuzz", verb, "--fuzz-dir", FUZZ_CRATE, "--target-dir"])
        .arg(checkout.path(RESULTS).join("build"))
        .args(BUILD)
        // Ours are optimised in this profile; here what they depend on runs as often.
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "2");
    command
}

impl Said {
    /// Reads the end of what libFuzzer prints.
    fn of(text: &str) -> Self {
        let after = |mark: &str| {
            let line = text.lines().rev().find_map(|line| line.split_once(mark));
            line.map(|(_, rest)| rest.trim().to_owned())
        };
        let runs = after("stat::number_of_executed_units:");
        Self {
            runs: runs.and_then(|runs| runs.parse().ok()).unwrap_or_default(),
            input: after("Test unit written to "),
        }
    }
}

fn file(path: &Path, error: io::Error) -> Failure {
    Failure::File {
        path: path.to_path_buf(),
        error,
    }
}

fn usage(error: lexopt::Error) -> Failure {
    Failure::Usage(format!("{error}; `cargo xtask --help` tells the words"))
}
