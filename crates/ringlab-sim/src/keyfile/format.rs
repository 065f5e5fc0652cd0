//! Tells a text's format from its first lines. It reads no row.

use super::json;
use super::table::Columns;
use crate::loading::Format;

/// Lines, other than blank ones, that are looked at.
const LINES_LOOKED_AT: usize = 5;

/// The format of a text that begins so.
pub(super) fn detect(head: &[u8]) -> Format {
    let lines: Vec<&[u8]> = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .take(LINES_LOOKED_AT)
        .collect();
    let Some(first) = lines.first() else {
        return Format::Lines;
    };
    if first.starts_with(b"{") || lines.iter().all(|line| is_json(line)) {
        return Format::JsonLines;
    }
    if is_table(&lines, b'\t') {
        return Format::Tsv;
    }
    if is_table(&lines, b',') || first.starts_with(b"\"") {
        return Format::Csv;
    }
    Format::Lines
}

fn is_json(line: &[u8]) -> bool {
    line.starts_with(b"{") || json::is_string(line)
}

/// Whether the first line is a header, or any has a number beside its key.
fn is_table(lines: &[&[u8]], delimiter: u8) -> bool {
    let fields = |line: &[u8]| -> Vec<Vec<u8>> {
        let bare = |field: &[u8]| {
            field
                .trim_ascii()
                .iter()
                .copied()
                .filter(|b| *b != b'"')
                .collect()
        };
        line.split(|byte| *byte == delimiter).map(bare).collect()
    };
    let starts_a_number = |field: &Vec<u8>| {
        let first = field.first();
        first.is_some_and(|byte| byte.is_ascii_digit() || b"+-".contains(byte))
    };
    let header = fields(lines[0]);
    // A lone word would be a header of both kinds of table.
    let may_be_header = delimiter == b',' || header.len() > 1;
    may_be_header && Columns::named(header.iter().map(Vec::as_slice)).is_some()
        || lines
            .iter()
            .any(|line| fields(line)[1..].iter().any(starts_a_number))
}
