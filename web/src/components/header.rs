//! Name, clock, pace, undo and redo, link, theme.

use std::sync::Arc;

use gloo::timers::callback::Timeout;
use ringlab::time::Instant;
use ringlab_sim::protocol::{Command, Deed, NodeTable, Situation, TransferProgress};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::window;
use yew::{AttrValue, Callback, Html, Properties, component, html, use_state_eq};

use super::transfer::Transfer;
use crate::held::Section;
use crate::hooks::{address_of, use_dispatch, use_engine};
use crate::pace::Pace;
use crate::state::{Action, Theme};
use crate::text::frame;
use crate::view::numbers::clock;
use crate::view::verdict::deed;

/// What the header needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// What the link tells, the seed among it.
    pub situation: Section<Arc<Situation>>,
    /// Simulated time.
    pub now: Instant,
    /// Chosen pace.
    pub pace: Pace,
    /// Chosen theme.
    pub theme: Theme,
    /// What undo would take back.
    pub undo: Option<Deed>,
    /// What redo would do again.
    pub redo: Option<Deed>,
    /// The transfer under way.
    pub transfer: Option<TransferProgress>,
    /// Changes that wait.
    pub waiting: u32,
    /// For their names.
    pub nodes: Section<NodeTable>,
}

/// The header.
#[component]
pub fn Header(props: &Props) -> Html {
    let now = clock(props.now.since(Instant::ZERO));
    html! {
        <header class="header">
            <h1 class="brand">{ frame::NAME }</h1>
            if let Some(situation) = props.situation.get() {
                <span class="seed">{ frame::seed(situation.seed) }</span>
            }
            <span class="clock" title={frame::CLOCK}>
                <span class="hidden">{ frame::CLOCK }</span>
                { now }
            </span>
            <PaceControl pace={props.pace} />
            <div class="header-space">
                if let Some(transfer) = props.transfer.clone() {
                    <Transfer {transfer} waiting={props.waiting} nodes={props.nodes.clone()} />
                }
            </div>
            <UndoButtons undo={props.undo.clone()} redo={props.redo.clone()} />
            <CopyLink situation={props.situation.clone()} />
            <ThemeControl theme={props.theme} />
            <ShortcutsButton />
        </header>
    }
}

#[derive(PartialEq, Properties)]
struct PaceProps {
    pace: Pace,
}

#[component]
fn PaceControl(props: &PaceProps) -> Html {
    let dispatch = use_dispatch();
    html! {
        <div class="segments" role="group" aria-label={frame::PACE}>
            for pace in Pace::ALL {
                <button
                    aria-pressed={(pace == props.pace).to_string()}
                    onclick={choose(&dispatch, Action::Pace(pace))}
                >
                    { frame::pace(pace) }
                </button>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct UndoProps {
    undo: Option<Deed>,
    redo: Option<Deed>,
}

#[component]
fn UndoButtons(props: &UndoProps) -> Html {
    let engine = use_engine();
    let send = |command: Command| {
        let engine = engine.clone();
        Callback::from(move |_| engine.send(command.clone()))
    };
    let title = |deed_of: Option<&Deed>, word: fn(&str) -> String, plain: &str| {
        AttrValue::from(deed_of.map_or_else(|| plain.to_owned(), |done| word(&deed(done))))
    };
    html! {
        <div class="header-group">
            <button
                class="button"
                disabled={props.undo.is_none()}
                title={title(props.undo.as_ref(), frame::undo_of, frame::UNDO)}
                onclick={send(Command::Undo)}
            >
                { frame::UNDO }
            </button>
            <button
                class="button"
                disabled={props.redo.is_none()}
                title={title(props.redo.as_ref(), frame::redo_of, frame::REDO)}
                onclick={send(Command::Redo)}
            >
                { frame::REDO }
            </button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct CopyLinkProps {
    situation: Section<Arc<Situation>>,
}

#[component]
fn CopyLink(props: &CopyLinkProps) -> Html {
    let copied = use_state_eq(|| None::<bool>);
    let onclick = {
        let (copied, situation) = (copied.clone(), props.situation.clone());
        Callback::from(move |_| {
            let copied = copied.clone();
            let Some(page) = window() else {
                return;
            };
            // What stands in the address bar may be a moment old.
            let Some(address) = situation.get().and_then(|situation| address_of(situation)) else {
                return copied.set(Some(false));
            };
            let written = page.navigator().clipboard().write_text(&address);
            spawn_local(async move {
                copied.set(Some(JsFuture::from(written).await.is_ok()));
                Timeout::new(COPIED_SHOWN_MS, move || copied.set(None)).forget();
            });
        })
    };
    let label = match *copied {
        None => frame::COPY_LINK,
        Some(true) => frame::LINK_COPIED,
        Some(false) => frame::LINK_NOT_COPIED,
    };
    html! { <button class="button copy-link" {onclick} aria-live="polite">{ label }</button> }
}

/// How long the button says what became of the link.
const COPIED_SHOWN_MS: u32 = 2_000;

#[derive(PartialEq, Properties)]
struct ThemeProps {
    theme: Theme,
}

#[component]
fn ThemeControl(props: &ThemeProps) -> Html {
    let dispatch = use_dispatch();
    html! {
        <div class="segments" role="group" aria-label={frame::THEME}>
            for theme in [Theme::System, Theme::Light, Theme::Dark] {
                <button
                    aria-pressed={(theme == props.theme).to_string()}
                    onclick={choose(&dispatch, Action::Theme(theme))}
                >
                    { frame::theme(theme) }
                </button>
            }
        </div>
    }
}

#[component]
fn ShortcutsButton() -> Html {
    let dispatch = use_dispatch();
    html! {
        <button
            class="button square"
            aria-label={frame::SHORTCUTS}
            title={frame::SHORTCUTS}
            onclick={choose(&dispatch, Action::ToggleShortcuts)}
        >
            { "?" }
        </button>
    }
}

fn choose<E: 'static>(dispatch: &crate::hooks::Dispatch, action: Action) -> Callback<E> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.dispatch(action))
}
