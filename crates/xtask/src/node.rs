//! Node and the packages that package-lock.json names.
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
    node(checkout)?;
    let (lock, installed) = (checkout.path("package-lock.json"), checkout.path(INSTALLED));
    let wanted = fs::read(&lock).map_err(|error| Failure::File {
        path: lock.clone(),
        error,
    })?;
    if fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    installing("npm's development packages", "10 seconds", || {
        process::run(npm(checkout).args([
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
