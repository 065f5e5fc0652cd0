//! The list of shortcuts.

use web_sys::HtmlDialogElement;
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref};

use crate::hooks::use_dispatch;
use crate::state::Action;
use crate::text::frame;

/// What the list needs.
#[derive(Clone, Debug, PartialEq, Eq, Properties)]
pub struct Props {
    /// Whether it is shown.
    pub is_open: bool,
}

/// The list, in the browser's own dialog: it keeps the focus inside and gives it back.
#[component]
pub fn Shortcuts(props: &Props) -> Html {
    let dialog = use_node_ref();
    let dispatch = use_dispatch();
    let shown = dialog.clone();
    use_effect_with(props.is_open, move |&is_open| {
        if let Some(dialog) = shown.cast::<HtmlDialogElement>() {
            match is_open {
                // Fails only for a dialog that is open already.
                true => drop(dialog.show_modal()),
                false => dialog.close(),
            }
        }
    });
    let close = Callback::from(move |_| dispatch.dispatch(Action::ToggleShortcuts));
    let oncancel = {
        let close = close.clone();
        Callback::from(move |event: yew::Event| {
            event.prevent_default();
            close.emit(());
        })
    };
    html! {
        <dialog ref={dialog} class="dialog" aria-labelledby="shortcuts-title" {oncancel}>
            <header class="dialog-header">
                <h2 id="shortcuts-title">{ frame::SHORTCUTS }</h2>
                <button class="button quiet" onclick={move |_| close.emit(())}>
                    { frame::CLOSE }
                </button>
            </header>
            <dl class="shortcut-list">
                for (keys, meaning) in frame::SHORTCUT_LIST {
                    <div>
                        <dt>
                            for key in keys.split(' ') {
                                <kbd>{ key }</kbd>
                            }
                        </dt>
                        <dd>{ meaning }</dd>
                    </div>
                }
            </dl>
        </dialog>
    }
}
