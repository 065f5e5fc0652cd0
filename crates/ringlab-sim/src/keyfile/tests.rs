//! Key files good and bad: each format, each refusal, and every way to cut a file into chunks.

mod chunks;
mod refusal;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::loading::{Format, ImportReport, Loaded};

fn read(chunks: &[&[u8]]) -> Result<Loaded, ImportError> {
    let mut file = KeyFile::new("keys", None);
    for chunk in chunks {
        file.push(chunk)?;
    }
    Ok(file.finish()?.finish())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Each key with its requests and bytes, in order of the keys.
fn keys(loaded: &Loaded) -> Vec<(String, u64, u64)> {
    let keyspace = &loaded.keyspace;
    let row = |row| {
        let load = keyspace.load_of(row);
        let key = String::from_utf8_lossy(keyspace.key(row)).into_owned();
        (key, load.requests, load.bytes)
    };
    let mut keys: Vec<_> = (0..keyspace.len()).map(row).collect();
    keys.sort();
    keys
}

/// Reads `text`, plain and compressed, and holds the keys and bad rows against what is expected.
fn check(text: &str, format: Format, expected: &[(&str, u64, u64)], bad: &[&str]) {
    let packed = gzip(text.as_bytes());
    for (bytes, is_gzip) in [(text.as_bytes(), false), (&packed, true)] {
        let loaded = read(&[bytes]).unwrap();
        let found = keys(&loaded);
        let found: Vec<_> = found
            .iter()
            .map(|key| (key.0.as_str(), key.1, key.2))
            .collect();
        assert_eq!(found, expected, "{text:?}");
        let report = loaded.report;
        assert_eq!(
            (report.format, report.gzip),
            (Some(format), is_gzip),
            "{text:?}"
        );
        let reasons: Vec<String> = report.first_bad.iter().map(ToString::to_string).collect();
        assert_eq!(reasons, bad, "{text:?}");
        assert_eq!(report.bad_rows, bad.len() as u64);
        assert_eq!(
            report.rows,
            report.bad_rows + report.duplicates + report.total.keys
        );
    }
}

#[test]
fn plain_lines_are_keys() {
    let keys = [("a", 2, 2), ("b,c", 1, 4), ("d e", 1, 4)];
    check("a\nb,c\n\n  \nd e\na\n", Format::Lines, &keys, &[]);
    check("\u{feff}a\r\nb,c\r\nd e\r\na", Format::Lines, &keys, &[]);
}

#[test]
fn a_zero_byte_far_behind_is_a_bad_row() {
    let text = format!("{}x\0y\n", "a\n".repeat(HEAD_BYTES / 2));
    check(
        &text,
        Format::Lines,
        &[("a", 32_768, 6)],
        &["line 32769: has a zero byte"],
    );
}

#[test]
fn keys_need_not_be_text() {
    for text in [&b"\xff\xfe\xfd\n"[..], b"key,requests\n\xff\xfe\xfd,1\n"] {
        let loaded = read(&[text]).unwrap();
        assert_eq!(loaded.keyspace.key(0), b"\xff\xfe\xfd");
    }
}

#[test]
fn tables_need_no_header() {
    let keys = [("a", 5, 9), ("b", 6, 2), ("c", 1, 2)];
    check("a,5,9\nb,6\nc\n", Format::Csv, &keys, &[]);
    check("a\t5\t9\nb\t 6 \nc\t\t", Format::Tsv, &keys, &[]);
    check("\"a\",5,9\r\n\r\nb,6,\r\nc,,\r\n", Format::Csv, &keys, &[]);
}

/// Looking for the end of the line anew at each row would take minutes.
#[test]
fn a_table_of_one_line_is_read_row_by_row() {
    let rows = 1 << 18;
    let loaded = read(&[&b"a,2\r".repeat(rows)]).unwrap();
    assert_eq!(loaded.report.rows, rows as u64);
    assert_eq!(loaded.report.total.requests, 2 * rows as u64);
}

#[test]
fn headers_name_columns_in_any_order() {
    let keys = [("a", 5, 9), ("b", 6, 2)];
    check("bytes,key,requests\n9,a,5\n,b,6\n", Format::Csv, &keys, &[]);
    check(
        "Size\tLicense\tName\tDownloads\n9\tMIT\ta\t5\n\t\tb\t6\n",
        Format::Tsv,
        &keys,
        &[],
    );
    check(
        "\"key\",\"hits\"\n\"b\",6\n",
        Format::Csv,
        &[("b", 6, 2)],
        &[],
    );
    check(
        "key\n\"b,\"\"c\"\"\"\n",
        Format::Csv,
        &[("b,\"c\"", 1, 6)],
        &[],
    );
}

#[test]
fn quoted_fields_span_lines() {
    let text = "\"a\nb\",1\nc,x\n\"d\"\"\r\n\",2\ne,y\n";
    let bad = [
        "line 3: requests \"x\": a whole number is expected, at most 1152921504606846976",
        "line 6: requests \"y\": a whole number is expected, at most 1152921504606846976",
    ];
    check(
        text,
        Format::Csv,
        &[("a\nb", 1, 4), ("d\"\r\n", 2, 5)],
        &bad,
    );
}

#[test]
fn json_lines_are_objects_or_strings() {
    let text = "{\"key\":\"a\",\"requests\":5,\"bytes\":9}\n\"b\\n\"\r\n\n\
        {\"downloads\":7,\"name\":\"c\",\"license\":null}\n{\"key\":\"d\",\"count\":0,\"size\":1}";
    let keys = [("a", 5, 9), ("b\n", 1, 3), ("c", 7, 2), ("d", 0, 1)];
    check(text, Format::JsonLines, &keys, &[]);
}

#[test]
fn the_sample_is_a_key_file() {
    let loaded = read(&[crate::loading::SAMPLE]).unwrap();
    assert_eq!(loaded.report.format, Some(Format::Csv));
    assert_eq!((loaded.report.rows, loaded.report.bad_rows), (50_000, 0));
    assert_eq!(loaded.report.total.keys, 50_000);
    let semver = loaded.keyspace.find(b"semver").unwrap();
    assert_eq!(loaded.keyspace.value(semver), b"2399072936");
}

#[test]
fn progress_tells_bytes_and_rows() {
    let mut file = KeyFile::new("keys", Some(80_000));
    let row = b"a,1\n";
    file.push(&row.repeat(20_000)).unwrap();
    let progress = file.progress();
    assert_eq!((progress.stage, progress.done), (Stage::Reading, 80_000));
    assert_eq!((progress.total, progress.rows), (Some(80_000), 20_000));
}
