//! What is shown a little later than it is known.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Timeout;
use yew::{hook, use_effect_with, use_mut_ref, use_state_eq};

/// Frames that pass before a value is shown: in the first the browser lays out what shows it at
/// once.
const FRAMES: u32 = 2;

/// What is on its way to be shown; dropped, it does not come.
enum Waits {
    ForAFrame(#[expect(dead_code, reason = "held, never read")] AnimationFrame),
    ForItsEnd(#[expect(dead_code, reason = "held, never read")] Timeout),
}

/// The value some frames late: so a change costs some frames for what shows it at once, and others
/// for what shows it late. Of several values in between the newest is shown.
#[hook]
pub fn use_late<T: Clone + PartialEq + 'static>(value: &T) -> T {
    let shown = use_state_eq(|| value.clone());
    let newest = use_mut_ref(|| value.clone());
    let waits = use_mut_ref(|| None::<Waits>);
    let late = (*shown).clone();
    use_effect_with(value.clone(), move |value| {
        newest.replace(value.clone());
        if waits.borrow().is_some() {
            return;
        }
        let told = waits.clone();
        wait(&waits, FRAMES, move || {
            told.take();
            shown.set(newest.borrow().clone());
        });
    });
    late
}

/// Calls at the end of a frame, so that what comes of it is laid out in the next one.
fn wait(waits: &Rc<RefCell<Option<Waits>>>, frames: u32, then: impl FnOnce() + 'static) {
    let held = waits.clone();
    let next = if frames == 0 {
        Waits::ForItsEnd(Timeout::new(0, then))
    } else {
        let frame = request_animation_frame(move |_| wait(&held, frames - 1, then));
        Waits::ForAFrame(frame)
    };
    waits.replace(Some(next));
}
