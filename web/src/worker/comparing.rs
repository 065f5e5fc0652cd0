//! Tells how the system of a text places the keys that lie on the ring, in slices, so that the
//! page's questions are answered in between.

mod as_system;
mod count;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Weak};

use ringlab::keyspace::Keyspace;
use wasm_bindgen_futures::spawn_local;

pub(super) use self::as_system::Places;
use self::count::Count;
use super::desk::Desk;
use super::loading::SLICE_MS;
use super::scope;
use super::topology::Told;
use crate::wire::{Comparing, FromWorker, ToCompare};

/// What was read last, and what of it is compared.
#[derive(Default)]
pub(super) struct Comparisons {
    told: RefCell<Vec<Rc<Told>>>,
    wish: Cell<Option<ToCompare>>,
    /// The keys that are compared, or were.
    keys: RefCell<Weak<Keyspace>>,
    // Grows with each beginning and each end: what has an older ticket stops.
    ticket: Cell<u64>,
}

/// Another text was read: nothing of the one before is of interest.
pub(super) fn read(desk: &Desk, told: Vec<Told>) {
    let comparisons = &desk.comparisons;
    comparisons.stop();
    *comparisons.told.borrow_mut() = told.into_iter().map(Rc::new).collect();
}

/// Compares, and again whenever other keys lie on the ring.
pub(super) fn compare(desk: &Rc<Desk>, wish: ToCompare) {
    desk.comparisons.wish.set(Some(wish));
    begin(desk);
}

/// Stops it, for a person.
pub(super) fn cancel(desk: &Desk) {
    desk.comparisons.stop();
    post(Comparing::Cancelled);
}

/// Begins anew if the keys are others than those that were compared.
pub(super) fn follow(desk: &Rc<Desk>) {
    let comparisons = &desk.comparisons;
    if comparisons.wish.get().is_none() {
        return;
    }
    let compared = comparisons.keys.borrow().as_ptr();
    if desk
        .keys()
        .is_some_and(|keys| Arc::as_ptr(&keys) != compared)
    {
        begin(desk);
    }
}

fn begin(desk: &Rc<Desk>) {
    let comparisons = &desk.comparisons;
    let ticket = comparisons.new_ticket();
    let wish = comparisons.wish.get();
    let told = wish.and_then(|wish| comparisons.told.borrow().get(wish.cluster).cloned());
    let (Some(wish), Some(told), Some(keys)) = (wish, told, desk.keys()) else {
        return post(Comparing::Nothing);
    };
    *comparisons.keys.borrow_mut() = Arc::downgrade(&keys);
    if keys.is_empty() {
        return post(Comparing::Nothing);
    }
    let desk = Rc::clone(desk);
    spawn_local(async move {
        // Whoever types asks with each letter: only the last one is begun.
        scope::pause().await;
        if let Some(told) = run(&desk.comparisons, ticket, (told, wish, keys)).await {
            post(told);
        }
    });
}

/// What came of it; nothing if it is not wanted any more.
async fn run(
    comparisons: &Comparisons,
    ticket: u64,
    (told, wish, keys): (Rc<Told>, ToCompare, Arc<Keyspace>),
) -> Option<Comparing> {
    if comparisons.ticket.get() != ticket {
        return None;
    }
    let mut began_ms = scope::now_ms();
    let mut count = match Count::new(told, wish, keys) {
        Ok(count) => count,
        Err(why) => return Some(Comparing::Refused(why)),
    };
    loop {
        match count.step() {
            Ok(Some(comparison)) => return Some(Comparing::Counted(Rc::new(comparison))),
            Ok(None) => {}
            Err(why) => return Some(Comparing::Refused(why)),
        }
        if scope::now_ms() - began_ms < SLICE_MS {
            continue;
        }
        let (done, total) = count.progress();
        post(Comparing::Counting { done, total });
        scope::pause().await;
        if comparisons.ticket.get() != ticket {
            return None;
        }
        began_ms = scope::now_ms();
    }
}

impl Comparisons {
    fn new_ticket(&self) -> u64 {
        self.ticket.set(self.ticket.get() + 1);
        self.ticket.get()
    }

    fn stop(&self) {
        self.new_ticket();
        self.wish.set(None);
    }
}

fn post(comparing: Comparing) {
    scope::post(&FromWorker::Comparing(comparing));
}
