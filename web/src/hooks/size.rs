//! The size of an element, as it changes.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver, ResizeObserverEntry};
use yew::{NodeRef, hook, use_effect_with, use_state_eq};

/// Width and height of an element's content in CSS pixels; zero until it is known.
#[hook]
pub fn use_size(node: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    let found = size.clone();
    use_effect_with(node.clone(), move |node| {
        let observed = node.cast::<Element>();
        let report = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            if let Some(entry) = entries.get(0).dyn_ref::<ResizeObserverEntry>() {
                let content = entry.content_rect();
                found.set((content.width(), content.height()));
            }
        });
        let observer = ResizeObserver::new(report.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &observed) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(report);
        }
    });
    *size
}
