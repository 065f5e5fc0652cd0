//! Settings as a reader sees them: in groups, and with values in units that are easy to read. Pure.

use ringlab::settings::{Row, Setting, TABLE, Unit};

use crate::text::settings::GROUPS;

#[cfg(test)]
mod tests;

/// Multiples of a millisecond, largest first.
const SPANS: [(u64, &str); 5] = [
    (86_400_000, "d"),
    (3_600_000, "h"),
    (60_000, "min"),
    (1_000, "s"),
    (1, "ms"),
];
/// Multiples of a byte, largest first.
const SIZES: [(u64, &str); 4] = [
    (1 << 30, "GiB"),
    (1 << 20, "MiB"),
    (1 << 10, "KiB"),
    (1, "B"),
];

/// A value in the largest unit that it is a whole number of: what is typed into its field again
/// means the same.
#[must_use]
pub fn value_text(setting: Setting, value: u64) -> String {
    let row = setting.row();
    let multiples: &[(u64, &str)] = match row.unit {
        Unit::Milliseconds => &SPANS,
        Unit::Bytes => &SIZES,
        _ => &[],
    };
    let fits = |&&(times, _): &&(u64, &str)| value > 0 && value.is_multiple_of(times);
    match multiples.iter().find(fits) {
        Some(&(times, unit)) => format!("{} {unit}", value / times),
        None => row.text(value),
    }
}

/// What a setting can be: its bounds, or the words to choose from.
#[must_use]
pub fn bounds_text(row: &Row) -> String {
    match row.unit {
        Unit::Choice(words) => words.join(", "),
        // No more replies than there are replicas.
        _ if matches!(row.setting, Setting::R | Setting::W) => "1 – N".to_owned(),
        _ => format!(
            "{} – {}",
            value_text(row.setting, row.least),
            value_text(row.setting, row.most)
        ),
    }
}

/// The table in groups, each with its name. A setting that is new belongs to the group before it.
pub fn groups() -> impl Iterator<Item = (&'static str, &'static [Row])> {
    let end = |place: usize| {
        let next = GROUPS.get(place + 1);
        next.map_or(TABLE.len(), |(first, _)| *first as usize)
    };
    let rows = move |(place, &(first, name)): (usize, &(Setting, &'static str))| {
        (name, &TABLE[first as usize..end(place)])
    };
    GROUPS.iter().enumerate().map(rows)
}
