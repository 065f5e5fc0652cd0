//! Numbers as a reader sees them: grouped, rounded, with their unit. It knows no language but that.

use std::num::ParseIntError;
use std::time::Duration;

use ringlab::hash::Token;

#[cfg(test)]
mod tests;

/// Between a number and its unit: narrow, and never broken over two lines.
const THIN_SPACE: char = '\u{202f}';

/// `1234567` as `1,234,567`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count in at most four figures and a letter: `940`, `12.3k`, `4.56M`, `1.2G`.
#[must_use]
pub fn short_count(number: u64) -> String {
    scaled(
        number,
        1_000,
        10_000,
        &["", "k", "M", "G", "T", "P", "E"],
        "",
    )
}

/// Bytes in the unit that fits: `940 B`, `12.3 kB`, `4.56 MB`.
#[must_use]
pub fn bytes(number: u64) -> String {
    let space = THIN_SPACE.to_string();
    scaled(
        number,
        1_000,
        1_000,
        &["B", "kB", "MB", "GB", "TB", "PB", "EB"],
        &space,
    )
}

/// A part of one as percent: two decimals below 1 %, else one; a small part is never shown as none.
#[must_use]
pub fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent > 0.0 && percent < 0.005 {
        return format!("<0.01{THIN_SPACE}%");
    }
    let decimals = if percent != 0.0 && percent.abs() < 0.995 {
        2
    } else {
        1
    };
    format!("{percent:.decimals$}{THIN_SPACE}%")
}

/// A part of a whole as percent; nothing of nothing is 0.
#[must_use]
pub fn percent_of(part: u64, whole: u64) -> String {
    percent(ratio(part, whole))
}

/// A part of a whole, 0 to 1; nothing of nothing is 0.
#[must_use]
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// A difference with its sign, a true minus, and no sign for none.
#[must_use]
pub fn signed(before: u64, after: u64) -> String {
    match after.cmp(&before) {
        std::cmp::Ordering::Greater => format!("+{}", count(after - before)),
        std::cmp::Ordering::Less => format!("\u{2212}{}", count(before - after)),
        std::cmp::Ordering::Equal => "0".to_owned(),
    }
}

/// A factor: `1.08`.
#[must_use]
pub fn factor(number: f64) -> String {
    format!("{number:.2}")
}

/// A span of simulated time: `412 µs`, `3.2 ms`, `1.24 s`, `2 min 3 s`.
#[must_use]
pub fn span(span: Duration) -> String {
    let micros = span.as_micros();
    match micros {
        0..1_000 => format!("{micros}{THIN_SPACE}µs"),
        1_000..1_000_000 => format!("{}{THIN_SPACE}ms", figures(micros as f64 / 1e3)),
        1_000_000..60_000_000 => format!("{}{THIN_SPACE}s", figures(micros as f64 / 1e6)),
        _ => {
            let seconds = span.as_secs();
            format!(
                "{}{THIN_SPACE}min {}{THIN_SPACE}s",
                count(seconds / 60),
                seconds % 60
            )
        }
    }
}

/// A clock of simulated time, of even width while it runs: `12.345 s`.
#[must_use]
pub fn clock(since_start: Duration) -> String {
    let seconds = count(since_start.as_secs());
    format!("{seconds}.{:03}{THIN_SPACE}s", since_start.subsec_millis())
}

/// A token in its sixteen hexadecimal digits, as it can be typed again.
#[must_use]
pub fn token(token: Token) -> String {
    format!("0x{:016x}", token.0)
}

/// A token that is typed as one: `0x` and up to sixteen hexadecimal digits. `None` for what has
/// another beginning and is a key, an error for what is no token after it.
pub fn typed_token(typed: &str) -> Option<Result<Token, ParseIntError>> {
    let digits = typed.strip_prefix("0x")?;
    // A sign is none of the digits, though Rust takes it.
    let digits = if digits.starts_with('+') { "" } else { digits };
    Some(u64::from_str_radix(digits, 16).map(Token))
}

fn scaled(number: u64, step: u64, whole_below: u64, units: &[&str], space: &str) -> String {
    if number < whole_below {
        return format!("{}{space}{}", count(number), units[0]);
    }
    let mut scale = number as f64;
    let mut unit = 0;
    // 999.5 would round to four figures.
    while scale >= step as f64 - 0.5 && unit + 1 < units.len() {
        scale /= step as f64;
        unit += 1;
    }
    format!("{}{space}{}", figures(scale), units[unit])
}

/// Three figures.
fn figures(number: f64) -> String {
    let decimals = match number {
        _ if number < 9.995 => 2,
        _ if number < 99.95 => 1,
        _ => 0,
    };
    let text = format!("{number:.decimals$}");
    if decimals == 0 {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
