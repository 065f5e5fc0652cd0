//! Unpacks gzip as it comes, one member or several. It knows no rows.

mod unpacker;

use self::unpacker::Unpacker;
use super::text::Text;
use crate::loading::ImportError;

/// Bytes that are unpacked at a time: they become at most about a thousand times as many, so what
/// waits to be read stays small even when a file is made to burst.
pub const GZIP_SLICE_BYTES: usize = 4 * 1024;

/// What unpacks, and how many bytes went in.
pub(super) struct Gunzip {
    unpacker: Unpacker,
    read: u64,
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Self {
            unpacker: Unpacker::new(),
            read: 0,
        }
    }

    /// Unpacks into the text.
    pub(super) fn push(&mut self, bytes: &[u8], text: &mut Text) -> Result<(), ImportError> {
        let mut rest = bytes;
        let mut unpacked = Vec::new();
        while !rest.is_empty() {
            // Slices lie alike however the file is cut, so that damage is told alike.
            let inside = self.read % GZIP_SLICE_BYTES as u64;
            let missing = GZIP_SLICE_BYTES - inside as usize;
            let (slice, after) = rest.split_at(rest.len().min(missing));
            let taken = self.unpacker.take(slice, &mut unpacked);
            // What was unpacked before the damage may tell better what is wrong with the file.
            text.push(&unpacked)?;
            unpacked.clear();
            let at = self.read - inside;
            taken.map_err(|_| ImportError::GzipCorrupt { at })?;
            self.read += slice.len() as u64;
            rest = after;
        }
        Ok(())
    }

    /// The file is over.
    pub(super) fn finish(&self) -> Result<(), ImportError> {
        let is_whole = self.unpacker.is_whole();
        is_whole
            .then_some(())
            .ok_or(ImportError::GzipEnd { at: self.read })
    }
}
