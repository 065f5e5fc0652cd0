//! The page: words around tables. No figure stands in the words but those that the tool is set to.

use std::fmt::Write as _;

use ringlab::placement::Algorithm;

use super::exact::{FOLLOWED, PARTS};
use super::measures::Shares;
use super::plot::{FOLDER, PLOTS};
use super::{Comparison, Row, SIZES};
use crate::ring::population::KEYS;
use crate::time::{median, median_ratio};

const OPENING: &str = "\
# Placements in the quantities of the published comparison

Coluzzi, Brocco and Leidi compare consistent hashes by seven quantities (\"Consistently Faster: A Survey
and Fair Comparison of Consistent Hashing Algorithms\", SEBD 2023, CEUR 3478, paper 3), with a tool
that is open: [java-consistent-hashing-algorithms](https://github.com/SUPSI-DTI-ISIN/java-consistent-hashing-algorithms).
Here are the same seven of every placement of Ringlab, by what that tool's code computes.
`cargo xtask bench comparison` measures all of it and writes this page with its plots; by hand
nothing is changed here. It uses one core, for less than five minutes.

| quantity | the published tool | here |
|---|---|---|
| balance | least and most keys of a node by the mean; ten keys a node | the same; a million keys for every size: with ten keys a node, chance alone is most of what is seen |
| resize balance | the same after nodes came and went at random, four times, between half and half as many more | the same, with one fixed sequence of changes |
| monotonicity | 10, 30 and 50 % of the nodes go, the last ones, and come back: keys moved from nodes that stayed | the same, as part of all keys |
| memory | the size of the algorithm's own structure | bytes that stay allocated once it is built, with the names of its nodes |
| init, lookup, resize time | averages of a Java harness | processor time, medians of rounds in which all placements take turns |

Its ring has 1,000 virtual nodes a node by its own settings, ours here 160. It also has dx, memento,
flip, jump-back and binomial, which Ringlab does not have. None of its figures is repeated here:
they are of Java and of other machines. What the columns mean for a choice tells
[choosing.md](choosing.md); beside crates of Rust placements are measured there, too.

## The same in every run

On any machine of 64 bits, to the last digit.
";

const TIMED: &str = "
## Times of one run

A time is to be read beside the others of its table only; in brackets stands by how much it is that
of Ringlab's ring in the same run: the median of the rounds' ratios.
";

/// All of it.
pub(super) fn page(comparison: &Comparison) -> String {
    let mut page = OPENING.to_owned();
    exact(&mut page, comparison);
    page.push_str(TIMED);
    let (machine, seconds) = (&comparison.machine, comparison.seconds);
    put(
        &mut page,
        format_args!(
            "\nThis run: one core of {machine}, {seconds:.0} s of processor time for the whole page.\n"
        ),
    );
    timed(&mut page, comparison);
    page
}

fn exact(page: &mut String, comparison: &Comparison) {
    let keys = thousands(KEYS as u64);
    section(
        page,
        "Balance",
        &format!("Least and most keys of a node by the mean, of {keys} keys. 1 is even."),
        &["balance"],
    );
    table(page, comparison, |row| spread(row.exact.balance));
    section(
        page,
        "Resize balance",
        "The same after nodes came and went; of jump only the last ones can go.",
        &["resize-balance"],
    );
    table(page, comparison, |row| spread(row.exact.resized));
    let followed = thousands(FOLLOWED as u64);
    let parts = PARTS.map(|part| format!("{:.0}", part * 100.0)).join(", ");
    section(
        page,
        "Monotonicity",
        &format!(
            "When {parts} % of the nodes go: keys that moved between nodes that stayed, in percent \
             of {followed}. 0 is the least possible; `.` is an exact 0. Bounded loads put every key \
             again."
        ),
        &["monotonicity"],
    );
    table(page, comparison, |row| percents(row.exact.leaving));
    page.push_str(
        "\nWhen they have come back: keys moved between nodes that were there all the time, in \
         percent. Placements that are not listed move none.\n",
    );
    table_of(page, comparison, |row| row.exact.returning);
    page.push_str("\nAnd keys that are then not where they were at first, likewise.\n");
    table_of(page, comparison, |row| row.exact.elsewhere);
    section(
        page,
        "Memory",
        "Bytes a node. Modulo keeps the list of nodes and nothing else: what others have above it is \
         their own.",
        &["memory"],
    );
    table(page, comparison, |row| {
        thousands((row.exact.bytes as f64 / row.exact.nodes as f64).round() as u64)
    });
}

fn timed(page: &mut String, comparison: &Comparison) {
    let ratio = |row: &Row, times: fn(&Row) -> &[f64]| {
        let ring = comparison.row(Algorithm::Ring, row.exact.nodes);
        ring.map_or(f64::NAN, |ring| median_ratio(times(row), times(ring)))
    };
    section(
        page,
        "Lookup",
        "Nanoseconds a key, and by the ring's. Bounded loads put each key and count it.",
        &["lookup"],
    );
    table(page, comparison, |row| {
        let nanoseconds = median(&row.timed.lookup);
        beside(nanoseconds, ratio(row, |row| &row.timed.lookup))
    });
    section(
        page,
        "Build",
        "Microseconds, and by the ring's.",
        &["build"],
    );
    table(page, comparison, |row| {
        let microseconds = median(&row.timed.build) / 1_000.0;
        beside(microseconds, ratio(row, |row| &row.timed.build))
    });
    section(
        page,
        "Resize",
        "Microseconds to add a node and to remove it, by two, and by the ring's.",
        &["resize"],
    );
    table(page, comparison, |row| {
        let microseconds = median(&row.timed.resize) / 1_000.0;
        beside(microseconds, ratio(row, |row| &row.timed.resize))
    });
}

fn section(page: &mut String, title: &str, words: &str, plots: &[&str]) {
    put(page, format_args!("\n### {title}\n\n{words}\n"));
    for plot in PLOTS.iter().filter(|plot| plots.contains(&plot.name)) {
        let (name, told) = (plot.name, plot.title);
        put(
            page,
            format_args!("\n![{told}, by the number of nodes]({FOLDER}/{name}.svg)\n"),
        );
    }
}

/// A row for each placement.
fn table(page: &mut String, comparison: &Comparison, cell: impl Fn(&Row) -> String) {
    rows(page, comparison, Algorithm::all(), cell);
}

/// A row for each placement that has more than 0 anywhere.
fn table_of(page: &mut String, comparison: &Comparison, parts: fn(&Row) -> [f64; 3]) {
    let is_told = |algorithm: &Algorithm| {
        let rows = SIZES
            .iter()
            .filter_map(|&nodes| comparison.row(*algorithm, nodes));
        rows.flat_map(parts).any(|part| part > 0.0)
    };
    rows(page, comparison, Algorithm::all().filter(is_told), |row| {
        percents(parts(row))
    });
}

fn rows(
    page: &mut String,
    comparison: &Comparison,
    algorithms: impl Iterator<Item = Algorithm>,
    cell: impl Fn(&Row) -> String,
) {
    let sizes = SIZES.map(|nodes| thousands(nodes as u64)).join(" | ");
    let rules = SIZES.map(|_| "--:").join("|");
    put(page, format_args!("\n| nodes | {sizes} |\n|---|{rules}|\n"));
    for algorithm in algorithms {
        let row = |&nodes| {
            comparison
                .row(algorithm, nodes)
                .map_or_else(String::new, &cell)
        };
        let cells: Vec<String> = SIZES.iter().map(row).collect();
        put(
            page,
            format_args!("| {algorithm} | {} |\n", cells.join(" | ")),
        );
    }
}

fn put(page: &mut String, words: std::fmt::Arguments<'_>) {
    page.write_fmt(words).expect("a String takes every write");
}

fn spread(Shares { least, most }: Shares) -> String {
    format!("{least:.2} to {most:.2}")
}

fn percents(parts: [f64; 3]) -> String {
    let percent = |part: f64| match part * 100.0 {
        0.0 => ".".to_owned(),
        percent => significant(percent),
    };
    parts.map(percent).join(" / ")
}

fn beside(time: f64, ratio: f64) -> String {
    format!("{} ({})", significant(time), significant(ratio))
}

/// Two or three digits that tell something.
fn significant(value: f64) -> String {
    match value {
        100.0.. => thousands(value.round() as u64),
        10.0.. => format!("{value:.0}"),
        0.1.. => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

/// 1234567 as 1,234,567.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut told = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}
