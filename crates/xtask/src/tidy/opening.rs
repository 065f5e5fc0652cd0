//! Every file says what it is before anything else.

use super::Violation;
use super::repository::Repository;

/// A Rust file opens with `//!`, a script with `//`.
pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    let rust = repository
        .rust
        .iter()
        .filter(|source| !source.text.starts_with("//! "));
    let scripts = repository
        .others
        .iter()
        .filter(|document| document.path.ends_with(".mjs") && !document.text.starts_with("// "));
    rust.map(|source| Violation::new(&source.path, 1, "open the file with `//! ` and what it is"))
        .chain(scripts.map(|script| {
            Violation::new(&script.path, 1, "open the script with `// ` and what it is")
        }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_caught() {
        let repository = Repository::of([
            ("crates/a/src/lib.rs", "//! A.\n"),
            ("crates/a/src/bare.rs", "use std::fmt;\n\n//! Too late.\n"),
            ("crates/a/src/empty.rs", ""),
            ("web/e2e/told.mjs", "// Tells.\n"),
            ("web/e2e/bare.mjs", "import fs from 'node:fs';\n"),
            ("Cargo.toml", "[workspace]\n"),
        ]);
        let paths: Vec<_> = check(&repository)
            .into_iter()
            .map(|found| found.path)
            .collect();
        assert_eq!(
            paths,
            [
                "crates/a/src/bare.rs",
                "crates/a/src/empty.rs",
                "web/e2e/bare.mjs"
            ]
        );
    }
}
