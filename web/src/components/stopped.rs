//! What is shown when nothing works any more: a visible message instead of a page that looks alive.

use web_sys::{Document, Element, window};
use yew::{AttrValue, Callback, Html, Properties, component, html};

use crate::text::frame;

/// What the message needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// What the browser said.
    pub reason: AttrValue,
}

/// The message of a page whose engine died.
#[component]
pub fn Stopped(props: &Props) -> Html {
    let reload = Callback::from(|_| {
        if let Some(page) = window() {
            // Fails for no page that is shown.
            let _ = page.location().reload();
        }
    });
    html! {
        <main class="stopped" role="alert">
            <h1>{ frame::STOPPED_TITLE }</h1>
            <p>{ frame::STOPPED_ADVICE }</p>
            <pre>{ &props.reason }</pre>
            <button class="button primary" onclick={reload}>{ frame::RELOAD }</button>
        </main>
    }
}

/// The message of a page that itself broke: drawn without yew, which may be what broke.
pub fn show_panic(reason: &str) {
    let Some(document) = window().and_then(|page| page.document()) else {
        return;
    };
    let Some(body) = document.body() else {
        return;
    };
    body.set_inner_html("");
    let message = element(&document, "main", "");
    let Some(message) = message else {
        return;
    };
    message.set_class_name("stopped");
    let parts = [
        ("h1", frame::BROKEN_TITLE),
        ("p", frame::STOPPED_ADVICE),
        ("pre", reason),
    ];
    for part in parts
        .iter()
        .filter_map(|(tag, text)| element(&document, tag, text))
    {
        // Fails only when an element would hold itself.
        let _ = message.append_child(&part);
    }
    let _ = body.append_child(&message);
}

fn element(document: &Document, tag: &str, text: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    element.set_text_content(Some(text));
    Some(element)
}
