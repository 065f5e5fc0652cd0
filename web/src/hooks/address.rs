//! The address bar: it holds the whole situation, and a situation in it is opened.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use ringlab_sim::protocol::{KeySource, Situation};
use wasm_bindgen::JsValue;
use web_sys::window;
use yew::{UseStateHandle, hook, use_effect_with, use_mut_ref, use_state};

use crate::engine::Engine;
use crate::held::Section;
use crate::text::frame;

/// Feeds the run of a page that is opened without a link.
const DEFAULT_SEED: u64 = 42;

/// How long after a change the address is written: its frames have enough to do, until a large ring
/// is drawn.
const WRITTEN_AFTER_MS: u32 = 250;

/// Opens what the address says, keeps what stands in it, and tells what is wrong with it.
#[hook]
pub fn use_address(
    engine: Option<&Engine>,
    situation: &Section<Arc<Situation>>,
) -> UseStateHandle<Option<String>> {
    let notice = use_state(|| None);
    let written = use_mut_ref(String::new);
    let (told, own) = (notice.clone(), Rc::clone(&written));
    use_effect_with(engine.cloned(), move |engine| {
        let engine = engine.clone();
        let open = move || {
            let fragment = fragment();
            // What this page wrote there itself stands already.
            let is_own = !fragment.is_empty() && fragment == *own.borrow();
            if let Some(engine) = engine.as_ref().filter(|_| !is_own) {
                let (situation, trouble) = situation_of(&fragment);
                told.set(trouble);
                engine.open(Arc::new(situation));
            }
        };
        open();
        let listener =
            window().map(|page| EventListener::new(&page, "hashchange", move |_| open()));
        move || drop(listener)
    });
    let told = notice.clone();
    use_effect_with(situation.clone(), move |situation| {
        let write = situation.get().cloned().map(|situation| {
            Timeout::new(WRITTEN_AFTER_MS, move || match situation.to_fragment() {
                // In a task of its own: packing a thousand nodes is work enough for one.
                Ok(fragment) => {
                    Timeout::new(0, move || write(fragment, &written)).forget();
                }
                Err(error) => told.set(Some(frame::no_link(&error.to_string()))),
            })
        });
        move || drop(write)
    });
    notice
}

/// The situation of a fragment; the default one, with the reason, when it has none.
fn situation_of(fragment: &str) -> (Situation, Option<String>) {
    let fresh = || Situation::fresh(DEFAULT_SEED);
    if fragment.is_empty() {
        return (fresh(), None);
    }
    let mut situation = match Situation::from_fragment(fragment) {
        Ok(situation) => situation,
        Err(error) => return (fresh(), Some(frame::bad_link(&error))),
    };
    let KeySource::Own { label, keys } = &situation.keys else {
        return (situation, None);
    };
    let trouble = frame::own_keys_missing(label, *keys);
    situation.keys = KeySource::Sample;
    (situation, Some(trouble))
}

/// The address at which a page opens with this situation; `None` when it is too large for one.
pub fn address_of(situation: &Situation) -> Option<String> {
    let here = window()?.location().href().ok()?;
    let page = here.split('#').next().unwrap_or_default();
    Some(format!("{page}#{}", situation.to_fragment().ok()?))
}

fn fragment() -> String {
    let hash = window().and_then(|page| page.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Replaces the address without a new entry in the history: undo is the page's own.
fn write(fragment: String, written: &RefCell<String>) {
    let history = window().and_then(|page| page.history().ok());
    if let Some(history) = history {
        // Browsers refuse too many of these in a short time; the next one sets it right.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
    written.replace(fragment);
}
