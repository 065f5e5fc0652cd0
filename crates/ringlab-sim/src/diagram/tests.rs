//! The diagrams of docs/store.md are those of runs, made again and compared.
//!
//! `RINGLAB_REWRITE=1 cargo test -p ringlab-sim diagram` writes them anew.

mod stories;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

use self::stories::STORIES;

/// Set to anything to have what is shown written into the document.
const REWRITE_VARIABLE: &str = "RINGLAB_REWRITE";
const DOCUMENT: &str = include_str!("../../../../docs/store.md");

/// What stands before and after a story's diagram.
fn marks(name: &str) -> (String, &'static str) {
    (format!("<!-- trace: {name} -->\n```mermaid\n"), "```\n")
}

/// A document with the diagrams of all stories in their places.
fn rewritten(document: &str) -> String {
    let mut text = document.to_owned();
    for (name, story) in STORIES {
        let (before, after) = marks(name);
        let Some(begin) = text.find(&before).map(|at| at + before.len()) else {
            panic!("docs/store.md has no place for the trace {name:?}");
        };
        let length = text[begin..].find(after);
        let end = begin + length.unwrap_or_else(|| panic!("the trace {name:?} has no end"));
        text.replace_range(begin..end, &story().to_string());
    }
    text
}

#[test]
fn the_document_shows_what_happens() {
    let right = rewritten(DOCUMENT);
    if std::env::var_os(REWRITE_VARIABLE).is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/store.md");
        std::fs::write(path, right).unwrap();
        return;
    }
    let differs = DOCUMENT
        .lines()
        .zip(right.lines())
        .find(|(is, be)| is != be);
    assert!(
        right == DOCUMENT,
        "docs/store.md differs, first in {differs:#?}\n\
         rewrite: {REWRITE_VARIABLE}=1 cargo test -p ringlab-sim diagram"
    );
    let traces = DOCUMENT.matches("<!-- trace: ").count();
    assert_eq!(traces, STORIES.len(), "every trace has its story");
}

#[test]
fn a_document_that_tells_otherwise_is_put_right() {
    let wrong = DOCUMENT.replacen("enough replies", "hardly any replies", 1);
    assert_ne!(wrong, DOCUMENT);
    assert_eq!(rewritten(&wrong), rewritten(DOCUMENT));
}

#[test]
fn a_line_has_nothing_that_ends_it_early() {
    for (name, story) in STORIES {
        let text = story().to_string();
        assert!(text.lines().count() > 5, "{name}: {text}");
        assert!(!text.contains([';', '#']), "{name}: {text}");
    }
}
