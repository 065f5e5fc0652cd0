//! What the person is looking at: selection, order of the table, theme, pace, open panels. It
//! knows no engine: what stands on the ring is in [`crate::held`].

use std::rc::Rc;

use ringlab::hash::Token;
use ringlab::ring::NodeId;
use ringlab_sim::protocol::{KeySource, User};
use yew::Reducible;

use crate::pace::Pace;
use crate::palette::Look;
use crate::view::rows::{Column, Order};

#[cfg(test)]
mod tests;

/// Which look the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What the person pinned to look at closely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The whole ring.
    #[default]
    Ring,
    /// A node: its virtual nodes are shown, the rest is grey.
    Node(NodeId),
    /// The range that holds this token.
    Token(Token),
}

/// Where keys may come from, as the chooser offers it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyChoice {
    /// The bundled sample.
    #[default]
    Sample,
    /// Made from a seed.
    Generated,
    /// The person's own file.
    Own,
}

impl KeyChoice {
    /// The choice that a source belongs to.
    #[must_use]
    pub const fn of(source: &KeySource) -> Self {
        match source {
            KeySource::Sample => Self::Sample,
            KeySource::Generated(_) => Self::Generated,
            KeySource::Own { .. } => Self::Own,
        }
    }
}

/// View state. The personal part, theme and pace, outlives the visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Chosen by the person.
    pub theme: Theme,
    /// Whether the system is dark now.
    pub system_dark: bool,
    /// How fast simulated time runs.
    pub pace: Pace,
    /// What is looked at closely.
    pub focus: Focus,
    /// Order of the node table.
    pub order: Order,
    /// Whether the settings are open.
    pub settings_open: bool,
    /// Whether the faults are open.
    pub faults_open: bool,
    /// In whose name requests are made.
    pub user: User,
    /// Whether the list of shortcuts is open.
    pub shortcuts_open: bool,
    /// Shown source in the chooser of keys.
    pub key_choice: KeyChoice,
}

/// What the person did to the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Chose a theme.
    Theme(Theme),
    /// The system turned dark or light.
    SystemDark(bool),
    /// Chose a pace.
    Pace(Pace),
    /// Looked closely at something; the same again lets go.
    Focus(Focus),
    /// Sent a request for the key of a token: it is what to look at now.
    Request(Token),
    /// Clicked a heading of the table.
    SortBy(Column),
    /// Opened or closed the settings.
    ToggleSettings,
    /// Opened or closed the faults.
    ToggleFaults,
    /// Speaks for this end user from now on.
    User(User),
    /// Opened or closed the list of shortcuts.
    ToggleShortcuts,
    /// Chose another source of keys to look at.
    KeyChoice(KeyChoice),
    /// Closed whatever is open, then let go of whatever is in focus.
    Escape,
}

impl Focus {
    /// Whether a request for the key of a token is shown: what is looked at closely goes first.
    #[must_use]
    pub fn shows(self, token: Token) -> bool {
        self == Self::Ring || self == Self::Token(token)
    }
}

impl View {
    /// Which look the page has.
    #[must_use]
    pub const fn look(&self) -> Look {
        match (self.theme, self.system_dark) {
            (Theme::Dark, _) | (Theme::System, true) => Look::Dark,
            (Theme::Light, _) | (Theme::System, false) => Look::Light,
        }
    }

    /// The node in focus, if it is one.
    #[must_use]
    pub const fn selected(&self) -> Option<NodeId> {
        match self.focus {
            Focus::Node(node) => Some(node),
            Focus::Ring | Focus::Token(_) => None,
        }
    }

    fn after(&self, action: Action) -> Self {
        let view = self.clone();
        match action {
            Action::Theme(theme) => Self { theme, ..view },
            Action::SystemDark(system_dark) => Self {
                system_dark,
                ..view
            },
            Action::Pace(pace) => Self { pace, ..view },
            Action::Focus(focus) if focus == self.focus => Self {
                focus: Focus::Ring,
                ..view
            },
            Action::Focus(focus) => Self { focus, ..view },
            Action::Request(token) if self.focus.shows(token) => view,
            Action::Request(_) => Self {
                focus: Focus::Ring,
                ..view
            },
            Action::SortBy(column) => Self {
                order: self.order.clicked(column),
                ..view
            },
            Action::ToggleFaults => Self {
                faults_open: !self.faults_open,
                ..view
            },
            Action::User(user) => Self { user, ..view },
            Action::ToggleSettings => Self {
                settings_open: !self.settings_open,
                ..view
            },
            Action::ToggleShortcuts => Self {
                shortcuts_open: !self.shortcuts_open,
                ..view
            },
            Action::KeyChoice(key_choice) => Self { key_choice, ..view },
            Action::Escape if self.shortcuts_open => Self {
                shortcuts_open: false,
                ..view
            },
            Action::Escape if self.faults_open => Self {
                faults_open: false,
                ..view
            },
            Action::Escape if self.settings_open => Self {
                settings_open: false,
                ..view
            },
            Action::Escape => Self {
                focus: Focus::Ring,
                ..view
            },
        }
    }
}

impl Reducible for View {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let after = self.after(action);
        // The same `Rc` makes yew skip the render.
        if *self == after { self } else { Rc::new(after) }
    }
}
