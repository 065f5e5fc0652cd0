//! Each bad row and each bad file, with the text a person reads.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::loading::BAD_ROWS_KEPT_MAX;
use crate::situation::KEYS_MAX;

/// Beside one good row, one bad row with this reason.
fn bad_row(good: &str, bad: &str, reason: &str) {
    let loaded = read(&[format!("{good}\n{bad}\n").as_bytes()]).unwrap();
    let report = &loaded.report;
    assert_eq!((report.rows, report.bad_rows), (2, 1), "{bad:.80}");
    assert_eq!(report.first_bad[0].to_string(), format!("line 2: {reason}"));
}

fn error(bytes: &[u8]) -> String {
    read(&[bytes]).unwrap_err().to_string()
}

#[test]
fn bad_rows_say_what_is_wrong() {
    let whole = "a whole number is expected, at most 1152921504606846976";
    let long = "x".repeat(65_537);
    let too_long = "the key has 65537 bytes; 65536 are the most";
    bad_row("a,1", ",1", "the key is empty");
    bad_row("a,1", "b,-1", &format!("requests \"-1\": {whole}"));
    bad_row("a,1", "b,1.5", &format!("requests \"1.5\": {whole}"));
    bad_row(
        "a,1",
        "b,99999999999999999999",
        &format!("requests \"99999999999999999999\": {whole}"),
    );
    bad_row("a,1", "b,1,NaN", &format!("bytes \"NaN\": {whole}"));
    bad_row("a,1", "b,1,2,3", "more than 3 columns");
    bad_row("a,1", &format!("{long},1"), too_long);
    bad_row("a", &long, too_long);
    bad_row("a,1", &",".repeat(300), "more than 256 columns");
    bad_row(
        "a,1",
        &format!("{},1", "x".repeat(90_000)),
        "longer than 81920 bytes",
    );
    bad_row(
        "{\"key\":\"a\"}",
        "{\"key\":\"b\"",
        "EOF while parsing an object at column 10",
    );
    bad_row("{\"key\":\"a\"}", "{}", "missing field `key` at column 2");
    bad_row(
        "{\"key\":\"a\"}",
        "[1]",
        "expected text, found a number at column 2",
    );
    bad_row("\"a\"", "\"\"", "the key is empty");
    let negative = "expected a whole number, found -5 at column 24";
    bad_row(
        "{\"key\":\"a\"}",
        "{\"key\":\"b\",\"requests\":-5}",
        negative,
    );
    let limit = "all requests or bytes together would be more than 1152921504606846976";
    bad_row("a,1", "b,1152921504606846976", limit);
}

#[test]
fn a_header_bounds_the_columns() {
    let loaded = read(&[b"key,requests\na,1\nb,1,2\n"]).unwrap();
    assert_eq!(
        loaded.report.first_bad[0].to_string(),
        "line 3: more than 2 columns"
    );
}

#[test]
fn a_row_before_its_key_is_bad() {
    let loaded = read(&[b"requests,key\n1,a\n1\n"]).unwrap();
    assert_eq!(
        loaded.report.first_bad[0].to_string(),
        "line 3: the row ends before its key"
    );
}

/// Of this text only the line of the quote is bad, and so many rows are good.
fn only_its_line_is_bad(text: &str, line: u64, good: u64) {
    let report = read(&[text.as_bytes()]).unwrap().report;
    let first = report.first_bad[0].to_string();
    let expected = format!("line {line}: a quote opens and is not closed");
    assert_eq!((report.bad_rows, first), (1, expected), "{text:.80}");
    assert_eq!(report.rows - report.bad_rows, good, "{text:.80}");
}

#[test]
fn an_unclosed_quote_costs_its_own_line_only() {
    // Up to the end of the file, soon or late.
    only_its_line_is_bad("a,1\n\"b,1\nc,1", 2, 2);
    only_its_line_is_bad(
        &format!("a,1\n\"b,1\n{}", "x,1\n".repeat(30_000)),
        2,
        30_001,
    );
    // Up to the next quote, which then closes in the middle of a field.
    only_its_line_is_bad("a,1\n\"b,1\nc,1\n\"d\",1\ne,1\n", 2, 4);
    only_its_line_is_bad("\"a\",\"1\"\n\"b\",\"1\n\"c\",\"1\"\n", 2, 2);
    // Up to a quote that ends a field, with more columns than there are.
    only_its_line_is_bad("a,1,1\nb,1,\"1\nc\",\"2\",\"3\"\n", 2, 2);
    // After an end of line of two characters.
    only_its_line_is_bad("a,1\r\n\"b,1\r\nc,1\r\nd,1\r\n", 2, 3);
}

#[test]
fn rows_after_a_long_one_are_read() {
    let long = format!("a,1\n{},1\nb,2\n", "x".repeat(90_000));
    let loaded = read(&[long.as_bytes()]).unwrap();
    let bad: Vec<u64> = loaded.report.first_bad.iter().map(|row| row.line).collect();
    assert_eq!(bad, [2]);
    assert!(loaded.keyspace.find(b"b").is_some());
}

#[test]
fn only_the_first_bad_rows_are_kept() {
    let text = format!("a,1\n{}", "b,x\n".repeat(1_000));
    let report = read(&[text.as_bytes()]).unwrap().report;
    assert_eq!(
        (report.bad_rows, report.first_bad.len()),
        (1_000, BAD_ROWS_KEPT_MAX)
    );
    assert_eq!(
        (report.first_bad[0].line, report.first_bad[99].line),
        (2, 101)
    );
}

#[test]
fn bad_files_say_what_and_where() {
    for nothing in [
        &b""[..],
        b"\n",
        b"\r\n \n",
        b"\xef\xbb\xbf",
        b"key,requests\n",
    ] {
        assert_eq!(error(nothing), "the file has no rows");
    }
    assert_eq!(error(&gzip(b"")), "the file has no rows");
    assert_eq!(error(b"PK\x03\x04\0\0"), "it is not text");
    for utf_16 in [b"\xff\xfea\0b\0", b"\xfe\xff\0a\0b"] {
        assert_eq!(error(utf_16), "it is UTF-16; save it as UTF-8");
    }
    assert_eq!(
        error(b"a,x\nb,-1\n"),
        "all of its 2 rows are bad; the first, line 1: requests \"x\": a whole number is expected, \
         at most 1152921504606846976"
    );
    let long = "x".repeat(65_537);
    let only = "its only row is bad: line 1: the key has 65537 bytes; 65536 are the most";
    assert_eq!(error(long.as_bytes()), only);
}

#[test]
fn bad_gzip_says_where() {
    let text: String = (0..20_000_u32)
        .map(|n| format!("{}\n", n.wrapping_mul(2_654_435_761)))
        .collect();
    let good = gzip(text.as_bytes());
    let cut = format!(
        "the gzip data is cut off, or its checksum wrong, after byte {}",
        good.len() - 9
    );
    assert_eq!(error(&good[..good.len() - 9]), cut);
    for length in [2, 12, good.len() - 1] {
        let text = error(&good[..length]);
        assert!(
            text.ends_with(&format!("wrong, after byte {length}")),
            "{text}"
        );
    }
    let mut flipped = good.clone();
    // The checksum stands in the last eight bytes.
    let at = flipped.len() - 6;
    flipped[at] ^= 1;
    assert!(error(&flipped).starts_with("the gzip data is cut off, or its checksum wrong, after"));
    flipped.extend_from_slice(&good);
    assert!(error(&flipped).starts_with("the gzip data is damaged shortly after byte "));
    let mut garbage = good;
    garbage.extend_from_slice(b"more than a header");
    assert!(error(&garbage).starts_with("the gzip data is damaged shortly after byte "));
}

#[test]
fn gzip_members_follow_each_other() {
    let members = [gzip(b"a,1\nb"), gzip(b",2\n"), gzip(b"")].concat();
    assert_eq!(
        keys(&read(&[&members]).unwrap()),
        [("a".to_owned(), 1, 2), ("b".to_owned(), 2, 2)]
    );
}

#[test]
fn a_line_of_the_largest_file_is_one_bad_row() {
    let mut file = KeyFile::new("keys", None);
    let chunk = vec![b'x'; 1_000_000];
    file.push(b"a\n").unwrap();
    for _ in 0..499 {
        file.push(&chunk).unwrap();
    }
    file.push(b"\nb\n").unwrap();
    let loaded = file.finish().unwrap().finish();
    assert_eq!(loaded.report.total.keys, 2);
    assert_eq!(
        loaded.report.first_bad[0].to_string(),
        "line 2: longer than 524288 bytes"
    );
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let too_large = "the file is larger than 500000000 bytes, as it is or unpacked";
    let mut told = KeyFile::new("keys", Some(500_000_001));
    assert_eq!(told.push(b"a").unwrap_err().to_string(), too_large);
    let mut untold = KeyFile::new("keys", None);
    let chunk = vec![b'x'; 10_000_000];
    (0..50).for_each(|_| untold.push(&chunk).unwrap());
    assert_eq!(untold.push(b"x").unwrap_err().to_string(), too_large);
    // What gzip unpacks goes the same way.
    let mut unpacked = Text::new();
    (0..50).for_each(|_| unpacked.push(&chunk).unwrap());
    assert_eq!(unpacked.push(b"x").unwrap_err().to_string(), too_large);
}

#[test]
fn one_key_too_many_is_refused_with_its_line() {
    let mut file = KeyFile::new("keys", None);
    let mut refused = Ok(());
    for thousand in 0..=KEYS_MAX / 1_000 {
        let text: String = (0..1_000).map(|n| format!("{thousand}-{n}\n")).collect();
        refused = file.push(text.as_bytes());
        assert_eq!(refused.is_err(), thousand == KEYS_MAX / 1_000);
    }
    assert_eq!(
        refused.unwrap_err().to_string(),
        "line 5000001: more than 5000000 keys"
    );
}
