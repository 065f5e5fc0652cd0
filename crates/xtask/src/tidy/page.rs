//! The page sees what the engine says, never the engine: the worker alone builds one.

use super::Violation;
use super::paths::after;
use super::repository::Repository;

const PAGE: &str = "web/src/";
const WORKER: [&str; 2] = ["web/src/worker.rs", "web/src/worker/"];

/// What crosses the worker's boundary.
const SIMULATOR: &[&str] = &["protocol", "loading", "situation"];
/// The words that what crosses is told in.
const CORE: &[&str] = &["hash", "keyspace", "ring", "settings", "time", "version"];

pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in &repository.rust {
        let in_worker = WORKER.iter().any(|place| source.path.starts_with(place));
        if !source.path.starts_with(PAGE) || in_worker {
            continue;
        }
        for (name, allowed) in [("ringlab_sim", SIMULATOR), ("ringlab", CORE)] {
            for (line, module) in after(&source.code, name) {
                if !allowed.contains(&module) {
                    let rule = format!("the page may not know `{name}::{module}`: only the worker");
                    found.push(Violation::new(&source.path, line, rule));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(path: &str, text: &str) -> bool {
        !check(&Repository::of([(path, text)])).is_empty()
    }

    #[test]
    fn a_page_that_builds_an_engine_is_caught() {
        for text in [
            "use ringlab_sim::engine::Engine;",
            "use ringlab_sim::{engine::Engine, protocol::Command};",
            "use ringlab::node::Node;",
            "use ringlab_sim::*;\nuse ringlab_sim::Engine;",
        ] {
            assert!(caught("web/src/app.rs", text), "{text}");
        }
    }

    #[test]
    fn the_worker_builds_it_and_the_page_speaks_with_it() {
        let engine = "use ringlab_sim::engine::Engine;";
        assert!(!caught("web/src/worker.rs", engine));
        assert!(!caught("web/src/worker/answers.rs", engine));
        assert!(!caught("crates/ringlab-wasm/src/lib.rs", engine));
        assert!(!caught(
            "web/src/app.rs",
            "use ringlab_sim::protocol::Command;"
        ));
        assert!(!caught(
            "web/src/app.rs",
            "use ringlab::ring::{NodeId, TokenRange};"
        ));
    }
}
