//! Files of keys: plain lines, CSV, TSV or JSON lines; plain or gzip.

use ringlab_sim::keyfile;
use wasm_bindgen::prelude::*;

use crate::errors::error;
use crate::keyspace::Keyspace;

/// A file of keys that is being read.
#[wasm_bindgen]
pub struct KeyFile(keyfile::KeyFile);

#[wasm_bindgen]
impl KeyFile {
    /// A file of which nothing is read.
    #[must_use]
    #[wasm_bindgen(constructor)]
    #[expect(
        clippy::new_without_default,
        reason = "JavaScript has constructors alone"
    )]
    pub fn new() -> Self {
        Self(keyfile::KeyFile::new("keys", None))
    }

    /// Reads the next bytes.
    ///
    /// # Errors
    ///
    /// As [`keyfile::KeyFile::push`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.push(bytes).map_err(|error| bad_file(&error))
    }

    /// The file is over.
    ///
    /// # Errors
    ///
    /// As [`keyfile::KeyFile::finish`].
    pub fn finish(self) -> Result<Keyspace, JsValue> {
        let loader = self.0.finish().map_err(|error| bad_file(&error))?;
        let loaded = loader.finish();
        Ok(Keyspace {
            keys: loaded.keyspace,
            rows: loaded.report.rows as f64,
            bad_rows: loaded.report.bad_rows as f64,
        })
    }
}

fn bad_file(refused: &ringlab_sim::loading::ImportError) -> JsValue {
    error("BAD_FILE", &refused.to_string())
}
