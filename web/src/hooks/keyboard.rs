//! Shortcuts of the whole page.

use gloo::events::{EventListener, EventListenerOptions};
use ringlab_sim::protocol::{Command, NewNode};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, window};
use yew::{UseReducerHandle, hook, use_effect_with};

use super::Dispatch;
use crate::components::request::KEY_FIELD;
use crate::engine::Engine;
use crate::palette::Look;
use crate::state::{Action, Theme, View};

/// Listens for the page's shortcuts.
#[hook]
pub fn use_shortcuts(engine: Option<&Engine>, view: &UseReducerHandle<View>) {
    let (dispatch, look) = (view.dispatcher(), view.look());
    use_effect_with((engine.cloned(), look), move |(engine, look)| {
        let (engine, look) = (engine.clone(), *look);
        let options = EventListenerOptions::enable_prevent_default();
        let listener = window().map(|page| {
            EventListener::new_with_options(&page, "keydown", options, move |event| {
                let event = event.dyn_ref::<KeyboardEvent>();
                if let (Some(event), Some(engine)) = (event, &engine)
                    && act(event, engine, &dispatch, look)
                {
                    event.prevent_default();
                }
            })
        });
        move || drop(listener)
    });
}

/// Whether the key meant something here.
fn act(event: &KeyboardEvent, engine: &Engine, dispatch: &Dispatch, look: Look) -> bool {
    let is_typing = is_typing(event);
    if event.ctrl_key() || event.meta_key() {
        // In a field the browser's own undo is meant.
        if is_typing || !event.key().eq_ignore_ascii_case("z") {
            return false;
        }
        engine.send(if event.shift_key() {
            Command::Redo
        } else {
            Command::Undo
        });
        return true;
    }
    if event.key() == "Escape" {
        dispatch.dispatch(Action::Escape);
        return false;
    }
    if is_typing || event.alt_key() {
        return false;
    }
    match event.key().as_str() {
        "/" => focus(KEY_FIELD),
        "a" => engine.send(Command::Add(vec![NewNode::default()])),
        "f" => engine.send(Command::Settle),
        "s" => dispatch.dispatch(Action::ToggleSettings),
        "x" => dispatch.dispatch(Action::ToggleFaults),
        "t" => dispatch.dispatch(Action::Theme(match look {
            Look::Light => Theme::Dark,
            Look::Dark => Theme::Light,
        })),
        "?" => dispatch.dispatch(Action::ToggleShortcuts),
        _ => return false,
    }
    true
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            && element.get_attribute("type").as_deref() != Some("checkbox")
            && element.get_attribute("type").as_deref() != Some("radio")
    })
}

fn focus(id: &str) {
    let element = window().and_then(|page| page.document()?.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Fails for nothing that is on the page.
        let _ = element.focus();
    }
}
