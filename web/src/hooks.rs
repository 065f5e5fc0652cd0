//! What the browser tells components, and the two handles that every component may use.

mod address;
mod dropped;
mod keyboard;
mod late;
mod look;
mod mistakes;
mod size;

use yew::{UseReducerDispatcher, hook, use_context};

use crate::engine::Engine;
use crate::held::Sent;
use crate::state::View;

pub use address::{address_of, use_address};
pub use dropped::use_dropped_file;
pub use keyboard::use_shortcuts;
pub use late::use_late;
pub use look::use_look;
pub use mistakes::{Mistakes, use_mistakes};
pub use size::use_size;

/// Changes the view.
pub type Dispatch = UseReducerDispatcher<View>;

/// What sends wishes to the engine.
#[hook]
pub fn use_engine() -> Engine {
    use_context().expect("the page is drawn only with an engine")
}

/// How many commands were sent, to tell when what is said of one is history.
#[hook]
pub fn use_sent() -> Sent {
    use_context().expect("the page provides it around everything")
}

/// What changes the view.
#[hook]
pub fn use_dispatch() -> Dispatch {
    use_context().expect("the page provides it around everything")
}
