//! A text field that keeps what is typed to itself until it is entered, and says what is wrong
//! with it in its own place. It knows no engine.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{AttrValue, Callback, Classes, Html, Properties, classes, component, html, use_state};

/// What a field needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Its name for a screen reader, and beside it unless `bare`.
    pub label: AttrValue,
    /// What stands.
    pub value: AttrValue,
    /// Takes what was entered, or says why not.
    pub enter: Callback<String, Result<(), String>>,
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

/// The field.
#[component]
pub fn Field(props: &Props) -> Html {
    let draft = use_state(|| None::<String>);
    let error = use_state(|| None::<String>);
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target().and_then(|input| input.dyn_into().ok());
            draft.set(input.map(|input: HtmlInputElement| input.value()));
        })
    };
    let onchange = {
        let (draft, error, enter) = (draft.clone(), error.clone(), props.enter.clone());
        Callback::from(move |event: Event| {
            let input = event.target().and_then(|input| input.dyn_into().ok());
            let Some(text) = input.map(|input: HtmlInputElement| input.value()) else {
                return;
            };
            let wrong = enter.emit(text).err();
            if wrong.is_none() {
                draft.set(None);
            }
            error.set(wrong);
        })
    };
    let onkeydown = {
        let (draft, error) = (draft.clone(), error.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                draft.set(None);
                error.set(None);
            }
        })
    };
    let value = (*draft)
        .clone()
        .map_or_else(|| props.value.clone(), AttrValue::from);
    let is_wrong = error.is_some();
    // Beside the label, not in it: it would become part of the field's name.
    let error_id = format!("error-{}", props.label.replace(char::is_whitespace, "-"));
    html! {
        <div class="field-box">
            <label class={classes!("field", props.class.clone())}>
                <span class={if props.is_bare { "hidden" } else { "field-label" }}>
                    { &props.label }
                    if !props.note.is_empty() {
                        <span class="field-note">{ &props.note }</span>
                    }
                </span>
                <input
                    type="text"
                    class="input"
                    inputmode={if props.is_number { "decimal" } else { "text" }}
                    autocomplete="off"
                    spellcheck="false"
                    disabled={props.is_disabled}
                    aria-invalid={is_wrong.then_some("true")}
                    aria-describedby={is_wrong.then(|| error_id.clone())}
                    {value}
                    {oninput}
                    {onchange}
                    {onkeydown}
                />
            </label>
            if let Some(error) = &*error {
                <span class="field-error" id={error_id} role="alert">{ error }</span>
            }
        </div>
    }
}
