//! A history comes back from its text, and what is none is refused by line, column and expectation.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::workload::What;

const PROMISES: &str = r#"{"regular":true,"exact":true,"settled":null,"loaded":{"key-0":"1"}}"#;
const DEED: &str =
    r#"{"began":5,"ended":9,"user":0,"key":"key-0","what":{"Read":["1"]},"writes":0,"end":"Done"}"#;

#[test]
fn a_history_comes_back_from_its_text() {
    let deed = |what, end| Deed {
        began: 5,
        ended: 9,
        user: 3,
        key: "key-\"0\"".into(),
        what,
        writes: 2,
        end,
    };
    let (value, replaced) = ("3.1".to_owned(), vec!["1".to_owned()]);
    let chronicle = Chronicle {
        promises: Promises {
            settled: Some(7),
            loaded: [("key-0".into(), "1".into())].into(),
            ..Promises::default()
        },
        deeds: vec![
            deed(What::Read(Vec::new()), End::Done),
            deed(What::Wrote { value, replaced }, End::Unknown),
            deed(What::Deleted(vec!["3.1".into()]), End::Refused),
            deed(What::Added("3.2".into()), End::Done),
        ],
    };
    let text = chronicle.write().unwrap();
    assert_eq!(text.lines().count(), 5);
    assert_eq!(Chronicle::read(&text), Ok(chronicle));
}

#[test]
fn what_is_no_history_is_refused_by_line_column_and_what_was_expected() {
    let with = |line: &str| format!("{PROMISES}\n{DEED}\n{line}\n");
    for (text, line, column, expected) in [
        (String::new(), 1, 1, "expected what the run promises"),
        (DEED.to_owned(), 1, 8, "expected one of `regular`"),
        (with("x"), 3, 1, "expected value"),
        (with(""), 3, 1, "expected the rest"),
        (with(&DEED[..40]), 3, 40, "expected the rest"),
        (
            with(&DEED.replace("Done", "Dome")),
            3,
            89,
            "expected one of `Done`",
        ),
        (with(&DEED.replace("\"Done\"", "7")), 3, 84, "expected"),
        (
            with(&DEED.replace("Read", "Saw")),
            3,
            57,
            "expected one of `Read`",
        ),
        (with(&DEED.replace("5", "\"5\"")), 3, 12, "expected u64"),
        (
            with(&DEED.replace("\"user\"", "\"usr\"")),
            3,
            26,
            "expected one of",
        ),
        (
            with(&DEED.replace(",\"end\":\"Done\"", "")),
            3,
            77,
            "missing field `end`",
        ),
        (
            with(&format!("{DEED} {DEED}")),
            3,
            92,
            "expected the end of the line",
        ),
        (
            with(&DEED.replace("\"ended\":9", "\"ended\":4")),
            3,
            1,
            "expected 5 or later",
        ),
    ] {
        let error = Chronicle::read(&text).expect_err(expected);
        assert_eq!(error.line, line, "{error}");
        assert!(error.what.contains(expected), "{error}");
        assert_eq!(error.column, column, "{error}");
        assert!(
            error
                .to_string()
                .starts_with(&format!("line {line}, column {column}: "))
        );
    }
}

#[test]
fn a_history_has_bounds() {
    let long = format!("{PROMISES}\n{}", " ".repeat(LINE_BYTES_MAX + 1));
    let error = Chronicle::read(&long).unwrap_err();
    assert_eq!(
        (error.line, error.column),
        (2, LINE_BYTES_MAX + 1),
        "{error}"
    );
    let many = PROMISES.to_owned() + &format!("\n{DEED}").repeat(DEEDS_MAX + 1);
    let error = Chronicle::read(&many).unwrap_err();
    assert_eq!(error.line, DEEDS_MAX + 2, "{error}");
}
