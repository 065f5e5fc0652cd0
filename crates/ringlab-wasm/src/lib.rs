//! Ringlab for JavaScript: converts and delegates, nothing else.
//!
//! Commands, situations and snapshots are plain objects in the shapes of
//! [`ringlab_sim::protocol`]; numbers that may be above 2^53 are `BigInt`.

use std::sync::Arc;
use std::time::Duration;

use ringlab::keyspace::Keyspace;
use ringlab_sim::engine;
use ringlab_sim::keyfile::KeyFile;
use ringlab_sim::loading::Loader;
use ringlab_sim::protocol::{KeySource, Revisions, Situation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// A simulated cluster. The same situation, keys and commands give the same history as natively.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(engine::Engine);

#[wasm_bindgen]
impl Engine {
    /// An engine in a situation. Its keys are made when the situation says how, and read from
    /// `file` (plain lines, CSV, TSV or JSON lines; plain or gzip) otherwise.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the situation or the file, and where.
    #[wasm_bindgen(constructor)]
    pub fn new(situation: JsValue, file: &[u8]) -> Result<Self, JsError> {
        let situation: Situation = from_js(situation)?;
        let keyspace = keys_of(&situation.keys, file)?;
        Ok(Self(engine::Engine::new(situation, keyspace)?))
    }

    /// Carries a command out. What can't be granted is told by the next snapshot.
    ///
    /// # Errors
    ///
    /// When it is not a command.
    pub fn handle(&mut self, command: JsValue) -> Result<(), JsError> {
        self.0.handle(from_js(command)?);
        Ok(())
    }

    /// Lets simulated time pass.
    pub fn advance(&mut self, microseconds: u32) {
        self.0.advance(Duration::from_micros(microseconds.into()));
    }

    /// All that there is to see.
    ///
    /// # Errors
    ///
    /// When it can't be turned into an object.
    pub fn snapshot(&mut self) -> Result<JsValue, JsError> {
        to_js(&self.0.snapshot(Revisions::default()))
    }
}

/// The situation that a page begins with: eight nodes, three replicas, the sample keys.
///
/// # Errors
///
/// When it can't be turned into an object.
#[wasm_bindgen(js_name = freshSituation)]
pub fn fresh_situation(seed: u32) -> Result<JsValue, JsError> {
    to_js(&Situation::fresh(seed.into()))
}

fn keys_of(source: &KeySource, file: &[u8]) -> Result<Arc<Keyspace>, JsError> {
    let loader = match source {
        KeySource::Generated(population) => Loader::making(*population)?,
        KeySource::Sample | KeySource::Own { .. } => {
            let mut reader = KeyFile::new("keys", Some(file.len() as u64));
            reader.push(file)?;
            reader.finish()?
        }
    };
    Ok(loader.finish().keyspace)
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsError> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    let serializer = Serializer::new().serialize_large_number_types_as_bigints(true);
    Ok(value.serialize(&serializer)?)
}
