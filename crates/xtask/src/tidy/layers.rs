//! Who may know whom inside the core: upwards only.

use std::collections::BTreeMap;

use super::Violation;
use super::paths::{module_path, own_modules};
use super::repository::Repository;

const CORE: &str = "crates/ringlab/src/";

/// The core's modules from the ground up. A module knows those of the rows before its own, and
/// those of its own row as long as they do not know it.
const ROWS: &[&[&str]] = &[
    &[
        "quoted", "time", "hash", "codec", "sorted", "disk", "property",
    ],
    &["ring"],
    &[
        "quorum",
        "settings",
        "movement",
        "hash_ring",
        "placement",
        "keyspace",
        "pair",
        "version",
        "health",
    ],
    &["storage", "layout", "merkle"],
    &["event", "message"],
    &["outbox"],
    &["handoff", "journal"],
    &[
        "collection",
        "coordinator",
        "replica",
        "transfer",
        "leader",
        "spreader",
        "gossip",
        "repair",
        "client",
    ],
    &["node"],
];

pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut arrows = BTreeMap::new();
    let test_only = test_only(repository);
    for source in &repository.rust {
        let Some(&module) = module_path(&source.path).first() else {
            continue;
        };
        if !source.path.starts_with(CORE) || source.is_test() || test_only.contains(&module) {
            continue;
        }
        let Some(row) = place(module) else {
            let rule = format!("module `{module}` has no row: give it one in tidy/layers.rs");
            found.push(Violation::new(&source.path, 1, rule));
            continue;
        };
        for (line, known) in own_modules(source) {
            if place(known).is_some_and(|above| above > row) {
                let rule = format!("`{module}` may not know `{known}`, which stands above it");
                found.push(Violation::new(&source.path, line, rule));
            }
            arrows
                .entry((module, known))
                .or_insert((source.path.as_str(), line));
        }
    }
    found.extend(circles(&arrows));
    found
}

/// Modules that the core's root declares for its tests alone. They may know everything.
fn test_only(repository: &Repository) -> Vec<&str> {
    let root = repository
        .rust
        .iter()
        .find(|source| source.path == format!("{CORE}lib.rs"));
    let code = root.map_or("", |source| source.code.as_str());
    code.split("#[cfg(test)]")
        .skip(1)
        .filter_map(|after| after.trim_start().strip_prefix("mod ")?.split(';').next())
        .collect()
}

fn place(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// Two modules of one row that know each other.
fn circles(arrows: &BTreeMap<(&str, &str), (&str, usize)>) -> Vec<Violation> {
    arrows
        .iter()
        .filter(|((from, to), _)| from < to && place(from) == place(to))
        .filter(|((from, to), _)| arrows.contains_key(&(*to, *from)))
        .map(|((from, to), (path, line))| {
            Violation::new(path, *line, format!("`{from}` and `{to}` know each other"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(texts: &[(&str, &str)]) -> Vec<String> {
        let texts = texts
            .iter()
            .map(|(file, text)| (format!("{CORE}{file}"), *text));
        check(&Repository::of(texts))
            .into_iter()
            .map(|found| found.rule)
            .collect()
    }

    #[test]
    fn a_module_that_knows_one_above_it_is_caught() {
        for (file, text) in [
            ("hash.rs", "use crate::ring::Ring;"),
            ("hash.rs", "use super::ring::Ring;"),
            ("ring/spec.rs", "use crate::{hash::Token, keyspace::Load};"),
            (
                "ring/spec.rs",
                "fn a() { super::super::node::Node::new(); }",
            ),
            ("message.rs", "use crate::coordinator::Put;"),
        ] {
            assert_eq!(caught(&[(file, text)]).len(), 1, "{file}: {text}");
        }
    }

    #[test]
    fn knowing_what_is_below_is_right() {
        for (file, text) in [
            (
                "ring.rs",
                "use crate::hash::Token; use crate::ring::spec::NodeSpec;",
            ),
            ("ring/spec.rs", "use super::Ring;"),
            ("node.rs", "use crate::{client, coordinator, ring, hash};"),
            (
                "ring.rs",
                "// crate::node is far above\nlet text = \"crate::node\";",
            ),
            ("ring/tests.rs", "use crate::keyspace::Keyspace;"),
            ("lib.rs", "pub use crate::node::Node;"),
        ] {
            assert_eq!(caught(&[(file, text)]), [""; 0], "{file}: {text}");
        }
    }

    #[test]
    fn two_modules_of_a_row_may_not_know_each_other() {
        let one = ("keyspace.rs", "use crate::movement::Move;");
        let other = ("movement/copies.rs", "use crate::keyspace::Load;");
        assert_eq!(caught(&[one]), [""; 0]);
        assert_eq!(caught(&[one, other]).len(), 1);
    }

    #[test]
    fn a_module_without_a_row_is_caught_unless_it_is_for_tests() {
        assert_eq!(caught(&[("golden.rs", "")]).len(), 1);
        let root = (
            "lib.rs",
            "pub mod a;\n#[cfg(test)]\nmod golden;\nmod silver;",
        );
        assert_eq!(
            caught(&[root, ("golden.rs", "use crate::node::Node;")]),
            [""; 0]
        );
        assert_eq!(caught(&[root, ("silver.rs", "")]).len(), 1);
    }
}
