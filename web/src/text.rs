//! Every visible word of the page. It knows no component and computes nothing.

#[cfg(test)]
mod tests;

/// Of what another system does with the keys.
pub mod comparison;
/// Of what goes wrong.
pub mod faults;
/// Of header, footer and messages.
pub mod frame;
/// Of the panel of keys.
pub mod keys;
/// Of the node table.
pub mod nodes;
/// Of requests, inspection and the drawing.
pub mod ring;
/// Of the settings.
pub mod settings;
/// Of nodes from the texts of other systems.
pub mod topology;
/// Of the verdict.
pub mod verdict;

/// Of a field whose number is none, or out of its bounds.
#[must_use]
pub fn whole_number(low: u64, high: u64) -> String {
    use crate::view::numbers::count;
    format!(
        "A whole number from {} to {} is expected.",
        count(low),
        count(high)
    )
}

/// `1 node`, `2 nodes`.
fn plural(number: u64, one: &str, many: &str) -> String {
    let grouped = crate::view::numbers::count(number);
    format!("{grouped} {}", if number == 1 { one } else { many })
}
