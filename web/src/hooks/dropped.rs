//! A file dropped anywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, window};
use yew::{Callback, hook, use_effect_with, use_state_eq};

/// Hands the first file of each drop over; true while a file is above the page.
#[hook]
pub fn use_dropped_file(take: Callback<File>) -> bool {
    let is_above = use_state_eq(|| false);
    let above = is_above.clone();
    use_effect_with((), move |()| {
        let listeners: Vec<EventListener> = ["dragover", "dragleave", "drop"]
            .into_iter()
            .filter_map(|kind| {
                let (above, take) = (above.clone(), take.clone());
                let options = EventListenerOptions::enable_prevent_default();
                let page = window()?;
                Some(EventListener::new_with_options(
                    &page,
                    kind,
                    options,
                    move |event| {
                        let Some(event) = event.dyn_ref::<DragEvent>() else {
                            return;
                        };
                        if kind != "dragleave" && carries_files(event) {
                            // Without it the browser would open the file in place of the page.
                            event.prevent_default();
                        }
                        above.set(kind == "dragover" && carries_files(event));
                        if let Some(file) = first_file(event).filter(|_| kind == "drop") {
                            take.emit(file);
                        }
                    },
                ))
            })
            .collect();
        move || drop(listeners)
    });
    *is_above
}

fn carries_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|carried| carried.types().includes(&"Files".into(), 0))
}

fn first_file(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}
