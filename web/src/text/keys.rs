//! Words of the panel of keys.

use ringlab_sim::loading::{Loading, Stage};
use ringlab_sim::protocol::KeySource;

use super::plural;
use crate::state::KeyChoice;
use crate::view::numbers::{bytes, count, percent};
use crate::wire::Report;

/// Name of the panel.
pub const TITLE: &str = "Keys";
/// Choice of the source.
pub const SOURCE: &str = "Source";
/// Where the sample is from.
pub const SAMPLE: &str = "50,000 npm packages with their monthly downloads as requests, from npm package download-counts (MIT).";
/// Loads the sample.
pub const LOAD_SAMPLE: &str = "Load sample";
/// Makes keys.
pub const GENERATE: &str = "Generate";
/// Opens the file dialog.
pub const PICK: &str = "Choose a file";
/// What may be dropped.
pub const FORMATS: &str = "Drop a file anywhere on the page. Lines, CSV or TSV (key[,requests[,bytes]]) or JSON lines, plain or gzip; up to 5,000,000 keys or 500 MB. A row without requests counts as 1 request; one without bytes, as the bytes of its key and its requests as digits.";
/// What happens to it.
pub const PRIVATE: &str =
    "Your file is read here, in this tab. It is never uploaded, and its keys are not in the link.";
/// Over the page while a file is above it.
pub const DROP: &str = "Drop to put these keys on the ring";
/// Parameter.
pub const SHAPE: &str = "Requests";
/// Parameter.
pub const COUNT: &str = "Keys";
/// Parameter.
pub const SEED: &str = "Seed";
/// Parameter of Zipf.
pub const EXPONENT: &str = "Exponent";
/// Parameter of one hot key.
pub const HOT_PERCENT: &str = "Percent";
/// Shape.
pub const UNIFORM: &str = "Uniform";
/// Shape.
pub const ZIPF: &str = "Zipf";
/// Shape.
pub const SEQUENTIAL: &str = "Sequential names";
/// Shape.
pub const HOT_KEY: &str = "One hot key";
/// Stops loading.
pub const CANCEL: &str = "Cancel";
/// A person stopped it.
pub const CANCELLED: &str = "Cancelled. The keys from before stay.";
/// The sample did not come.
pub const NOT_FETCHED: &str = "it could not be fetched from beside the page";
/// The browser does not give the file.
pub const NOT_READ: &str = "the browser could not read it";
/// A link without its keys.
pub const OWN_MISSING: &str = "own keys are not in a link: load the file";
/// Not an exponent.
pub const NOT_AN_EXPONENT: &str = "A number from 0.001 to 3 is expected.";

/// Name of a source.
#[must_use]
pub const fn choice(choice: KeyChoice) -> &'static str {
    match choice {
        KeyChoice::Sample => "Sample",
        KeyChoice::Generated => "Generated",
        KeyChoice::Own => "Your file",
    }
}

/// How far loading is.
#[must_use]
pub fn loading(loading: &Loading) -> String {
    let part = loading.total.filter(|&total| total > 0);
    let part = part.map(|total| percent(loading.done as f64 / total as f64));
    match (loading.stage, part) {
        (Stage::Reading, Some(part)) => format!("Reading: {part}"),
        (Stage::Reading, None) => format!("Reading: {}", bytes(loading.done)),
        (Stage::Making, part) => format!("Making keys: {}", part.unwrap_or_default()),
        (Stage::Sorting, part) => format!("Sorting by token: {}", part.unwrap_or_default()),
    }
}

/// How loading ended.
#[must_use]
pub fn report(report: &Report) -> String {
    match report {
        Report::Loaded(report) => {
            let mut parts = vec![
                plural(report.total.keys, "distinct key", "distinct keys"),
                plural(report.rows, "row", "rows"),
            ];
            if report.duplicates > 0 {
                parts.push(plural(
                    report.duplicates,
                    "duplicate added",
                    "duplicates added",
                ));
            }
            if report.bad_rows > 0 {
                parts.push(plural(report.bad_rows, "bad row", "bad rows"));
            }
            let parts = parts.join(" · ");
            if report.label.is_empty() {
                parts
            } else {
                format!("{}: {parts}", report.label)
            }
        }
        Report::Failed { label, reason } if label.is_empty() => format!("Not loaded: {reason}."),
        Report::Failed { label, reason } => format!("{label} was not loaded: {reason}."),
        Report::Cancelled => CANCELLED.to_owned(),
    }
}

/// What is on the ring.
#[must_use]
pub fn standing(source: &KeySource, keys: u64) -> String {
    let name = match source {
        KeySource::Sample => "the sample",
        KeySource::Generated(_) => "generated keys",
        KeySource::Own { label, .. } => label,
    };
    format!("On the ring: {name}, {}.", plural(keys, "key", "keys"))
}

/// Heading of the list of bad rows.
#[must_use]
pub fn bad_rows(bad: u64, shown: u64) -> String {
    if bad > shown {
        format!(
            "{} bad rows, the first {} of them",
            count(bad),
            count(shown)
        )
    } else {
        plural(bad, "bad row", "bad rows")
    }
}
