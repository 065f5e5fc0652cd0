//! Key files: however one is cut and packed, it says the same.
//!
//! The first byte says how it is cut: into chunks of half of it. When it is odd, what follows the
//! first line is pushed behind the head, which is read at once, by a long blank line.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use ringlab_sim::keyfile::{HEAD_BYTES, KeyFile};
use ringlab_sim::loading::{ImportError, ImportReport};

use crate::INPUT_BYTES_MAX;

const GZIP_MAGIC: &[u8] = b"\x1f\x8b";

/// Each key with its requests and bytes, and the report.
type Said = Result<(Vec<(Vec<u8>, u64, u64)>, ImportReport), ImportError>;

/// A file of keys, plain or gzip.
pub fn key_file(bytes: &[u8]) {
    let Some((&cut, rest)) = bytes.split_first() else {
        return;
    };
    if rest.len() > INPUT_BYTES_MAX {
        return;
    }
    let is_packed = rest.starts_with(GZIP_MAGIC);
    let (file, head_bytes) = match cut % 2 {
        1 if !is_packed => (stretched(rest), HEAD_BYTES - 1),
        _ => (rest.to_vec(), 0),
    };
    let chunk_bytes = usize::from(cut / 2) + 1;
    let whole = said(&file, file.len(), 1);
    if let Ok((keys, report)) = &whole {
        let good = keys.len() as u64 + report.duplicates;
        assert_eq!(report.rows, report.bad_rows + good, "{report:?}");
    }
    assert_eq!(said(&file, head_bytes, chunk_bytes), whole, "in chunks");
    if !is_packed {
        let packed = gzip(&file);
        let whole = whole.map(|(keys, report)| {
            (
                keys,
                ImportReport {
                    gzip: true,
                    ..report
                },
            )
        });
        assert_eq!(said(&packed, packed.len(), 1), whole, "packed");
        assert_eq!(said(&packed, 0, chunk_bytes), whole, "packed, in chunks");
    }
}

/// What a file says whose first bytes are read at once, the others in chunks.
fn said(file: &[u8], first_bytes: usize, chunk_bytes: usize) -> Said {
    let mut reading = KeyFile::new("keys", None);
    let (first, rest) = file.split_at(first_bytes.min(file.len()));
    reading.push(first)?;
    for chunk in rest.chunks(chunk_bytes) {
        reading.push(chunk)?;
    }
    let loaded = reading.finish()?.finish();
    let keyspace = &loaded.keyspace;
    let row = |row| {
        let load = keyspace.load_of(row);
        (keyspace.key(row).to_vec(), load.requests, load.bytes)
    };
    let mut keys: Vec<_> = (0..keyspace.len()).map(row).collect();
    keys.sort();
    Ok((keys, loaded.report))
}

/// The same rows, all but the first behind the head.
fn stretched(file: &[u8]) -> Vec<u8> {
    let end = file.iter().position(|byte| *byte == b'\n');
    let (first, rest) = file.split_at(end.unwrap_or(file.len()));
    let mut stretched = first.to_vec();
    stretched.push(b'\n');
    stretched.resize(HEAD_BYTES.max(stretched.len()), b'\r');
    stretched.extend_from_slice(rest);
    stretched
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("memory takes every write")
}
