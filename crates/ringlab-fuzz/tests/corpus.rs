//! Every input of the corpora, replayed: what was found once is not lost again.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

use ringlab_fuzz::TARGETS;

/// A corpus is read by people, too.
const FILE_BYTES_MAX: usize = 4 * 1024;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).expect("the folder is committed");
    let file = |entry: std::io::Result<fs::DirEntry>| entry.expect("it can be read").path();
    let mut files: Vec<_> = entries.map(file).collect();
    files.sort();
    files
}

#[test]
fn what_must_hold_holds_of_every_corpus() {
    for (name, target) in TARGETS {
        let files = files(&format!("corpus/{name}"));
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            // Seen when the target panics.
            println!("{}", file.display());
            let bytes = fs::read(&file).unwrap();
            assert!(bytes.len() <= FILE_BYTES_MAX, "{} bytes", bytes.len());
            target(&bytes);
        }
    }
}

#[test]
fn each_target_has_a_binary_and_a_corpus() {
    let names: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let stems = |folder: &str| {
        let stem = |file: &PathBuf| file.file_stem().unwrap().to_string_lossy().into_owned();
        files(folder).iter().map(stem).collect::<Vec<_>>()
    };
    assert_eq!(stems("fuzz_targets"), names);
    assert_eq!(stems("corpus"), names);
}
