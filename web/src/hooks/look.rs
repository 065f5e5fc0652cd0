//! The look of the page: the system's until the person chooses. The choice outlives the visit.

use gloo::events::EventListener;
use web_sys::{MediaQueryList, Storage, window};
use yew::{UseReducerHandle, hook, use_effect_with};

use crate::state::{Action, Theme, View};

const DARK: &str = "(prefers-color-scheme: dark)";
const STORED: &str = "ringlab-theme";

/// Keeps the page, the system and the stored choice in step.
#[hook]
pub fn use_look(view: &UseReducerHandle<View>) {
    let dispatcher = view.dispatcher();
    use_effect_with((), move |()| {
        if let Some(theme) = stored_theme() {
            dispatcher.dispatch(Action::Theme(theme));
        }
        let query = dark_query();
        if let Some(query) = &query {
            dispatcher.dispatch(Action::SystemDark(query.matches()));
        }
        let listener = query.map(|query| {
            let asked = query.clone();
            EventListener::new(&query, "change", move |_| {
                dispatcher.dispatch(Action::SystemDark(asked.matches()));
            })
        });
        move || drop(listener)
    });
    use_effect_with(view.theme, |theme| {
        let root = window().and_then(|page| page.document()?.document_element());
        if let Some(root) = root {
            // Fails only for a name that is no attribute's.
            let _ = match theme_word(*theme) {
                Some(word) => root.set_attribute("data-theme", word),
                None => root.remove_attribute("data-theme"),
            };
        }
        store(*theme);
    });
}

fn dark_query() -> Option<MediaQueryList> {
    window()?.match_media(DARK).ok()?
}

const fn theme_word(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

fn stored_theme() -> Option<Theme> {
    match storage()?.get_item(STORED).ok()??.as_str() {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

/// A browser that forbids storage forgets the choice, nothing worse.
fn store(theme: Theme) {
    let Some(storage) = storage() else {
        return;
    };
    let _ = match theme_word(theme) {
        Some(word) => storage.set_item(STORED, word),
        None => storage.remove_item(STORED),
    };
}
