//! A text field with its name, and what is wrong with it in its own place. It keeps nothing.

use web_sys::{
    Element, Event, HtmlInputElement, InputEvent, KeyboardEvent, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};
use yew::{
    AttrValue, Callback, Classes, Html, NodeRef, Properties, classes, component, html,
    use_effect_with, use_node_ref,
};

use crate::text::nodes;

/// What a text field needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Its id, the only one of that name in the document.
    pub id: AttrValue,
    /// Its name for a screen reader, and beside it unless `is_bare`.
    pub label: AttrValue,
    /// What stands; left out, the field keeps what is typed.
    #[prop_or_default]
    pub value: Option<AttrValue>,
    /// What happens when nothing is typed.
    #[prop_or_default]
    pub hint: AttrValue,
    /// What is wrong with it.
    #[prop_or_default]
    pub wrong: Option<AttrValue>,
    /// Digits are expected.
    #[prop_or_default]
    pub is_number: bool,
    /// Only a screen reader is told the name.
    #[prop_or_default]
    pub is_bare: bool,
    /// Nothing can be entered now.
    #[prop_or_default]
    pub is_disabled: bool,
    /// What stands waits its turn.
    #[prop_or_default]
    pub is_waiting: bool,
    /// A word of explanation beside the name.
    #[prop_or_default]
    pub note: AttrValue,
    /// What it looks like.
    #[prop_or_default]
    pub class: Classes,
    /// For what was typed.
    #[prop_or_default]
    pub input: NodeRef,
    /// Something is typed.
    #[prop_or_default]
    pub oninput: Callback<InputEvent>,
    /// What was typed is entered.
    #[prop_or_default]
    pub onchange: Callback<Event>,
    /// A key is pressed.
    #[prop_or_default]
    pub onkeydown: Callback<KeyboardEvent>,
}

/// The text field.
#[component]
pub fn TextField(props: &Props) -> Html {
    let complaint_id = format!("{}-error", props.id);
    // The complaint stands beside the label, not in it: it would become part of the field's name.
    html! {
        <div class={classes!("field-box", props.class.clone())}>
            <label class="field">
                <span class={if props.is_bare { "hidden" } else { "field-label" }}>
                    { &props.label }
                    if !props.note.is_empty() {
                        <span class="field-note">{ &props.note }</span>
                    }
                </span>
                <input
                    ref={props.input.clone()}
                    id={&props.id}
                    type="text"
                    class="input"
                    inputmode={if props.is_number { "decimal" } else { "text" }}
                    placeholder={&props.hint}
                    autocomplete="off"
                    spellcheck="false"
                    disabled={props.is_disabled}
                    aria-invalid={props.wrong.is_some().then_some("true")}
                    aria-describedby={props.wrong.is_some().then(|| complaint_id.clone())}
                    value={props.value.clone()}
                    oninput={&props.oninput}
                    onchange={&props.onchange}
                    onkeydown={&props.onkeydown}
                />
            </label>
            if props.is_waiting {
                <span class="field-waiting" title={nodes::WAITS}>
                    <span aria-hidden="true">{ "◔" }</span>
                    <span class="hidden">{ nodes::WAITS }</span>
                </span>
            }
            { complaint(complaint_id, props.wrong.as_ref()) }
        </div>
    }
}

/// What is wrong, in its own place; an element that it is about names the id.
pub fn complaint(id: impl Into<AttrValue>, wrong: Option<&AttrValue>) -> Html {
    wrong.map_or_else(Html::default, move |wrong| {
        html! { <Complaint id={id.into()} {wrong} /> }
    })
}

#[derive(PartialEq, Properties)]
struct ComplaintProps {
    id: AttrValue,
    wrong: AttrValue,
}

/// It comes into sight by itself: what is wrong may stand in the last row of a long table.
#[component]
fn Complaint(props: &ComplaintProps) -> Html {
    let place = use_node_ref();
    use_effect_with((props.wrong.clone(), place.clone()), |(_, place)| {
        if let Some(place) = place.cast::<Element>() {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            options.set_inline(ScrollLogicalPosition::Nearest);
            place.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    html! {
        <span ref={place} class="field-error" id={&props.id} role="alert">
            <span class="field-error-text">{ &props.wrong }</span>
        </span>
    }
}

/// What was typed into a field.
pub fn typed(field: &NodeRef) -> String {
    field
        .cast::<HtmlInputElement>()
        .map(|input| input.value())
        .unwrap_or_default()
}
