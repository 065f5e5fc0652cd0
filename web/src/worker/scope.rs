//! What the browser gives a worker: a way to the page, a clock for slices of work, a pause.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

use crate::wire::{FromWorker, encode};

/// The worker itself.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Tells the page.
pub(super) fn post(message: &FromWorker) {
    let bytes = Uint8Array::from(encode(message).as_slice());
    // Handing the buffer over saves the browser a copy; it fails only for what is no buffer.
    let _ = scope().post_message_with_transfer(&bytes, &js_sys::Array::of1(&bytes.buffer()));
}

/// Wall milliseconds, for slices of work only: no decision depends on it.
pub(super) fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |clock| clock.now())
}

/// Lets messages in.
pub(super) async fn pause() {
    let promise = Promise::new(&mut |resolve, _| {
        // Without timers the promise would never come; every worker has them.
        let _ = scope().set_timeout_with_callback(&resolve);
    });
    let _ = JsFuture::from(promise).await;
}
