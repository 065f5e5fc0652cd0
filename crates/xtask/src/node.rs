//! Node and the packages that lock files name: the repository's, and the npm package's own.
//!
//! Does not know what they are used for.

use std::fs;
use std::process::Command;

use crate::checkout::Checkout;
use crate::process::{self, Failure};
use crate::tools::installing;

const OLDEST_NODE: u32 = 20;
/// The lock file as it was when the packages were last installed from it.
const INSTALLED: &str = "node_modules/.installed-package-lock.json";
/// The npm package that this repository publishes.
pub(crate) const PACKAGE: &str = "crates/ringlab-wasm/npm";

/// Node at a version that can run the tests.
///
/// # Errors
/// One line that says what to install.
pub(crate) fn node(checkout: &Checkout) -> Result<(), Failure> {
    let found = process::answer(checkout.command("node").arg("--version"));
    match found.as_deref().map(major) {
        Some(Some(version)) if version >= OLDEST_NODE => Ok(()),
        _ => Err(Failure::Missing(format!(
            "Node {OLDEST_NODE} or newer is needed, {}: install it from nodejs.org or your \
             system's packages",
            found.map_or("none was found".into(), |version| format!(
                "{version} was found"
            ))
        ))),
    }
}

/// The development packages: wasm-opt, Playwright, axe.
pub(crate) fn packages(checkout: &Checkout) -> Result<(), Failure> {
    packages_of(checkout, ".", "npm's development packages", "10 seconds")
}

/// What the npm package is built and tested with: bundlers, compilers, other runtimes, its rivals.
pub(crate) fn consumers(checkout: &Checkout) -> Result<(), Failure> {
    let what = "bundlers and runtimes that use the npm package (520 MB)";
    packages_of(checkout, PACKAGE, what, "40 seconds")
}

fn packages_of(
    checkout: &Checkout,
    folder: &str,
    what: &str,
    usually: &str,
) -> Result<(), Failure> {
    node(checkout)?;
    let folder = checkout.path(folder);
    let (lock, installed) = (folder.join("package-lock.json"), folder.join(INSTALLED));
    let wanted = fs::read(&lock).map_err(|error| Failure::File {
        path: lock.clone(),
        error,
    })?;
    if fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    installing(what, usually, || {
        process::run(npm(checkout).current_dir(&folder).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]))
    })?;
    fs::write(&installed, wanted).map_err(|error| Failure::File {
        path: installed,
        error,
    })
}

fn npm(checkout: &Checkout) -> Command {
    checkout.command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8"), Some(8));
        assert_eq!(major("20.1.0"), None);
        assert_eq!(major(""), None);
    }
}
