//! The data transfer under way: its step, how far it is, and a way to its end.

use ringlab_sim::protocol::{Command, TransferProgress};
use yew::{Callback, Html, Properties, component, html};

use crate::hooks::use_engine;
use crate::text::{frame, nodes};
use crate::view::numbers::{ratio, span};

/// What the bar needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// How far it is.
    pub transfer: TransferProgress,
    /// Changes that wait for it.
    pub waiting: u32,
}

/// The bar.
#[component]
pub fn Transfer(props: &Props) -> Html {
    let engine = use_engine();
    let TransferProgress {
        phase,
        copied,
        planned,
        remaining,
        ..
    } = props.transfer;
    let settle = Callback::from(move |_| engine.send(Command::Settle));
    let part = ratio(copied.keys, planned.keys).min(1.0);
    html! {
        <div class="transfer">
            <div class="transfer-words">
                <span class="transfer-phase">{ nodes::phase(phase) }</span>
                <progress
                    class="progress"
                    max="1"
                    value={format!("{part:.4}")}
                    aria-label={nodes::phase(phase)}
                />
                <span class="transfer-numbers">
                    { nodes::progress(copied.keys, planned.keys, &span(remaining)) }
                </span>
                if props.waiting > 0 {
                    <span class="transfer-numbers">{ frame::waiting(props.waiting) }</span>
                }
            </div>
            <button class="button small" onclick={settle}>{ frame::SETTLE }</button>
        </div>
    }
}
