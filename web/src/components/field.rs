//! A text field that keeps what is typed to itself until it is entered, and as long as it is
//! refused and nothing else is asked. It knows no engine.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{
    AttrValue, Callback, Classes, Html, Properties, component, html, use_effect_with, use_state_eq,
};

use super::text_field::TextField;
use crate::hooks::use_sent;

/// What a field needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Its id, the only one of that name in the document.
    pub id: AttrValue,
    /// Its name for a screen reader, and beside it unless `is_bare`.
    pub label: AttrValue,
    /// What stands.
    pub value: AttrValue,
    /// Takes what was entered, or says why not.
    pub enter: Callback<String, Result<(), String>>,
    /// Why what was entered last was refused after all.
    #[prop_or_default]
    pub refusal: Option<AttrValue>,
    /// The refusal is obsolete: something else is typed, or nothing.
    #[prop_or_default]
    pub edited: Callback<()>,
    /// The value waits its turn.
    #[prop_or_default]
    pub is_waiting: bool,
    /// Digits are expected.
    #[prop_or_default]
    pub is_number: bool,
    /// Only a screen reader is told the name.
    #[prop_or_default]
    pub is_bare: bool,
    /// Nothing can be entered now.
    #[prop_or_default]
    pub is_disabled: bool,
    /// A word of explanation beside the name.
    #[prop_or_default]
    pub note: AttrValue,
    /// What it looks like.
    #[prop_or_default]
    pub class: Classes,
}

/// What a person typed, as far as it went.
#[derive(Clone, Debug, PartialEq)]
enum Draft {
    None,
    Typing(String),
    Wrong(String, String),
    Entered(String),
}

/// The field.
#[component]
pub fn Field(props: &Props) -> Html {
    let draft = use_state_eq(|| Draft::None);
    let oninput = {
        let (draft, edited) = (draft.clone(), props.edited.clone());
        Callback::from(move |event: InputEvent| {
            draft.set(text_of(&event).map_or(Draft::None, Draft::Typing));
            edited.emit(());
        })
    };
    let onchange = {
        let (draft, enter) = (draft.clone(), props.enter.clone());
        Callback::from(move |event: Event| {
            let Some(text) = text_of(&event) else {
                return;
            };
            draft.set(match enter.emit(text.clone()) {
                Ok(()) => Draft::Entered(text),
                Err(wrong) => Draft::Wrong(text, wrong),
            });
        })
    };
    let onkeydown = {
        let (draft, edited) = (draft.clone(), props.edited.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                draft.set(Draft::None);
                edited.emit(());
            }
        })
    };
    let is_refused = props.refusal.is_some();
    let forgotten = draft.clone();
    let is_open = is_refused || props.is_waiting;
    use_effect_with((props.value.clone(), is_open), move |(_, is_open)| {
        if !is_open && matches!(*forgotten, Draft::Entered(_)) {
            forgotten.set(Draft::None);
        }
    });
    let mistaken = draft.clone();
    let sent = use_sent();
    use_effect_with(sent, move |_| {
        if matches!(*mistaken, Draft::Wrong(..)) {
            mistaken.set(Draft::None);
        }
    });
    let (value, wrong) = match &*draft {
        Draft::Typing(text) => (text.clone().into(), None),
        Draft::Wrong(text, wrong) => (text.clone().into(), Some(wrong.clone().into())),
        Draft::Entered(text) if is_refused => (text.clone().into(), props.refusal.clone()),
        Draft::Entered(_) | Draft::None => (props.value.clone(), props.refusal.clone()),
    };
    html! {
        <TextField
            id={&props.id}
            label={&props.label}
            {value}
            {wrong}
            is_waiting={props.is_waiting}
            is_number={props.is_number}
            is_bare={props.is_bare}
            is_disabled={props.is_disabled}
            note={&props.note}
            class={props.class.clone()}
            {oninput}
            {onchange}
            {onkeydown}
        />
    }
}

/// The text of the field in which something happened.
pub fn text_of(event: &Event) -> Option<String> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    Some(input.value())
}
