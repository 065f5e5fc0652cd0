//! Loads keys in slices, so that the page's questions are answered in between: from a person's
//! file, from the sample beside the page, from a seed.

use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use ringlab_sim::keyfile::KeyFile;
use ringlab_sim::loading::{Loaded, Loader, Loading};
use ringlab_sim::protocol::KeySource;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, ReadableStream, ReadableStreamDefaultReader, Response};

use super::desk::{Desk, Purpose};
use super::scope;
use crate::text::keys as text;
use crate::wire::{FromWorker, LoadingState, Report, SAMPLE_NAME};

/// Work between two pauses: an answer waits for no more than this.
pub(super) const SLICE_MS: f64 = 20.0;
/// Where the sample lies, beside the page.
const SAMPLE_URL: &str = "./keys/npm-downloads-50k.csv";

/// Why a loading ended without keys.
enum Ended {
    /// It is not wanted any more.
    Unwanted,
    /// It cannot go on.
    Failed(String),
}

/// A loading under way.
struct Task {
    desk: Rc<Desk>,
    ticket: u64,
    label: String,
    began_ms: f64,
}

/// Loads a person's own file.
pub(super) fn file(desk: &Rc<Desk>, file: File) {
    let mut task = Task::new(desk, file.name());
    spawn_local(async move {
        let loaded = task.read(&file.stream(), Some(file.size() as u64)).await;
        let label = task.label.clone();
        let source = |keys| KeySource::Own { label, keys };
        task.end(loaded, &Purpose::Replace, source);
    });
}

/// Loads the sample or makes keys.
pub(super) fn source(desk: &Rc<Desk>, source: KeySource, purpose: Purpose) {
    let label = match &source {
        KeySource::Sample => SAMPLE_NAME.to_owned(),
        KeySource::Generated(_) => String::new(),
        KeySource::Own { label, .. } => label.clone(),
    };
    let mut task = Task::new(desk, label);
    spawn_local(async move {
        let loaded = match &source {
            KeySource::Sample => task.fetch().await,
            KeySource::Generated(population) => match Loader::making(*population) {
                Ok(loader) => task.run(loader).await,
                Err(error) => Err(Ended::Failed(error.to_string())),
            },
            // Own keys are in no link; the page asks for the sample instead.
            KeySource::Own { .. } => Err(Ended::Failed(text::OWN_MISSING.to_owned())),
        };
        task.end(loaded, &purpose, |_| source);
    });
}

impl Task {
    fn new(desk: &Rc<Desk>, label: String) -> Self {
        let ticket = desk.new_ticket();
        Self {
            desk: Rc::clone(desk),
            ticket,
            label,
            began_ms: scope::now_ms(),
        }
    }

    async fn fetch(&mut self) -> Result<Loaded, Ended> {
        let failed = |_| Ended::Failed(text::NOT_FETCHED.to_owned());
        let answer = JsFuture::from(scope::scope().fetch_with_str(SAMPLE_URL)).await;
        let answer: Response = answer.and_then(JsCast::dyn_into).map_err(failed)?;
        let body = answer.body().filter(|_| answer.ok());
        let body = body.ok_or(JsValue::NULL).map_err(failed)?;
        self.read(&body, None).await
    }

    async fn read(&mut self, stream: &ReadableStream, bytes: Option<u64>) -> Result<Loaded, Ended> {
        let failed = |_| Ended::Failed(text::NOT_READ.to_owned());
        let reader: ReadableStreamDefaultReader = stream
            .get_reader()
            .dyn_into()
            .map_err(|_| failed(JsValue::NULL))?;
        let mut keys = KeyFile::new(self.label.clone(), bytes);
        let read = async {
            loop {
                let chunk = JsFuture::from(reader.read()).await.map_err(failed)?;
                let value = Reflect::get(&chunk, &"value".into()).map_err(failed)?;
                let Some(bytes) = value.dyn_ref::<Uint8Array>() else {
                    return Ok(());
                };
                let pushed = keys.push(&bytes.to_vec());
                pushed.map_err(|error| Ended::Failed(error.to_string()))?;
                self.breathe(keys.progress()).await?;
            }
        };
        let read = read.await;
        // Lets go of the file; it fails only for a stream that has ended already.
        drop(reader.cancel());
        read?;
        let loader = keys
            .finish()
            .map_err(|error| Ended::Failed(error.to_string()))?;
        self.run(loader).await
    }

    async fn run(&mut self, mut loader: Loader) -> Result<Loaded, Ended> {
        loop {
            if let Some(loaded) = loader.step() {
                return Ok(loaded);
            }
            self.breathe(loader.progress()).await?;
        }
    }

    /// After a slice of work: tells how far it is, lets messages in, and stops when unwanted.
    async fn breathe(&mut self, loading: Loading) -> Result<(), Ended> {
        if scope::now_ms() - self.began_ms < SLICE_MS {
            return Ok(());
        }
        let label = self.label.clone();
        scope::post(&FromWorker::Loading(LoadingState { label, loading }));
        scope::pause().await;
        self.began_ms = scope::now_ms();
        if self.desk.is_wanted(self.ticket) {
            Ok(())
        } else {
            Err(Ended::Unwanted)
        }
    }

    fn end(
        self,
        loaded: Result<Loaded, Ended>,
        purpose: &Purpose,
        source: impl FnOnce(u64) -> KeySource,
    ) {
        let report = match loaded {
            // Whoever did not want it was told already.
            Err(Ended::Unwanted) => return self.desk.open_empty(purpose),
            Ok(_) if !self.desk.is_wanted(self.ticket) => return,
            Ok(Loaded { keyspace, report }) => {
                self.desk.take(purpose, source(report.total.keys), keyspace);
                Report::Loaded(report)
            }
            Err(Ended::Failed(reason)) => {
                self.desk.open_empty(purpose);
                Report::Failed {
                    label: self.label,
                    reason,
                }
            }
        };
        scope::post(&FromWorker::Loaded(report));
    }
}
