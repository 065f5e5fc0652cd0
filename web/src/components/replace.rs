//! A button by which new nodes take the parts of those that are down.

use std::rc::Rc;

use ringlab_sim::protocol::{Command, Subject};
use web_sys::MouseEvent;
use yew::{AttrValue, Callback, Classes, Html, Properties, classes, component, html};

use super::text_field::complaint;
use crate::held::Refusals;
use crate::hooks::use_engine;
use crate::text::faults as text;
use crate::view::faults::Down;

/// What the button needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// Its id, the only one of that name in the document.
    pub id: AttrValue,
    /// Who is down.
    pub down: Rc<Down>,
    /// What was refused.
    pub refusals: Refusals,
    /// What it looks like.
    #[prop_or_default]
    pub class: Classes,
}

/// The button.
#[component]
pub fn Replace(props: &Props) -> Html {
    let engine = use_engine();
    let Down { ids, names } = &*props.down;
    let refusal = props.refusals.why(&Subject::Replacement(ids.clone()));
    let complaint_id = format!("{}-error", props.id);
    let lost = ids.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        engine.send(Command::Replace(lost.clone()));
    });
    html! {
        <>
            <button
                class={classes!("button", props.class.clone())}
                aria-label={text::replace(names)}
                aria-describedby={refusal.is_some().then(|| complaint_id.clone())}
                title={text::replace_note(ids.len())}
                {onclick}
            >
                { text::REPLACE }
                if ids.len() > 1 {
                    { format!(" {}", ids.len()) }
                }
            </button>
            { complaint(complaint_id, refusal.as_ref()) }
        </>
    }
}
