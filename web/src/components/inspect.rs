//! What stands at a place of the ring: the exact range, its owners, its load and hottest keys. The
//! way there by keyboard, too: a key, a token, the range before and after.

use std::rc::Rc;

use ringlab::hash::{Token, token as token_of};
use ringlab::keyspace::Load;
use ringlab::ring::{NodeId, TokenRange};
use ringlab_sim::protocol::{Inspection, KeyLoad, NodeTable};
use web_sys::{InputEvent, MouseEvent, SubmitEvent};
use yew::{AttrValue, Callback, Html, Properties, component, html, use_node_ref, use_state_eq};

use super::swatch::Swatch;
use super::text_field::{TextField, typed};
use crate::held::Section;
use crate::hooks::use_dispatch;
use crate::palette::Look;
use crate::state::{Action, Focus};
use crate::text::ring as text;
use crate::view::numbers::{bytes, percent, percent_of, ratio, short_count, token, typed_token};
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
    let sought = use_state_eq(|| None::<String>);
    let seek = {
        let sought = sought.clone();
        Callback::from(move |key| sought.set(key))
    };
    html! {
        <section class="panel inspect" aria-labelledby="inspect-title">
            <header class="panel-header">
                <h2 id="inspect-title">{ text::INSPECT }</h2>
                <Find {seek} />
            </header>
            { facts(props, sought.as_deref()) }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FindProps {
    /// Takes the key that is looked for; `None` for a token.
    seek: Callback<Option<String>>,
}

#[component]
fn Find(props: &FindProps) -> Html {
    let dispatch = use_dispatch();
    let field = use_node_ref();
    let wrong = use_state_eq(|| false);
    let onsubmit = {
        let (field, wrong, seek) = (field.clone(), wrong.clone(), props.seek.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = typed(&field);
            if typed.is_empty() {
                return;
            }
            let (token, key) = match typed_token(&typed) {
                None => (Ok(token_of(typed.as_bytes())), Some(typed)),
                Some(token) => (token, None),
            };
            wrong.set(token.is_err());
            if let Ok(token) = token {
                seek.emit(key);
                dispatch.dispatch(Action::Focus(Focus::Token(token)));
            }
        })
    };
    let oninput = {
        let wrong = wrong.clone();
        Callback::from(move |_: InputEvent| wrong.set(false))
    };
    html! {
        <form class="find" {onsubmit}>
            <TextField
                id="find"
                class="grow"
                label={text::FIND}
                hint={text::FIND_HINT}
                wrong={wrong.then_some(AttrValue::Static(text::NOT_A_TOKEN))}
                is_bare={true}
                input={field}
                {oninput}
            />
            <button class="button" type="submit">{ text::FIND_BUTTON }</button>
        </form>
    }
}

fn facts(props: &Props, sought: Option<&str>) -> Html {
    let nothing = || html! { <p class="empty">{ text::NOTHING }</p> };
    let (Some(inspection), Some(table)) = (props.inspection.get(), props.nodes.get()) else {
        return nothing();
    };
    let owners = |owners: &[NodeId]| owner_list(owners, table, props.look);
    let hottest_keys = |hottest: &[KeyLoad]| hottest_keys(hottest, table.total.requests);
    match inspection {
        Inspection::Nothing => nothing(),
        Inspection::Range {
            token: at,
            has_key,
            range,
            share,
            owners: list,
            load,
            hottest,
        } => {
            let sought = sought.filter(|key| token_of(key.as_bytes()) == *at);
            let found = sought.map(|key| text::found(key, &token(*at), *has_key).into());
            let found = found.map(|found| (text::FOUND, found));
            fact_list(found.into_iter().chain([
                (text::RANGE, range_line(*range, *share)),
                (text::OWNERS, owners(list)),
                (text::LOAD, load_line(*load)),
                (text::HOTTEST, hottest_keys(hottest)),
            ]))
        }
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

fn fact_list(facts: impl IntoIterator<Item = (&'static str, Html)>) -> Html {
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
