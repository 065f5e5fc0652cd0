//! The words after `cargo xtask sim`: many seeds, or one to replay.

use std::ffi::OsString;
use std::ops::Range;

use lexopt::{Arg, Parser, ValueExt as _};

use crate::process::Failure;

/// Most seeds of one call: years of running.
const SEEDS_MAX: u64 = 1_000_000_000;
/// Longest call: a week.
const MINUTES_MAX: u64 = 7 * 24 * 60;

/// What is to be run.
#[derive(Debug, PartialEq)]
pub(crate) enum Order {
    /// These seeds.
    Seeds(Range<u64>, Until),
    /// One seed told whole, or the history in a file judged: the simulator reads these words itself.
    One(Vec<OsString>),
}

/// When to stop before the last seed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Until {
    pub(crate) failure: bool,
    pub(crate) minutes: Option<u64>,
}

/// Reads them.
///
/// # Errors
/// An unknown option, or a range that is empty or absurd: the sentence says which and why.
pub(crate) fn parse(words: &[OsString]) -> Result<Order, Failure> {
    let mut parser = Parser::from_args(words);
    let (mut seeds, mut until, mut is_one) = (None, Until::default(), false);
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Arg::Long("seeds") => {
                seeds = Some(range(
                    &parser.value().map_err(usage)?.string().map_err(usage)?,
                )?)
            }
            Arg::Long("minutes") => {
                let minutes: u64 = parser.value().map_err(usage)?.parse().map_err(usage)?;
                if !(1..=MINUTES_MAX).contains(&minutes) {
                    return Err(refused(format!(
                        "{minutes} minutes: 1 to {MINUTES_MAX} are possible"
                    )));
                }
                until.minutes = Some(minutes);
            }
            Arg::Long("until-failure") => until.failure = true,
            Arg::Long("seed" | "keep" | "export" | "check") => {
                is_one = true;
                parser.value().map_err(usage)?;
            }
            other => return Err(usage(other.unexpected())),
        }
    }
    if is_one {
        return match seeds {
            None if until == Until::default() => Ok(Order::One(words.to_vec())),
            _ => Err(refused(
                "--seed replays one run: it goes with --keep and --export alone, and --check with \
                 nothing"
                    .into(),
            )),
        };
    }
    match seeds {
        Some(seeds) => Ok(Order::Seeds(seeds, until)),
        None if until != Until::default() => Ok(Order::Seeds(0..SEEDS_MAX, until)),
        None => Err(refused(
            "cargo xtask sim --seeds A..B | --seed S [--keep 3,7-9] [--export FILE] | \
             --check FILE | --until-failure | --minutes M"
                .into(),
        )),
    }
}

fn range(text: &str) -> Result<Range<u64>, Failure> {
    let number = |text: &str| {
        let number = text.replace('_', "").parse::<u64>();
        number.map_err(|_| refused(format!("`{text}` is no seed: a number from 0 to 2^64 - 1")))
    };
    // A single number means so many seeds, from 0 on.
    let (first, end) = match text.split_once("..") {
        Some((first, end)) => (number(first)?, number(end)?),
        None => (0, number(text)?),
    };
    if first >= end {
        return Err(refused(format!("the range {text} has no seed")));
    }
    if end - first > SEEDS_MAX {
        return Err(refused(format!(
            "the range {text} has more than {SEEDS_MAX} seeds"
        )));
    }
    Ok(first..end)
}

fn usage(error: impl std::fmt::Display) -> Failure {
    refused(error.to_string())
}

fn refused(sentence: String) -> Failure {
    Failure::Usage(format!("sim: {sentence}"))
}
