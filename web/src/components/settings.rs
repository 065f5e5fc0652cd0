//! The settings of the cluster, behind a line that says what they are.

use std::sync::Arc;

use ringlab_sim::protocol::{Command, NodeTable, Setting, SettingsInForce, Situation, Subject};
use ringlab_sim::situation::VIRTUAL_NODES_MAX;
use web_sys::MouseEvent;
use yew::{Callback, Html, Properties, component, html};

use super::field::Field;
use super::settings_table::SettingsTable;
use crate::held::{Refusals, Section, Wanted};
use crate::hooks::{use_dispatch, use_engine};
use crate::state::Action;
use crate::text::{settings as text, whole_number};

/// Steps of virtual nodes: the interest is logarithmic.
const VIRTUAL_NODES: [u32; 7] = [1, 3, 10, 50, 150, 256, 512];

/// What the settings need.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// What is wanted.
    pub situation: Section<Arc<Situation>>,
    /// What nodes go by.
    pub settings: Section<SettingsInForce>,
    /// For what is in effect.
    pub nodes: Section<NodeTable>,
    /// Whether they are open.
    pub is_open: bool,
    /// What waits its turn.
    pub wanted: Wanted,
    /// What was refused.
    pub refusals: Refusals,
}

/// The settings.
#[component]
pub fn Settings(props: &Props) -> Html {
    let dispatch = use_dispatch();
    let toggle = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ToggleSettings));
    let (Some(situation), Some(in_force)) = (props.situation.get(), props.settings.get()) else {
        return Html::default();
    };
    let effective = props.nodes.get().map(|table| table.effective);
    html! {
        <section class="settings" aria-label={text::TITLE}>
            <button
                class="settings-toggle"
                aria-expanded={props.is_open.to_string()}
                aria-controls="settings-fields"
                onclick={toggle}
            >
                <strong>{ text::TITLE }</strong>
                <span>{ unbroken(&summary(situation, in_force, effective)) }</span>
                <span class="chevron" aria-hidden="true">{ "›" }</span>
            </button>
            <div id="settings-fields" hidden={!props.is_open}>
                if props.is_open {
                    <div class="settings-fields">
                        <Anew situation={props.situation.clone()} refusals={props.refusals.clone()} />
                        <div class="settings-live" role="group" aria-label={text::LIVE}>
                            { state(in_force, effective) }
                            <SettingsTable
                                situation={props.situation.clone()}
                                settings={props.settings.clone()}
                                {effective}
                                wanted={props.wanted.clone()}
                                refusals={props.refusals.clone()}
                            />
                            <p class="settings-note">{ text::LIVE_NOTE }</p>
                        </div>
                    </div>
                }
            </div>
        </section>
    }
}

/// What is most important of them, and what is unusual.
fn summary(
    situation: &Situation,
    in_force: &SettingsInForce,
    effective: Option<(u32, u32, u32)>,
) -> String {
    let settings = &situation.settings;
    let word = |setting: Setting| match settings.get(setting) {
        value if value == setting.row().default() => None,
        value => Some(setting.row().text(value)),
    };
    let zones = (settings.get(Setting::Spread) == 1).then(|| text::ZONES.to_owned());
    let epoch = (in_force.epoch > 0).then(|| text::epoch(in_force.epoch));
    let taken = text::taken(in_force.taken, in_force.nodes);
    let taken = (in_force.taken < in_force.nodes).then_some(taken);
    let [n, r, w] = [Setting::N, Setting::R, Setting::W].map(|size| settings.get(size));
    let capped = effective.filter(|&(effective, _, _)| u64::from(effective) < n);
    let more = [
        capped.map(text::in_effect),
        zones,
        word(Setting::Strictness),
        word(Setting::Merge),
        epoch,
        taken,
    ];
    let more: Vec<&str> = more.iter().flatten().map(String::as_str).collect();
    text::summary(settings.virtual_nodes, (n, r, w), &more)
}

/// A line of facts that breaks between them only.
fn unbroken(line: &str) -> String {
    let facts = line.split(" · ").map(|fact| fact.replace(' ', "\u{a0}"));
    facts.collect::<Vec<_>>().join(" · ")
}

/// How far what was decided last has come, and what it means for reads.
fn state(in_force: &SettingsInForce, effective: Option<(u32, u32, u32)>) -> Html {
    let SettingsInForce {
        epoch,
        taken,
        nodes,
        layout,
        ..
    } = *in_force;
    html! {
        <p class="settings-state" role="status">
            <span>
                <strong>{ text::epoch(epoch) }</strong>
                { ": " }
                { text::taken(taken, nodes) }
                { " " }
                <progress
                    class="progress"
                    max={nodes.max(1).to_string()}
                    value={taken.to_string()}
                    aria-label={text::SPREAD}
                />
            </span>
            <span>
                <strong>{ text::layout(layout) }</strong>
                if let Some((n, r, w)) = effective {
                    { ": " }
                    { text::overlap(n, r, w) }
                }
            </span>
        </p>
    }
}

#[derive(PartialEq, Properties)]
struct AnewProps {
    situation: Section<Arc<Situation>>,
    refusals: Refusals,
}

/// What only a new ring can have.
#[component]
fn Anew(props: &AnewProps) -> Html {
    let engine = use_engine();
    let Some(situation) = props.situation.get() else {
        return Html::default();
    };
    let opened = Arc::clone(situation);
    let reseed = Callback::from({
        let engine = engine.clone();
        move |text: String| {
            let seed = text.trim().parse().map_err(|_| whole_number(0, u64::MAX))?;
            engine.send(Command::Open(Arc::new(Situation {
                seed,
                ..(*opened).clone()
            })));
            Ok(())
        }
    });
    let choose = Callback::from({
        let engine = engine.clone();
        move |virtual_nodes: u32| engine.send(Command::VirtualNodes(virtual_nodes))
    });
    let enter = {
        let choose = choose.clone();
        Callback::from(move |text: String| {
            let most = u64::from(VIRTUAL_NODES_MAX);
            let asked = text.trim().parse().map_err(|_| whole_number(1, most))?;
            choose.emit(asked);
            Ok(())
        })
    };
    let virtual_nodes = situation.settings.virtual_nodes;
    html! {
        <div class="settings-anew" role="group" aria-label={text::ANEW}>
            <Field
                id="virtual-nodes"
                class="inline short"
                label={text::VIRTUAL_NODES}
                value={virtual_nodes.to_string()}
                {enter}
                refusal={props.refusals.why(&Subject::VirtualNodes)}
                edited={engine.edits(Subject::VirtualNodes)}
                is_number={true}
            />
            <div class="segments" role="group" aria-label={text::VIRTUAL_NODES}>
                for step in VIRTUAL_NODES {
                    <button
                        aria-pressed={(step == virtual_nodes).to_string()}
                        onclick={choose.reform(move |_: MouseEvent| step)}
                    >
                        { step }
                    </button>
                }
            </div>
            <Field
                id="settings-seed"
                class="inline short"
                label={text::SEED}
                note={text::SEED_NOTE}
                value={situation.seed.to_string()}
                enter={reseed}
                is_number={true}
            />
            <p class="settings-note">{ text::ANEW_NOTE }</p>
        </div>
    }
}
