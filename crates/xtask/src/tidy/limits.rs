//! How long a file may be and what it may be called.
//!
//! The length of functions is clippy's: `too-many-lines-threshold`.

use super::Violation;
use super::repository::Repository;

const LINES_MAX: usize = 500;

/// Longer files, each with the reason why it is not split.
const LONG: &[(&str, &str)] = &[];

/// Names that tell nothing of what stands inside.
const VAGUE: [&str; 9] = [
    "common",
    "constants",
    "helper",
    "helpers",
    "misc",
    "mod",
    "types",
    "util",
    "utils",
];

pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    let scripts = repository
        .others
        .iter()
        .filter(|document| document.path.ends_with(".mjs"))
        .map(|document| (&document.path, &document.text));
    let rust = repository
        .rust
        .iter()
        .map(|source| (&source.path, &source.text));
    rust.chain(scripts)
        .flat_map(|(path, text)| [too_long(path, text), vague(path)])
        .flatten()
        .collect()
}

fn too_long(path: &str, text: &str) -> Option<Violation> {
    let lines = text.lines().count();
    let allowed = LONG.iter().any(|(long, _)| *long == path);
    (lines > LINES_MAX && !allowed).then(|| {
        Violation::new(
            path,
            LINES_MAX + 1,
            format!("{lines} lines: split it by concept"),
        )
    })
}

fn vague(path: &str) -> Option<Violation> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let name = stem.split('/').find(|name| VAGUE.contains(name))?;
    let rule = match name {
        "mod" => "`name.rs` beside `name/`, never mod.rs".into(),
        name => format!("`{name}` tells nothing: name the file by its concept"),
    };
    Some(Violation::new(path, 1, rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(path: &str, text: &str) -> bool {
        !check(&Repository::of([(path, text)])).is_empty()
    }

    #[test]
    fn a_file_of_501_lines_is_caught() {
        assert!(!caught("crates/a/src/b.rs", &"//! B.\n".repeat(500)));
        assert!(caught("crates/a/src/b.rs", &"//! B.\n".repeat(501)));
        assert!(caught("web/e2e/b.mjs", &"// B.\n".repeat(501)));
        assert!(!caught("package-lock.json", &"{\n".repeat(501)));
    }

    #[test]
    fn vague_names_are_caught() {
        for path in [
            "crates/a/src/ring/mod.rs",
            "crates/a/src/utils.rs",
            "crates/a/src/common/ring.rs",
            "web/e2e/support/helpers.mjs",
        ] {
            assert!(caught(path, ""), "{path}");
        }
        assert!(!caught("crates/a/src/model.rs", ""));
    }
}
