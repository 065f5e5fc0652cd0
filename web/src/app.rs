//! The page: it holds what the engine said and what the person looks at, and hands both down.

use ringlab_sim::protocol::{Command, Subject, WAITING_MAX};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, MouseEvent, window};
use yew::{
    Callback, ContextProvider, Html, component, html, use_effect_with, use_memo, use_reducer,
};

use crate::components::faults::Faults;
use crate::components::header::Header;
use crate::components::inspect::Inspect;
use crate::components::keys::Keys;
use crate::components::nodes::{Nodes, TABLE_ID};
use crate::components::request::Request;
use crate::components::ring::{Ring, inspect_of};
use crate::components::settings::Settings;
use crate::components::shortcuts::Shortcuts;
use crate::components::stopped::Stopped;
use crate::components::verdict::Verdict;
use crate::engine::Engine;
use crate::held::{Held, News, Sent};
use crate::hooks::{Dispatch, use_address, use_dropped_file, use_look, use_shortcuts};
use crate::state::{Action, Focus, KeyChoice, View};
use crate::text::{frame, keys};
use crate::view::rows::row_of;

/// The page.
#[component]
pub fn App() -> Html {
    let held = use_reducer(Held::default);
    let view = use_reducer(View::default);
    let news = held.dispatcher();
    let engine = use_memo((), move |()| {
        let tell = news.clone();
        let engine = Engine::start(Callback::from(move |told| tell.dispatch(told)));
        engine
            .map_err(|error| news.dispatch(News::Stopped(format!("{error:?}"))))
            .ok()
    });
    let engine = engine.as_ref().as_ref();
    use_look(&view);
    use_shortcuts(engine, &view);
    let notice = use_address(engine, &held.situation);
    let dispatch: Dispatch = view.dispatcher();
    let is_above = use_dropped_file({
        let (engine, dispatch) = (engine.cloned(), dispatch.clone());
        Callback::from(move |file| {
            dispatch.dispatch(Action::KeyChoice(KeyChoice::Own));
            if let Some(engine) = &engine {
                engine.load_file(&file);
            }
        })
    });
    use_effect_with((engine.cloned(), view.pace), |(engine, pace)| {
        if let Some(engine) = engine {
            engine.set_pace(*pace);
        }
    });
    use_effect_with(
        (engine.cloned(), view.focus, held.world),
        |(engine, focus, world)| {
            if let Some(engine) = engine.as_ref().filter(|_| *world > 0) {
                engine.send(Command::Inspect(inspect_of(*focus)));
            }
        },
    );
    use_effect_with(
        (held.nodes.clone(), view.selected(), dispatch.clone()),
        |(nodes, selected, dispatch)| {
            let is_gone = |node| {
                nodes
                    .get()
                    .is_some_and(|table| row_of(table, node).is_none())
            };
            if selected.is_some_and(is_gone) {
                dispatch.dispatch(Action::Focus(Focus::Ring));
            }
        },
    );
    let (Some(engine), None) = (engine.cloned(), &held.stopped) else {
        let reason = held.stopped.as_deref().unwrap_or_default().to_owned();
        return html! { <Stopped {reason} /> };
    };
    let skip = Callback::from(|event: MouseEvent| {
        // The fragment of the address holds the situation: following the link would replace it.
        event.prevent_default();
        let page = window().and_then(|page| page.document());
        let table = page.and_then(|page| page.get_element_by_id(TABLE_ID));
        if let Some(table) = table.and_then(|table| table.dyn_into::<HtmlElement>().ok()) {
            // It fails only for what takes no focus, and the table does.
            let _ = table.focus();
        }
    });
    let dismiss = Callback::from({
        let notice = notice.clone();
        move |_| notice.set(None)
    });
    html! {
        <ContextProvider<Engine> context={engine}>
            <ContextProvider<Dispatch> context={dispatch}>
                <a class="skip" href={format!("#{TABLE_ID}")} onclick={skip}>{ frame::SKIP }</a>
                if let Some(notice) = &*notice {
                    <div class="notice" role="alert">
                        <span>{ notice }</span>
                        <button class="button quiet" onclick={dismiss}>{ frame::CLOSE }</button>
                    </div>
                }
                <ContextProvider<Sent> context={held.sent}>
                    { page(&held, &view) }
                </ContextProvider<Sent>>
                <Shortcuts is_open={view.shortcuts_open} />
                if is_above {
                    <div class="drop-target" aria-hidden="true">{ keys::DROP }</div>
                }
            </ContextProvider<Dispatch>>
        </ContextProvider<Engine>>
    }
}

fn page(held: &Held, view: &View) -> Html {
    let look = view.look();
    html! {
        <>
            <Header
                situation={held.situation.clone()}
                now={held.now}
                pace={view.pace}
                theme={view.theme}
                undo={held.undo.clone()}
                redo={held.redo.clone()}
                transfer={held.transfer.clone()}
                waiting={held.waiting}
                nodes={held.nodes.clone()}
            />
            <main class="page" data-ready={(held.nodes.get().is_some()).to_string()}>
                <Verdict
                    nodes={held.nodes.clone()}
                    change={held.change.clone()}
                />
                <div class="drawers">
                    <Settings
                        situation={held.situation.clone()}
                        settings={held.settings.clone()}
                        nodes={held.nodes.clone()}
                        is_open={view.settings_open}
                        wanted={held.wanted.clone()}
                        refusals={held.refusals.clone()}
                    />
                    <Faults
                        nodes={held.nodes.clone()}
                        selected={view.selected()}
                        is_open={view.faults_open}
                        {look}
                        refusals={held.refusals.clone()}
                    />
                </div>
                <div class="columns">
                    <div class="column-ring">
                        <Ring
                            ring={held.ring.clone()}
                            nodes={held.nodes.clone()}
                            change={held.change.clone()}
                            trace={held.trace.clone()}
                            inspection={held.inspection.clone()}
                            is_moving={held.transfer.is_some()}
                            flights={held.flights.clone()}
                            number={held.number}
                            focus={view.focus}
                            {look}
                        />
                        <Inspect
                            inspection={held.inspection.clone()}
                            nodes={held.nodes.clone()}
                            {look}
                        />
                    </div>
                    { facts(held, view) }
                </div>
            </main>
        </>
    }
}

/// The table, and what a person does beside it.
fn facts(held: &Held, view: &View) -> Html {
    let look = view.look();
    html! {
        <div class="column-facts">
            <Nodes
                nodes={held.nodes.clone()}
                order={view.order}
                selected={view.selected()}
                wanted={held.wanted.clone()}
                is_full={held.waiting as usize >= WAITING_MAX}
                {look}
                refusals={held.refusals.clone()}
            />
            <div class="actions">
                <Request
                    user={view.user}
                    trace={held.trace.clone()}
                    situation={held.situation.clone()}
                    change={held.change.clone()}
                    nodes={held.nodes.clone()}
                    {look}
                    refusals={held.refusals.clone()}
                />
                <Keys
                    choice={view.key_choice}
                    situation={held.situation.clone()}
                    keys={held.nodes.get().map(|table| table.total.keys)}
                    loading={held.loading.clone()}
                    report={held.report.clone()}
                    topology={held.topology.clone()}
                    reads={held.reads}
                    comparing={held.comparing.clone()}
                    comparison={held.comparison.clone()}
                    refusal={held.refusals.why(&Subject::Situation)}
                />
            </div>
        </div>
    }
}
