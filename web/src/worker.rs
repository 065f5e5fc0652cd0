//! The worker: it owns the engine, answers the page's questions, and loads keys between them. The
//! only place of the page that knows an engine.

mod comparing;
mod desk;
mod loading;
mod rehearsal;
mod scope;
mod topology;

use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use web_sys::{File, MessageEvent};

use self::desk::Desk;
use crate::wire::{FromWorker, decode};

/// Listens to the page from now on.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        scope::post(&FromWorker::Broke(panic.to_string()))
    }));
    let desk = Rc::new(Desk::default());
    let listener = EventListener::new(&scope::scope(), "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else {
            return;
        };
        let data = event.data();
        if let Some(file) = data.dyn_ref::<File>() {
            loading::file(&desk, file.clone());
        } else if let Some(bytes) = data.dyn_ref::<Uint8Array>()
            && let Some(message) = decode(&bytes.to_vec())
        {
            desk::receive(&desk, message);
        }
    });
    // It listens as long as the worker lives.
    listener.forget();
    scope::post(&FromWorker::Started);
}
