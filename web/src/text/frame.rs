//! Words of header, messages and shortcuts.

use std::fmt::Display;

use super::plural;
use crate::pace::Pace;
use crate::state::Theme;

/// The product.
pub const NAME: &str = "Ringlab";
/// Simulated time.
pub const CLOCK: &str = "Simulated time";
/// How fast it runs.
pub const PACE: &str = "Pace";
/// Let the change run to its end.
pub const SETTLE: &str = "Finish now";
/// Take the last change back.
pub const UNDO: &str = "Undo";
/// Take the last undo back.
pub const REDO: &str = "Redo";
/// Put the page's address on the clipboard.
pub const COPY_LINK: &str = "Copy link";
/// It is on the clipboard.
pub const LINK_COPIED: &str = "Link copied";
/// The browser forbids the clipboard.
pub const LINK_NOT_COPIED: &str = "Copy it from the address bar";
/// Choice of the look.
pub const THEME: &str = "Theme";
/// Opens the list of shortcuts.
pub const SHORTCUTS: &str = "Keyboard shortcuts";
/// Closes something.
pub const CLOSE: &str = "Close";
/// First link of the page.
pub const SKIP: &str = "Skip to the node table";
/// There is no engine any more.
pub const STOPPED_TITLE: &str = "The engine stopped";
/// The page itself broke.
pub const BROKEN_TITLE: &str = "The page broke";
/// What a person can do then.
pub const STOPPED_ADVICE: &str =
    "Nothing you loaded left this tab. Reload to start again from the address above.";
/// Starts again.
pub const RELOAD: &str = "Reload";

/// Keys of the keyboard and what they do.
pub const SHORTCUT_LIST: [(&str, &str); 10] = [
    ("/", "Type a key to put, get or delete"),
    ("a", "Add a node"),
    ("f", "Finish the change under way now"),
    ("s", "Open or close the settings"),
    ("x", "Open or close the faults"),
    ("t", "Switch between light and dark"),
    ("Ctrl Z", "Undo"),
    ("Ctrl Shift Z", "Redo"),
    ("Esc", "Close, or let go of the selection"),
    ("?", "This list"),
];

/// The seed of the run.
#[must_use]
pub fn seed(seed: u64) -> String {
    format!("seed {seed}")
}

/// Name of a pace.
#[must_use]
pub const fn pace(pace: Pace) -> &'static str {
    match pace {
        Pace::Slow => "Slow",
        Pace::Normal => "Normal",
        Pace::Fast => "Fast",
    }
}

/// Name of a theme.
#[must_use]
pub const fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

/// What undo would take back.
#[must_use]
pub fn undo_of(deed: &str) -> String {
    format!("Undo: {deed}")
}

/// What redo would do again.
#[must_use]
pub fn redo_of(deed: &str) -> String {
    format!("Redo: {deed}")
}

/// The link cannot be opened.
#[must_use]
pub fn bad_link(error: &impl Display) -> String {
    let reason = reason(error);
    format!("This link cannot be opened. {reason} The default ring is shown instead.")
}

/// The link's keys are not in it.
#[must_use]
pub fn own_keys_missing(label: &str, keys: u64) -> String {
    format!(
        "The link was made with {} from {label}; your own keys are not in a link. \
         The sample is shown instead; load the file to see the same.",
        plural(keys, "key", "keys")
    )
}

/// Why something was not done: `the name is empty` as a sentence.
#[must_use]
pub fn reason(error: &impl Display) -> String {
    let clause = error.to_string();
    let mut characters = clause.chars();
    characters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), characters.as_str())
    })
}

/// Changes that wait for the one under way.
#[must_use]
pub fn waiting(changes: u32) -> String {
    format!(
        "{} waiting",
        plural(u64::from(changes), "change", "changes")
    )
}

/// The situation is too large for a link.
#[must_use]
pub fn no_link(reason: &str) -> String {
    format!("The address does not hold this ring: {reason}.")
}
