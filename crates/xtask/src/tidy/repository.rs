//! The texts of the repository that the rules look at.

use std::fs;
use std::io;
use std::path::Path;

use super::source::Source;
use crate::process::Failure;

/// Rust files with their code told from their comments, and other texts as they are.
pub(super) struct Repository {
    pub(super) rust: Vec<Source>,
    pub(super) others: Vec<Document>,
}

/// A text that is not Rust.
pub(super) struct Document {
    pub(super) path: String,
    pub(super) text: String,
}

/// Neither ours nor committed.
const SKIPPED: [&str; 3] = ["target", "node_modules", "dist"];
const OTHERS: [&str; 4] = ["toml", "mjs", "json", "lock"];

impl Repository {
    /// Reads what lies below `root`, in order of the paths.
    pub(super) fn read(root: &Path) -> Result<Repository, Failure> {
        let mut texts = Vec::new();
        collect(root, "", &mut texts).map_err(|error| Failure::File {
            path: root.to_path_buf(),
            error,
        })?;
        Ok(Repository::of(texts))
    }

    /// A repository of these paths and texts.
    pub(super) fn of(
        texts: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Repository {
        let mut repository = Repository {
            rust: Vec::new(),
            others: Vec::new(),
        };
        for (path, text) in texts {
            let (path, text) = (path.into(), text.into());
            if path.ends_with(".rs") {
                repository.rust.push(Source::new(path, text));
            } else {
                repository.others.push(Document { path, text });
            }
        }
        repository
    }
}

fn collect(root: &Path, below: &str, texts: &mut Vec<(String, String)>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(root.join(below))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        if entry.file_type()?.is_dir() {
            if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                collect(root, &path, texts)?;
            }
        } else if is_looked_at(&name) {
            texts.push((path, fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}

fn is_looked_at(name: &str) -> bool {
    Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| extension == "rs" || OTHERS.contains(&extension))
}
