//! Texts, and whether a place that an error names lies within one. It knows no reader.

use std::borrow::Cow;

use crate::INPUT_BYTES_MAX;

/// The bytes as text, with a mark for each that is none, if they are not too many.
pub(crate) fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    (bytes.len() <= INPUT_BYTES_MAX).then(|| String::from_utf8_lossy(bytes))
}

/// A line and a column from 1; one behind the last of either is its end.
pub(crate) fn assert_within(text: &str, line: usize, column: usize) {
    let lines = text.lines().count();
    assert!(
        (1..=lines + 1).contains(&line),
        "line {line} of {lines} in {text:?}"
    );
    let characters = text.lines().nth(line - 1).unwrap_or_default().chars();
    let characters = characters.count();
    assert!(
        (1..=characters + 1).contains(&column),
        "column {column} of {characters} in line {line} of {text:?}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_within(line: usize, column: usize) -> bool {
        std::panic::catch_unwind(|| assert_within("é\n", line, column)).is_ok()
    }

    #[test]
    fn places_outside_are_caught() {
        assert!(is_within(1, 1) && is_within(1, 2) && is_within(2, 1));
        assert!(!is_within(0, 1) && !is_within(1, 0));
        assert!(!is_within(1, 3) && !is_within(2, 2) && !is_within(3, 1));
    }
}
