//! What stands at a place of the ring: the exact range, its owners, its load and hottest keys. The
//! way there by keyboard, too: a key, a token, the range before and after.

use std::rc::Rc;

use ringlab::hash::{Token, token as token_of};
use ringlab::keyspace::Load;
use ringlab::ring::{NodeId, TokenRange};
use ringlab_sim::protocol::{Inspection, KeyLoad, NodeTable};
use web_sys::{HtmlInputElement, MouseEvent, SubmitEvent};
use yew::{Callback, Html, Properties, component, html, use_node_ref};

use super::swatch::Swatch;
use crate::held::Section;
use crate::hooks::use_dispatch;
use crate::palette::Look;
use crate::state::{Action, Focus};
use crate::text::ring as text;
use crate::view::numbers::{bytes, percent, percent_of, ratio, short_count, token};
use crate::view::rows::{name_of, row_of};

/// Tokens written out; a person who wants more has the drawing.
const TOKENS_WRITTEN: usize = 12;

/// What the panel needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// What stands there.
    pub inspection: Section<Inspection>,
    /// For the nodes' names.
    pub nodes: Section<NodeTable>,
    /// On which ground.
    pub look: Look,
}

/// The panel.
#[component]
pub fn Inspect(props: &Props) -> Html {
    html! {
        <section class="panel inspect" aria-labelledby="inspect-title">
            <header class="panel-header">
                <h2 id="inspect-title">{ text::INSPECT }</h2>
                <Find />
            </header>
            { facts(props) }
        </section>
    }
}

#[component]
fn Find() -> Html {
    let dispatch = use_dispatch();
    let field = use_node_ref();
    let onsubmit = {
        let field = field.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = field.cast::<HtmlInputElement>().map(|input| input.value());
            if let Some(typed) = typed.filter(|typed| !typed.is_empty()) {
                dispatch.dispatch(Action::Focus(Focus::Token(place_of(&typed))));
            }
        })
    };
    html! {
        <form class="find" {onsubmit}>
            <input
                ref={field}
                class="input"
                type="text"
                autocomplete="off"
                spellcheck="false"
                aria-label={text::FIND}
                placeholder={text::FIND_HINT}
            />
            <button class="button" type="submit">{ text::FIND_BUTTON }</button>
        </form>
    }
}

/// A token that is written as one, else the token of a key.
fn place_of(typed: &str) -> Token {
    let digits = typed
        .strip_prefix("0x")
        .and_then(|digits| u64::from_str_radix(digits, 16).ok());
    digits.map_or_else(|| token_of(typed.as_bytes()), Token)
}

fn facts(props: &Props) -> Html {
    let nothing = || html! { <p class="empty">{ text::NOTHING }</p> };
    let (Some(inspection), Some(table)) = (props.inspection.get(), props.nodes.get()) else {
        return nothing();
    };
    let owners = |owners: &[NodeId]| owner_list(owners, table, props.look);
    let hottest_keys = |hottest: &[KeyLoad]| hottest_keys(hottest, table.total.requests);
    match inspection {
        Inspection::Nothing => nothing(),
        Inspection::Range {
            range,
            share,
            owners: list,
            load,
            hottest,
            ..
        } => fact_list([
            (text::RANGE, range_line(*range, *share)),
            (text::OWNERS, owners(list)),
            (text::LOAD, load_line(*load)),
            (text::HOTTEST, hottest_keys(hottest)),
        ]),
        Inspection::Node {
            node,
            tokens,
            tokens_left_out,
            hottest,
        } => {
            let load = row_of(table, *node).map_or_else(Load::default, |row| row.primary);
            fact_list([
                (text::NODE, owners(&[*node])),
                (text::LOAD, load_line(load)),
                (text::HOTTEST, hottest_keys(hottest)),
                (text::TOKENS, token_list(tokens, *tokens_left_out)),
            ])
        }
    }
}

fn fact_list(facts: [(&'static str, Html); 4]) -> Html {
    html! {
        <dl class="facts">
            for (name, fact) in facts {
                <dt>{ name }</dt>
                <dd>{ fact }</dd>
            }
        </dl>
    }
}

fn range_line(range: TokenRange, share: f64) -> Html {
    let after = Token(range.to.0.wrapping_add(1));
    html! {
        <div class="range-line">
            <Neighbour place={range.after} label={text::BEFORE} glyph="‹" />
            <code>{ text::range(&token(range.after), &token(range.to)) }</code>
            <Neighbour place={after} label={text::AFTER} glyph="›" />
            <span class="range-share">{ percent(share) }</span>
        </div>
    }
}

fn load_line(load: Load) -> Html {
    text::load(load.keys, &short_count(load.requests), &bytes(load.bytes)).into()
}

fn token_list(tokens: &[Token], tokens_left_out: u32) -> Html {
    let all = tokens.len() as u64 + u64::from(tokens_left_out);
    let left_out = all.saturating_sub(TOKENS_WRITTEN as u64);
    let written = tokens.iter().take(TOKENS_WRITTEN).map(|&one| token(one));
    html! {
        <details class="tokens">
            <summary>{ text::tokens(all) }</summary>
            <code>{ written.collect::<Vec<_>>().join("  ") }</code>
            if left_out > 0 {
                <p class="empty">{ text::tokens_left_out(left_out) }</p>
            }
        </details>
    }
}

#[derive(PartialEq, Properties)]
struct NeighbourProps {
    place: Token,
    label: &'static str,
    glyph: &'static str,
}

#[component]
fn Neighbour(props: &NeighbourProps) -> Html {
    let dispatch = use_dispatch();
    let place = props.place;
    let onclick =
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Focus(Focus::Token(place))));
    html! {
        <button class="button quiet square small" aria-label={props.label} title={props.label} {onclick}>
            { props.glyph }
        </button>
    }
}

fn owner_list(owners: &[NodeId], table: &NodeTable, look: Look) -> Html {
    html! {
        <span class="owners">
            for &owner in owners {
                <span class="owner">
                    <Swatch node={owner} name={Rc::<str>::from(name_of(table, owner))} {look} />
                    { name_of(table, owner) }
                </span>
            }
        </span>
    }
}

fn hottest_keys(hottest: &[KeyLoad], total: u64) -> Html {
    if hottest.is_empty() {
        return text::NO_KEYS.into();
    }
    let most = hottest.first().map_or(0, |key| key.requests);
    html! {
        <ol class="hottest" aria-label={text::HOTTEST}>
            for key in hottest {
                <li
                    style={format!("--now: {:.4}", ratio(key.requests, most))}
                    title={text::requests(key.requests)}
                >
                    <span class="hottest-key">{ String::from_utf8_lossy(&key.key).into_owned() }</span>
                    <span class="hottest-part">{ percent_of(key.requests, total) }</span>
                </li>
            }
        </ol>
    }
}
