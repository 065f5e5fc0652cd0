//! What was asked for.

use std::ops::Range;

use ringlab_sim::script::Keep;

/// What one call does.
pub(crate) enum Task {
    /// Runs all of these seeds, or up to the first that breaks something.
    Seeds { seeds: Range<u64>, stops: bool },
    /// Runs one seed and tells all that happens.
    Replay {
        seed: u64,
        keep: Keep,
        export: Option<String>,
    },
    /// Judges the history in this file.
    Check(String),
}

const USAGE: &str = "sim --seeds A..B [--until-failure] | --seed S [--keep 3,7-9] [--export FILE] | \
                     --check FILE";

pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Task, String> {
    let (mut seeds, mut seed, mut keep, mut export) = (None, None, Keep::All, None);
    let (mut stops, mut check) = (false, None);
    let mut words = words;
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or_else(|| format!("{word} wants a value: {USAGE}"))
        };
        match word.as_str() {
            "--seeds" => seeds = Some(range(&value()?)?),
            "--seed" => seed = Some(number(&value()?)?),
            "--keep" => {
                keep = value()?
                    .parse()
                    .map_err(|error| format!("--keep: {error}"))?
            }
            "--export" => export = Some(value()?),
            "--check" => check = Some(value()?),
            "--until-failure" => stops = true,
            _ => return Err(format!("`{word}` is no option: {USAGE}")),
        }
    }
    match (seeds, seed, check) {
        (Some(seeds), None, None) => Ok(Task::Seeds { seeds, stops }),
        (None, Some(seed), None) => Ok(Task::Replay { seed, keep, export }),
        (None, None, Some(path)) => Ok(Task::Check(path)),
        _ => Err(format!("--seeds, --seed or --check: {USAGE}")),
    }
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let (first, end) = text
        .split_once("..")
        .ok_or_else(|| format!("`{text}` is no range of seeds, as 0..1000 is"))?;
    let range = number(first)?..number(end)?;
    if range.is_empty() {
        return Err(format!("the range {text} has no seed"));
    }
    Ok(range)
}

fn number(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no seed: a number from 0 to 2^64 - 1"))
}
