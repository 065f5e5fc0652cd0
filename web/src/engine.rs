//! The page's end of the engine: one worker, at most one question to it under way, at most one a
//! frame, none while nothing moves. It knows no component.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use gloo::events::EventListener;
use gloo::render::{AnimationFrame, request_animation_frame};
use js_sys::Uint8Array;
use ringlab_sim::protocol::{
    Ask, Command, KeySource, Revisions, Situation, Snapshot, Subject, Trace,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use crate::held::News;
use crate::pace::{Metronome, Motion, Pace};
use crate::wire::{FromWorker, ToCompare, ToWorker, decode, encode};

/// Frames without a question after an answer that brought another ring: the page has it to draw.
const FRAMES_OF_REST: u32 = 8;
/// Beside the page, wherever that is hosted.
const WORKER_URL: &str = "./worker_loader.js";

/// What components send wishes with. Cheap to clone and equal to its clones, so that what holds it
/// is not rendered anew.
#[derive(Clone)]
pub struct Engine(Rc<RefCell<Link>>);

struct Link {
    worker: Worker,
    news: Callback<News>,
    // What a worker that does not listen yet would lose.
    unsent: Option<Vec<JsValue>>,
    waiting: Vec<Command>,
    is_open: bool,
    in_flight: bool,
    // Frames to go without a question.
    rest: u32,
    number: u64,
    seen: Revisions,
    trace: Option<Trace>,
    motion: Motion,
    pace: Pace,
    metronome: Metronome,
    frame: Option<AnimationFrame>,
    last_frame_ms: Option<f64>,
    listeners: Vec<EventListener>,
}

impl Engine {
    /// Starts the worker; what it says goes to `news`.
    ///
    /// # Errors
    ///
    /// When the browser has no workers or forbids this one.
    pub fn start(news: Callback<News>) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER_URL, &options)?;
        let link = Rc::new(RefCell::new(Link {
            worker: worker.clone(),
            news,
            unsent: Some(Vec::new()),
            waiting: Vec::new(),
            is_open: false,
            in_flight: false,
            rest: 0,
            number: 0,
            seen: Revisions::default(),
            trace: None,
            motion: Motion::default(),
            pace: Pace::default(),
            metronome: Metronome::default(),
            frame: None,
            last_frame_ms: None,
            listeners: Vec::new(),
        }));
        let engine = Self(link);
        let listening = engine.clone();
        let on_message = EventListener::new(&worker, "message", move |event| {
            if let Some(event) = event.dyn_ref::<MessageEvent>() {
                listening.receive(&event.data());
            }
        });
        let failing = engine.clone();
        let on_error = EventListener::new(&worker, "error", move |event| {
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            failing.stop(message.unwrap_or_default());
        });
        engine.0.borrow_mut().listeners = vec![on_message, on_error];
        Ok(engine)
    }

    /// Asks for one thing with the next frame.
    pub fn send(&self, command: Command) {
        let is_look = matches!(command, Command::Inspect(_));
        let news = {
            let mut link = self.0.borrow_mut();
            // Of several places pointed at within a frame only the last one is of interest.
            if is_look {
                link.waiting
                    .retain(|waiting| !matches!(waiting, Command::Inspect(_)));
            }
            link.waiting.push(command.clone());
            News::Sent(command, link.number + 1)
        };
        if !is_look {
            self.tell(news);
        }
        self.keep_running();
    }

    /// What was said of a subject is obsolete: a person edits it.
    pub fn edited(&self, subject: Subject) {
        self.tell(News::Edited(subject));
    }

    /// Tells that a subject is edited, when called.
    #[must_use]
    pub fn edits(&self, subject: Subject) -> Callback<()> {
        let engine = self.clone();
        Callback::from(move |()| engine.edited(subject.clone()))
    }

    /// Makes another world.
    pub fn open(&self, situation: Arc<Situation>) {
        self.post(&ToWorker::Open(situation));
    }

    /// Puts other keys on the ring.
    pub fn load(&self, source: KeySource) {
        self.post(&ToWorker::Load(source));
    }

    /// Hands a person's own file to the worker, by reference.
    pub fn load_file(&self, file: &File) {
        self.0.borrow_mut().post(file.into());
    }

    /// Stops loading keys.
    pub fn cancel_loading(&self) {
        self.post(&ToWorker::CancelLoading);
    }

    /// Asks which nodes a text of another system has.
    pub fn read(&self, text: String) {
        self.post(&ToWorker::Read(text));
    }

    /// Asks how the system of the text that was read last places the keys.
    pub fn compare(&self, wish: ToCompare) {
        self.post(&ToWorker::Compare(wish));
    }

    /// Stops counting that.
    pub fn cancel_comparing(&self) {
        self.post(&ToWorker::CancelComparing);
    }

    /// How fast simulated time runs from now on.
    pub fn set_pace(&self, pace: Pace) {
        self.0.borrow_mut().pace = pace;
    }

    fn post(&self, message: &ToWorker) {
        self.0.borrow_mut().post(bytes_of(message));
    }

    fn receive(&self, data: &JsValue) {
        let Some(bytes) = data.dyn_ref::<Uint8Array>() else {
            return;
        };
        let Some(message) = decode::<FromWorker>(&bytes.to_vec()) else {
            self.stop("the worker's answer cannot be read".to_owned());
            return;
        };
        let news = match message {
            FromWorker::Started => return self.0.borrow_mut().started(),
            FromWorker::Opened => {
                self.0.borrow_mut().opened();
                News::Opened
            }
            FromWorker::Snapshot(snapshot) => {
                self.0.borrow_mut().answered(&snapshot);
                News::Snapshot(snapshot)
            }
            FromWorker::Loading(loading) => News::Loading(loading),
            FromWorker::Topology(read) => News::Topology(read),
            FromWorker::Comparing(comparing) => News::Comparing(comparing),
            FromWorker::Broke(reason) => return self.stop(reason),
            FromWorker::Loaded(report) => {
                // The keys changed without a question: ask what they did.
                self.0.borrow_mut().motion.pending = true;
                News::Loaded(report)
            }
        };
        self.tell(news);
        self.keep_running();
    }

    fn stop(&self, reason: String) {
        let mut link = self.0.borrow_mut();
        link.is_open = false;
        link.frame = None;
        drop(link);
        self.tell(News::Stopped(reason));
    }

    /// The callback may send at once, so nothing is borrowed while it runs.
    fn tell(&self, news: News) {
        let callback = self.0.borrow().news.clone();
        callback.emit(news);
    }

    /// Waits for the next frame if there is anything to do then. A hidden tab has no frames, so it
    /// stops by itself.
    fn keep_running(&self) {
        let mut link = self.0.borrow_mut();
        if link.frame.is_some() || !link.has_work() {
            return;
        }
        let engine = self.clone();
        link.frame = Some(request_animation_frame(move |now_ms| engine.frame(now_ms)));
    }

    fn frame(&self, now_ms: f64) {
        {
            let mut link = self.0.borrow_mut();
            link.frame = None;
            let is_asked = !link.waiting.is_empty();
            if link.rest > 0 && !is_asked {
                link.rest -= 1;
            } else if !link.in_flight && link.has_work() {
                link.ask(now_ms);
            }
        }
        self.keep_running();
    }
}

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Link {
    fn has_work(&self) -> bool {
        self.is_open && (!self.waiting.is_empty() || self.motion.is_moving())
    }

    fn post(&mut self, message: JsValue) {
        match &mut self.unsent {
            Some(unsent) => unsent.push(message),
            // Only a worker that died refuses a message, and then `Stopped` was told already.
            None => drop(self.worker.post_message(&message)),
        }
    }

    fn started(&mut self) {
        for message in self.unsent.take().unwrap_or_default() {
            self.post(message);
        }
    }

    fn opened(&mut self) {
        self.is_open = true;
        self.in_flight = false;
        self.seen = Revisions::default();
        self.trace = None;
        self.metronome = Metronome::default();
        // The first question fetches everything.
        self.motion = Motion {
            pending: true,
            ..Motion::default()
        };
    }

    fn ask(&mut self, now_ms: f64) {
        let frame_ms = self.last_frame_ms.map_or(0.0, |last_ms| now_ms - last_ms);
        self.last_frame_ms = Some(now_ms);
        self.number += 1;
        let ask = Ask {
            number: self.number,
            commands: std::mem::take(&mut self.waiting),
            advance: self.metronome.tick(frame_ms, self.pace, self.motion),
            seen: self.seen,
        };
        self.in_flight = true;
        self.post(bytes_of(&ToWorker::Ask(ask)));
    }

    fn answered(&mut self, snapshot: &Snapshot) {
        self.in_flight = false;
        if snapshot.ring.is_some() {
            self.rest = FRAMES_OF_REST;
        }
        if snapshot.revisions.trace != self.seen.trace {
            self.trace.clone_from(&snapshot.trace);
        }
        self.seen = snapshot.revisions;
        self.motion = Motion::of(snapshot, self.trace.as_ref());
        if !self.motion.is_moving() {
            self.last_frame_ms = None;
        }
    }
}

fn bytes_of(message: &ToWorker) -> JsValue {
    Uint8Array::from(encode(message).as_slice()).into()
}
