//! Unpacks gzip as it comes, one member or several. It knows no rows.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use super::text::Text;
use crate::loading::ImportError;

/// Bytes that are unpacked at a time: they become at most about a thousand times as many, so what
/// waits to be read stays small even when a file is made to burst.
pub const GZIP_SLICE_BYTES: usize = 4 * 1024;

/// A decoder, and how many bytes went in.
pub(super) struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    read: u64,
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Self {
            decoder: MultiGzDecoder::new(Vec::new()),
            read: 0,
        }
    }

    /// Unpacks into the text.
    pub(super) fn push(&mut self, bytes: &[u8], text: &mut Text) -> Result<(), ImportError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            // Slices lie alike however the file is cut, so that damage is told alike.
            let inside = self.read % GZIP_SLICE_BYTES as u64;
            let missing = GZIP_SLICE_BYTES - inside as usize;
            let (slice, after) = rest.split_at(rest.len().min(missing));
            let unpacked = self.decoder.write_all(slice);
            // What was unpacked before the damage may tell better what is wrong with the file.
            self.hand_over(text)?;
            let at = self.read - inside;
            unpacked.map_err(|_| ImportError::GzipCorrupt { at })?;
            self.read += slice.len() as u64;
            rest = after;
        }
        Ok(())
    }

    /// The file is over.
    pub(super) fn finish(&mut self, text: &mut Text) -> Result<(), ImportError> {
        let ended = self.decoder.try_finish();
        self.hand_over(text)?;
        ended.map_err(|_| ImportError::GzipEnd { at: self.read })
    }

    fn hand_over(&mut self, text: &mut Text) -> Result<(), ImportError> {
        let unpacked = self.decoder.get_mut();
        text.push(unpacked)?;
        unpacked.clear();
        Ok(())
    }
}
