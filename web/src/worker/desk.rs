//! What lies before the worker: the engine, the keys loaded last, and what is being loaded.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use ringlab::keyspace::{Keyspace, KeyspaceBuilder};
use ringlab_sim::engine::Engine;
use ringlab_sim::protocol::{KeySource, Situation};
use wasm_bindgen_futures::spawn_local;

use super::comparing::{self, Comparisons};
use super::{loading, rehearsal, scope, topology};
use crate::wire::{FromWorker, Report, ToWorker};

/// An answer takes about this much of the wall's time: more would be missed on the page. What is
/// left is done for the next frame's question.
const ANSWER_MS: f64 = 12.0;

/// The desk.
#[derive(Default)]
pub(super) struct Desk {
    engine: RefCell<Option<Engine>>,
    loaded: RefCell<Option<(KeySource, Arc<Keyspace>)>>,
    // Grows with each loading and each wish to stop one: a loading with an older ticket stops.
    ticket: Cell<u64>,
    pub(super) comparisons: Comparisons,
}

/// What keys are loaded for.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// A new world.
    Open(Arc<Situation>),
    /// The world that stands.
    Replace,
}

/// Does what the page asks.
pub(super) fn receive(desk: &Rc<Desk>, message: ToWorker) {
    match message {
        ToWorker::Open(situation) => match desk.keys_of(&situation.keys) {
            Some(keyspace) => {
                desk.new_ticket();
                desk.open(&situation, keyspace);
            }
            None => loading::source(desk, situation.keys.clone(), Purpose::Open(situation)),
        },
        ToWorker::Load(source) => loading::source(desk, source, Purpose::Replace),
        ToWorker::CancelLoading => desk.cancel(),
        ToWorker::Read(text) => {
            let (read, told) = topology::read(&text);
            comparing::read(desk, told);
            scope::post(&FromWorker::Topology(read));
        }
        ToWorker::Compare(wish) => comparing::compare(desk, wish),
        ToWorker::CancelComparing => comparing::cancel(desk),
        ToWorker::Ask(ask) => {
            if let Some(engine) = &mut *desk.engine.borrow_mut() {
                let until_ms = scope::now_ms() + ANSWER_MS;
                let snapshot = engine.answer(ask, || scope::now_ms() < until_ms);
                scope::post(&FromWorker::Snapshot(Box::new(snapshot)));
            }
            comparing::follow(desk);
        }
    }
}

impl Desk {
    /// Begins a loading, which ends every other.
    pub(super) fn new_ticket(&self) -> u64 {
        self.ticket.set(self.ticket.get() + 1);
        self.ticket.get()
    }

    /// Whether a loading may go on.
    pub(super) fn is_wanted(&self, ticket: u64) -> bool {
        self.ticket.get() == ticket
    }

    /// The keys that lie on the ring.
    pub(super) fn keys(&self) -> Option<Arc<Keyspace>> {
        let engine = self.engine.borrow();
        engine.as_ref().map(|engine| Arc::clone(engine.keyspace()))
    }

    /// Puts keys to use that were loaded.
    pub(super) fn take(&self, purpose: &Purpose, source: KeySource, keyspace: Arc<Keyspace>) {
        *self.loaded.borrow_mut() = Some((source.clone(), Arc::clone(&keyspace)));
        match (purpose, &mut *self.engine.borrow_mut()) {
            (Purpose::Replace, Some(engine)) => return engine.load(source, keyspace),
            (Purpose::Replace, None) => return,
            (Purpose::Open(_), _) => {}
        }
        if let Purpose::Open(situation) = purpose {
            self.open(situation, keyspace);
        }
    }

    /// A world without keys, where there would be none: the page stays usable when its sample
    /// cannot be fetched.
    pub(super) fn open_empty(&self, purpose: &Purpose) {
        if let Purpose::Open(situation) = purpose
            && self.engine.borrow().is_none()
        {
            self.open(situation, Arc::new(KeyspaceBuilder::new(0).finish()));
        }
    }

    fn open(&self, situation: &Situation, keyspace: Arc<Keyspace>) {
        match Engine::new(situation.clone(), keyspace) {
            Ok(engine) => {
                let is_first = self.engine.replace(Some(engine)).is_none();
                scope::post(&FromWorker::Opened);
                if is_first {
                    spawn_local(rehearsal::run());
                }
            }
            Err(refused) => {
                let (label, reason) = (String::new(), refused.to_string());
                scope::post(&FromWorker::Loaded(Report::Failed { label, reason }));
            }
        }
    }

    fn keys_of(&self, source: &KeySource) -> Option<Arc<Keyspace>> {
        let loaded = self.loaded.borrow();
        let (_, keyspace) = loaded.as_ref().filter(|(stands, _)| stands == source)?;
        Some(Arc::clone(keyspace))
    }

    fn cancel(&self) {
        self.new_ticket();
        scope::post(&FromWorker::Loaded(Report::Cancelled));
    }
}
