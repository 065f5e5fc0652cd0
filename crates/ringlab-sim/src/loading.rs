//! From a file or a generator to a keyspace, in steps that a worker can stop between: how far it
//! is, and what came of it. It knows no file format; see [`crate::keyfile`].

mod report;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ringlab::keyspace::{Keyspace, KeyspaceBuilder, Sorting};
use serde::{Deserialize, Serialize};

pub use self::report::{
    BAD_ROWS_KEPT_MAX, BadRow, BadRowReason, Format, ImportError, ImportReport,
};

use crate::population::Making;
use crate::situation::{KEYS_MAX, Population, SituationError};

/// The sample: 50,000 npm packages with their monthly downloads, a key file in itself. A program
/// that does not name it does not carry it.
pub static SAMPLE: &[u8] = include_bytes!("../data/npm-downloads-50k.csv");

/// How far loading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loading {
    /// What is done now.
    pub stage: Stage,
    /// So much of it: bytes of the file while reading, keys while making, rows while sorting.
    pub done: u64,
    /// Of so much, where that is known.
    pub total: Option<u64>,
    /// Rows so far, good and bad.
    pub rows: u64,
    /// Bad rows among them.
    pub bad_rows: u64,
}

/// The steps of loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Reading a file.
    Reading,
    /// Making keys from a seed.
    Making,
    /// Putting keys in the order of their tokens.
    Sorting,
}

/// What is left to do once a file is read, or when keys are made. Dropping it stops.
pub struct Loader {
    work: Work,
    report: ImportReport,
}

/// Keys, ready for a ring.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The keys.
    pub keyspace: Arc<Keyspace>,
    /// How it went.
    pub report: ImportReport,
}

enum Work {
    Making(Box<Making>),
    Sorting(Box<Sorting>),
    Over,
}

impl Loader {
    /// Makes a population.
    ///
    /// # Errors
    ///
    /// [`SituationError::OutOfBounds`] when it asks for what is.
    pub fn making(population: Population) -> Result<Self, SituationError> {
        Ok(Self {
            work: Work::Making(Box::new(Making::new(population)?)),
            report: ImportReport::default(),
        })
    }

    /// Sorts what was read.
    pub(crate) fn sorting(builder: KeyspaceBuilder, report: ImportReport) -> Self {
        Self {
            work: Work::Sorting(Box::new(builder.sort())),
            report,
        }
    }

    /// Works for some milliseconds; gives the keys with the last step, once.
    ///
    /// ```
    /// use ringlab_sim::loading::Loader;
    /// use ringlab_sim::situation::{Population, Shape};
    /// let population = Population { shape: Shape::Uniform, keys: 1_000, seed: 7 };
    /// let mut loader = Loader::making(population)?;
    /// let loaded = loop {
    ///     if let Some(loaded) = loader.step() {
    ///         break loaded;
    ///     }
    /// };
    /// assert_eq!(loaded.keyspace.len(), 1_000);
    /// # Ok::<(), ringlab_sim::situation::SituationError>(())
    /// ```
    pub fn step(&mut self) -> Option<Loaded> {
        match &mut self.work {
            Work::Making(making) => {
                if let Some(builder) = making.step() {
                    self.report.rows = builder.pushed();
                    self.work = Work::Sorting(Box::new(builder.sort()));
                }
                None
            }
            Work::Sorting(sorting) => {
                let keyspace = sorting.step()?;
                self.work = Work::Over;
                Some(self.loaded(keyspace))
            }
            Work::Over => None,
        }
    }

    /// All steps at once.
    #[must_use]
    pub fn finish(mut self) -> Loaded {
        loop {
            if let Some(loaded) = self.step() {
                return loaded;
            }
        }
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Loading {
        let (stage, (done, total)) = match &self.work {
            Work::Making(making) => (Stage::Making, making.progress()),
            Work::Sorting(sorting) => (Stage::Sorting, sorting.progress()),
            Work::Over => (Stage::Sorting, (1, 1)),
        };
        Loading {
            stage,
            done,
            total: Some(total),
            rows: self.report.rows,
            bad_rows: self.report.bad_rows,
        }
    }

    fn loaded(&mut self, keyspace: Keyspace) -> Loaded {
        let mut report = std::mem::take(&mut self.report);
        report.total = keyspace.total();
        report.duplicates = report.rows - report.bad_rows - report.total.keys;
        Loaded {
            keyspace: Arc::new(keyspace),
            report,
        }
    }
}

/// A builder with the limit that all populations have.
pub(crate) fn builder() -> KeyspaceBuilder {
    KeyspaceBuilder::new(u64::from(KEYS_MAX))
}
