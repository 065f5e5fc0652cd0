//! Key files: however one is cut and packed, it says the same.
//!
//! The first byte says how it is cut: into chunks of half of it; when it is odd, what follows the
//! first line comes after so many blank ones that it lies behind the head, which is read at once.

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
    let file = match cut % 2 {
        1 if !is_packed => stretched(rest),
        _ => rest.to_vec(),
    };
    let chunk_bytes = usize::from(cut / 2) + 1;
    let whole = said(&file, file.len().max(1));
    if let Ok((keys, report)) = &whole {
        let good = keys.len() as u64 + report.duplicates;
        assert_eq!(report.rows, report.bad_rows + good, "{report:?}");
    }
    assert_eq!(said(&file, chunk_bytes), whole, "in chunks");
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
        assert_eq!(said(&packed, packed.len()), whole, "packed");
        assert_eq!(said(&packed, chunk_bytes), whole, "packed, in chunks");
    }
}

fn said(file: &[u8], chunk_bytes: usize) -> Said {
    let mut reading = KeyFile::new("keys", None);
    for chunk in file.chunks(chunk_bytes) {
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
    stretched.resize(HEAD_BYTES.max(first.len()), b'\n');
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
