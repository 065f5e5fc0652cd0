//! The data transfer under way: its step, how far it is, and a way to its end.

use ringlab_sim::protocol::{Command, NodeTable, TransferProgress};
use yew::{Callback, Html, Properties, component, html};

use crate::held::Section;
use crate::hooks::use_engine;
use crate::text::{frame, nodes};
use crate::view::numbers::{ratio, span};
use crate::view::rows::name_of;

/// What the bar needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// How far it is.
    pub transfer: TransferProgress,
    /// Changes that wait for it.
    pub waiting: u32,
    /// For the names of nodes that it waits for.
    pub nodes: Section<NodeTable>,
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
        is_stalled,
        ..
    } = props.transfer;
    let remaining = (!is_stalled).then(|| span(remaining));
    let waits_for = match (&*props.transfer.waits_for, props.nodes.get()) {
        ([first, others @ ..], Some(table)) => Some(nodes::waits_for(
            &name_of(table, *first),
            others.len() as u64,
        )),
        _ => None,
    };
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
                    { nodes::progress(copied.keys, planned.keys, remaining.as_deref()) }
                </span>
                if let Some(waits_for) = waits_for {
                    <span class="transfer-stuck" role="status">{ waits_for }</span>
                }
                if props.waiting > 0 {
                    <span class="transfer-numbers">{ frame::waiting(props.waiting) }</span>
                }
            </div>
            <button class="button small" onclick={settle}>{ frame::SETTLE }</button>
        </div>
    }
}
