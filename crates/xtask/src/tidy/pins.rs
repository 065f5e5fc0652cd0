//! Versions that stand in several files are the same in all of them.

use super::Violation;
use super::repository::Repository;
use crate::tools::WASM_BINDGEN;

/// Where wasm-opt's version leads: trunk and npm spell it differently.
const WASM_OPT: &str = "132";

pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    let wanted = [
        ("Cargo.toml", format!("wasm-bindgen = \"={WASM_BINDGEN}\"")),
        (
            "Cargo.lock",
            format!("name = \"wasm-bindgen\"\nversion = \"{WASM_BINDGEN}\""),
        ),
        ("Trunk.toml", format!("wasm_bindgen = \"{WASM_BINDGEN}\"")),
        ("Trunk.toml", format!("wasm_opt = \"version_{WASM_OPT}\"")),
        (
            "crates/xtask/tools/Cargo.toml",
            format!("\nversion = \"{WASM_BINDGEN}\""),
        ),
        (
            "crates/xtask/tools/Cargo.toml",
            format!("wasm-bindgen-cli = {{ version = \"={WASM_BINDGEN}\""),
        ),
        ("package.json", format!("\"binaryen\": \"{WASM_OPT}.0.0\"")),
    ];
    wanted
        .into_iter()
        .filter(|(path, text)| {
            !repository
                .others
                .iter()
                .any(|document| document.path == *path && document.text.contains(text))
        })
        .map(|(path, text)| Violation::new(path, 1, format!("does not say `{text}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn another_version_in_any_file_is_caught() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let read = || Repository::read(&root).expect("the repository can be read");
        assert_eq!(check(&read()), []);
        for (path, from, to) in [
            ("Cargo.toml", "\"=0.2.", "\"=0.3."),
            (
                "Cargo.lock",
                "\"wasm-bindgen\"\nversion = \"0.2",
                "\"wasm-bindgen\"\nversion = \"0.3",
            ),
            ("Trunk.toml", "0.2.", "0.3."),
            ("Trunk.toml", "version_", "version_1"),
            (
                "crates/xtask/tools/Cargo.toml",
                "version = \"=",
                "version = \"^",
            ),
            ("package.json", "\"binaryen\": \"", "\"binaryen\": \"^"),
        ] {
            let mut repository = read();
            let document = repository
                .others
                .iter_mut()
                .find(|document| document.path == path)
                .expect("the file is there");
            document.text = document.text.replace(from, to);
            assert_eq!(check(&repository).len(), 1, "{path}: {from} -> {to}");
        }
    }
}
