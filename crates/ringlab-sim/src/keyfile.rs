//! Reads a person's file of keys as it comes, a chunk at a time: plain or gzip; plain lines, CSV,
//! TSV or JSON lines. It reads no disk and sorts nothing.
//!
//! **Format.** Told from the first [`HEAD_BYTES`]: JSON lines when the first line opens an object
//! or each of the first lines is an object or a string; a table when its first row names a column of keys, begins with a quote or
//! has a number beside a key; else every line is a key. A byte order mark is passed over, CR LF
//! ends a line too, blank lines are none.
//!
//! **Columns.** Without a header: key, then requests, then bytes, the latter two when they are
//! there. With one, in any order; `name` stands for `key`; `count`, `downloads` and `hits` for
//! `requests`; `size` for `bytes`; other columns are passed over. The same words name the fields
//! of a JSON object. Requests left out are 1; bytes left out are those of the key and its value.
//!
//! **Quotes.** A quoted field may span a few lines. A quote that stays open for longer, or closes in
//! the middle of a field, makes its line a bad row, and the lines after it are read on their own.
//!
//! Memory stays bounded whatever the file: what is longer than a row can be is a bad row.
//!
//! [`HEAD_BYTES`]: crate::keyfile::HEAD_BYTES

mod format;
mod gzip;
mod json;
mod lines;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use self::gzip::GZIP_SLICE_BYTES;
pub use self::text::HEAD_BYTES;

use self::gzip::Gunzip;
use self::text::Text;
use crate::loading::{ImportError, ImportReport, Loader, Loading, Stage};

/// Most bytes of a file, as it is and unpacked.
pub const FILE_BYTES_MAX: u64 = 500_000_000;

/// A file of keys that is being read.
///
/// ```
/// use ringlab_sim::keyfile::KeyFile;
/// use ringlab_sim::loading::{ImportError, Format};
/// let mut file = KeyFile::new("pets.csv", None);
/// file.push(b"key,requ")?;
/// file.push(b"ests\ncat,30\ndog,x\ncat,12\n")?;
/// let loaded = file.finish()?.finish();
/// assert_eq!(loaded.report.format, Some(Format::Csv));
/// assert_eq!(loaded.report.total.requests, 42);
/// assert_eq!(loaded.report.first_bad[0].line, 3);
/// # Ok::<(), ImportError>(())
/// ```
pub struct KeyFile {
    label: String,
    bytes_total: Option<u64>,
    bytes_read: u64,
    packing: Packing,
    text: Text,
}

enum Packing {
    /// Not known yet: fewer bytes than the magic number has.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<Gunzip>),
}

/// What a gzip file begins with.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

impl KeyFile {
    /// A file of this name, and of so many bytes where that is known.
    #[must_use]
    pub fn new(label: impl Into<String>, bytes_total: Option<u64>) -> Self {
        Self {
            label: label.into(),
            bytes_total,
            bytes_read: 0,
            packing: Packing::Unknown(Vec::new()),
            text: Text::new(),
        }
    }

    /// Reads the next bytes.
    ///
    /// # Errors
    ///
    /// [`ImportError::TooLarge`], before or after unpacking; [`ImportError::GzipCorrupt`];
    /// [`ImportError::Utf16`] and [`ImportError::NotText`] for what is no text of ours;
    /// [`ImportError::Full`] when the population is. The file is done with then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ImportError> {
        self.bytes_read += bytes.len() as u64;
        let expected = self.bytes_total.unwrap_or(0).max(self.bytes_read);
        if expected > FILE_BYTES_MAX {
            return Err(ImportError::TooLarge {
                limit: FILE_BYTES_MAX,
            });
        }
        match &mut self.packing {
            Packing::Plain => self.text.push(bytes),
            Packing::Gzip(gunzip) => gunzip.push(bytes, &mut self.text),
            Packing::Unknown(start) => {
                start.extend_from_slice(bytes);
                if start.len() < GZIP_MAGIC.len() {
                    return Ok(());
                }
                let start = std::mem::take(start);
                self.begin(&start)
            }
        }
    }

    /// The file is over: what is left is to sort.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push), for what was not read yet; [`ImportError::GzipEnd`] when it ends
    /// too early; [`ImportError::Empty`] without rows, [`ImportError::EveryRowBad`] when none is
    /// good.
    pub fn finish(mut self) -> Result<Loader, ImportError> {
        match &mut self.packing {
            Packing::Plain => {}
            Packing::Gzip(gunzip) => gunzip.finish()?,
            Packing::Unknown(start) => {
                let start = std::mem::take(start);
                self.begin(&start)?;
            }
        }
        let (format, rows) = self.text.finish()?;
        let (builder, counted) = rows.finish()?;
        let report = ImportReport {
            label: self.label,
            format: Some(format),
            gzip: matches!(self.packing, Packing::Gzip(_)),
            ..counted
        };
        Ok(Loader::sorting(builder, report))
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Loading {
        let (rows, bad_rows) = self.text.counted();
        Loading {
            stage: Stage::Reading,
            done: self.bytes_read,
            total: self.bytes_total,
            rows,
            bad_rows,
        }
    }

    /// The first bytes tell whether it is compressed.
    fn begin(&mut self, start: &[u8]) -> Result<(), ImportError> {
        if start.starts_with(&GZIP_MAGIC) {
            let mut gunzip = Gunzip::new();
            let pushed = gunzip.push(start, &mut self.text);
            self.packing = Packing::Gzip(Box::new(gunzip));
            return pushed;
        }
        self.packing = Packing::Plain;
        self.text.push(start)
    }
}
