//! The settings of the cluster, behind a line that says what they are.

use std::sync::Arc;

use ringlab::ring::REPLICAS_MAX;
use ringlab_sim::protocol::{Command, NodeTable, Settings as Values, Situation, Subject};
use ringlab_sim::situation::VIRTUAL_NODES_MAX;
use web_sys::MouseEvent;
use yew::{Callback, Event, Html, Properties, component, html};

use super::field::Field;
use crate::held::{Refusals, Section};
use crate::hooks::{use_dispatch, use_engine};
use crate::state::Action;
use crate::text::{settings as text, whole_number};

/// Steps of virtual nodes: the interest is logarithmic.
const VIRTUAL_NODES: [u32; 7] = [1, 3, 10, 50, 150, 256, 512];

/// What the settings need.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The situation in force.
    pub situation: Section<Arc<Situation>>,
    /// For what is in effect.
    pub nodes: Section<NodeTable>,
    /// Whether they are open.
    pub is_open: bool,
    /// What was refused.
    pub refusals: Refusals,
}

/// The settings.
#[component]
pub fn Settings(props: &Props) -> Html {
    let dispatch = use_dispatch();
    let toggle = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ToggleSettings));
    let Some(situation) = props.situation.get() else {
        return Html::default();
    };
    let Values {
        virtual_nodes,
        n,
        r,
        w,
        zone_aware,
    } = situation.settings;
    html! {
        <section class="settings" aria-label={text::TITLE}>
            <button
                class="settings-toggle"
                aria-expanded={props.is_open.to_string()}
                aria-controls="settings-fields"
                onclick={toggle}
            >
                <strong>{ text::TITLE }</strong>
                <span>{ unbroken(&text::summary(virtual_nodes, n, r, w, zone_aware)) }</span>
                <span class="chevron" aria-hidden="true">{ "›" }</span>
            </button>
            <div id="settings-fields" hidden={!props.is_open}>
                if props.is_open {
                    <Fields ..props.clone() />
                }
            </div>
        </section>
    }
}

/// A line of facts that breaks between them only.
fn unbroken(line: &str) -> String {
    let facts = line.split(" · ").map(|fact| fact.replace(' ', "\u{a0}"));
    facts.collect::<Vec<_>>().join(" · ")
}

#[component]
fn Fields(props: &Props) -> Html {
    let engine = use_engine();
    let Some(situation) = props.situation.get() else {
        return Html::default();
    };
    let values = situation.settings;
    let configure = Callback::from({
        let engine = engine.clone();
        move |values: Values| engine.send(Command::Configure(values))
    });
    let opened = Arc::clone(situation);
    let reseed = Callback::from(move |text: String| {
        let seed = text.trim().parse().map_err(|_| whole_number(0, u64::MAX))?;
        engine.send(Command::Open(Arc::new(Situation {
            seed,
            ..(*opened).clone()
        })));
        Ok(())
    });
    let effective = props.nodes.get().map(|table| table.effective);
    html! {
        <div class="settings-fields">
            <VirtualNodes {values} configure={configure.clone()} refusals={props.refusals.clone()} />
            <Quorum {values} {effective} configure={configure.clone()} refusals={props.refusals.clone()} />
            { zone_aware(values, &configure) }
            <Field
                id="settings-seed"
                class="inline short"
                label={text::SEED}
                note={text::SEED_NOTE}
                value={situation.seed.to_string()}
                enter={reseed}
                is_number={true}
            />
            <p class="settings-note">{ text::REBUILD }</p>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct PartProps {
    values: Values,
    #[prop_or_default]
    effective: Option<(u32, u32, u32)>,
    configure: Callback<Values>,
    refusals: Refusals,
}

#[component]
fn VirtualNodes(props: &PartProps) -> Html {
    let engine = use_engine();
    let values = props.values;
    let enter = number(&props.configure, VIRTUAL_NODES_MAX, move |virtual_nodes| {
        Values {
            virtual_nodes,
            ..values
        }
    });
    html! {
        <div class="field">
            <Field
                id="virtual-nodes"
                class="inline short"
                label={text::VIRTUAL_NODES}
                value={values.virtual_nodes.to_string()}
                {enter}
                refusal={props.refusals.why(&Subject::VirtualNodes)}
                edited={engine.edits(Subject::VirtualNodes)}
                is_number={true}
            />
            <div class="segments" role="group" aria-label={text::VIRTUAL_NODES}>
                for step in VIRTUAL_NODES {
                    <button
                        aria-pressed={(step == values.virtual_nodes).to_string()}
                        onclick={props.configure.reform(move |_: MouseEvent| {
                            Values { virtual_nodes: step, ..values }
                        })}
                    >
                        { step }
                    </button>
                }
            </div>
        </div>
    }
}

#[component]
fn Quorum(props: &PartProps) -> Html {
    let engine = use_engine();
    let values = props.values;
    let (n, r, w) = props.effective.unwrap_or((values.n, values.r, values.w));
    let field = |(subject, label, note),
                 most: u32,
                 stored: u32,
                 in_effect: u32,
                 set: fn(Values, u32) -> Values| {
        html! {
            <div class="quorum-field">
                <Field
                    id={format!("settings-{label}")}
                    class="inline short"
                    {label}
                    {note}
                    value={stored.to_string()}
                    enter={number(&props.configure, most, move |asked| set(values, asked))}
                    refusal={props.refusals.why(&subject)}
                    edited={engine.edits(subject)}
                    is_number={true}
                />
                if stored != in_effect {
                    <span class="field-note">{ text::effective(in_effect) }</span>
                }
            </div>
        }
    };
    let (of_n, of_r, of_w) = (
        (Subject::N, text::N, text::N_NOTE),
        (Subject::R, text::R, text::R_NOTE),
        (Subject::W, text::W, text::W_NOTE),
    );
    html! {
        <div class="quorum">
            <div class="quorum-fields">
                { field(of_n, REPLICAS_MAX as u32, values.n, n, |values, n| Values { n, ..values }) }
                { field(of_r, values.n, values.r, r, |values, r| Values { r, ..values }) }
                { field(of_w, values.n, values.w, w, |values, w| Values { w, ..values }) }
            </div>
            <span class="field-note">{ text::overlap(n, r, w) }</span>
        </div>
    }
}

fn zone_aware(values: Values, configure: &Callback<Values>) -> Html {
    let onchange = configure.reform(move |_: Event| Values {
        zone_aware: !values.zone_aware,
        ..values
    });
    html! {
        <label class="switch">
            <input type="checkbox" role="switch" checked={values.zone_aware} {onchange} />
            <span>{ text::ZONE_AWARE }</span>
        </label>
    }
}

/// Reads a number and makes settings of it; the engine judges whether they are possible.
fn number(
    configure: &Callback<Values>,
    most: u32,
    settings: impl Fn(u32) -> Values + 'static,
) -> Callback<String, Result<(), String>> {
    let configure = configure.clone();
    Callback::from(move |text: String| {
        let asked = text
            .trim()
            .parse()
            .map_err(|_| whole_number(1, most.into()))?;
        configure.emit(settings(asked));
        Ok(())
    })
}
