//! Scenarios: an error has a place, and each step stands in the line that it says.

use ringlab_sim::scenario::Scenario;

use crate::place::{assert_within, text};

/// The text of a scenario.
pub fn scenario(bytes: &[u8]) {
    let Some(text) = text(bytes) else {
        return;
    };
    let parsed = match Scenario::parse(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert_within(&text, error.line, error.column);
            assert!(!error.expected.is_empty(), "an error says nothing");
            return;
        }
    };
    let steps = (1..).zip(text.lines());
    let steps = steps.filter(|(_, line)| line.starts_with("> "));
    let lines: Vec<usize> = steps.map(|(number, _)| number).collect();
    assert_eq!(parsed.lines().collect::<Vec<_>>(), lines);
    let again = Scenario::parse(&text).expect("it was read before");
    assert_eq!(format!("{parsed:?}"), format!("{again:?}"));
}
