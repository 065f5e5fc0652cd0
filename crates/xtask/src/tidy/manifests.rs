//! Which crate may depend on which: our own arrows, and who may touch a browser or a socket.

use super::Violation;
use super::repository::{Document, Repository};

/// Each of our crates with those of ours that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("ringlab", &[]),
    ("ringlab-sim", &["ringlab"]),
    ("ringlab-disk", &["ringlab"]),
    ("ringlab-wasm", &["ringlab", "ringlab-sim"]),
    ("ringlab-web", &["ringlab", "ringlab-sim"]),
    ("ringlab-bench", &["ringlab", "ringlab-disk", "ringlab-sim"]),
    ("ringlab-fuzz", &["ringlab", "ringlab-sim"]),
    ("ringlab-tools", &[]),
    ("xtask", &["ringlab-sim"]),
];

/// Crates that bind a program to a place, with the crates of ours that live there.
const PLACES: &[(&[&str], &[&str])] = &[
    (
        &[
            "wasm-bindgen",
            "wasm-bindgen-futures",
            "js-sys",
            "web-sys",
            "serde-wasm-bindgen",
            "gloo",
            "yew",
        ],
        &["ringlab-wasm", "ringlab-web"],
    ),
    (&["tokio", "axum"], &["ringlab-server"]),
];

pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    repository
        .others
        .iter()
        .filter(|document| document.path.ends_with("/Cargo.toml"))
        .flat_map(in_manifest)
        .collect()
}

fn in_manifest(manifest: &Document) -> Vec<Violation> {
    let mut found = Vec::new();
    let name = package(&manifest.text);
    let Some((_, allowed)) = ARROWS.iter().find(|(ours, _)| *ours == name) else {
        let rule = format!("crate `{name}` has no row: give it one in tidy/manifests.rs");
        return vec![Violation::new(&manifest.path, 1, rule)];
    };
    for (line, dependency) in dependencies(&manifest.text) {
        let ours = ARROWS
            .iter()
            .any(|(crate_name, _)| *crate_name == dependency);
        let out_of_place = PLACES
            .iter()
            .any(|(bound, homes)| bound.contains(&dependency) && !homes.contains(&name));
        if (ours && !allowed.contains(&dependency)) || out_of_place {
            let rule = format!("`{name}` may not depend on `{dependency}`");
            found.push(Violation::new(&manifest.path, line, rule));
        }
    }
    found
}

fn package(text: &str) -> &str {
    text.lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .unwrap_or_default()
}

/// What a manifest depends on outside its tests, for every target, with the line. Reads the one
/// layout that our manifests have: a section's header, then one dependency a line.
fn dependencies(text: &str) -> Vec<(usize, &str)> {
    let (mut found, mut inside) = (Vec::new(), false);
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            inside = header.ends_with("dependencies") && !header.ends_with("dev-dependencies");
        } else if inside && !line.starts_with([' ', '#']) {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            if !name.is_empty() {
                found.push((index + 1, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: &str, rest: &str) -> Vec<usize> {
        let text = format!("[package]\nname = \"{name}\"\n{rest}");
        let found = check(&Repository::of([("crates/a/Cargo.toml", text)]));
        found.into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_caught() {
        assert_eq!(
            lines("ringlab", "[dependencies]\nringlab-sim.workspace = true"),
            [4]
        );
        assert_eq!(
            lines("ringlab-sim", "[dependencies]\nringlab-web = \"1\""),
            [4]
        );
        assert_eq!(
            lines("ringlab-sim", "[dependencies]\nringlab.workspace = true"),
            []
        );
    }

    #[test]
    fn a_browser_or_a_socket_out_of_its_place_is_caught() {
        let web = "[target.'cfg(unix)'.dependencies]\nserde = \"1\"\nweb-sys = { version = \"1\" }";
        assert_eq!(lines("ringlab", web), [5]);
        assert_eq!(lines("ringlab-web", web), []);
        assert_eq!(lines("ringlab-web", "[dependencies]\ntokio = \"1\""), [4]);
    }

    #[test]
    fn tests_may_run_in_a_browser() {
        let test = "[dev-dependencies]\njs-sys = \"1\"\n[lints]\nweb-sys = true";
        assert_eq!(lines("ringlab", test), []);
    }

    #[test]
    fn a_crate_without_a_row_is_caught() {
        assert_eq!(lines("ringlab-more", ""), [1]);
    }
}
