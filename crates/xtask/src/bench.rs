//! The benchmarks: of the core on this machine, then of the page in headless Chromium.
//!
//! Does not know what they measure: each prints its own table and writes its own JSON.

use std::ffi::OsString;
use std::fs;

use crate::checkout::Checkout;
use crate::process::{self, Failure};
use crate::{browser, checks, node};

const CORE: &str = "crates/ringlab-bench/Cargo.toml";
const PAGE: &str = "web/e2e/bench";

/// Runs both; `words` go to the benchmark of the core.
pub(crate) fn run(checkout: &Checkout, words: &[OsString]) -> Result<(), Failure> {
    let results = checkout.path("target/bench");
    fs::create_dir_all(&results).map_err(|error| Failure::File {
        path: results.clone(),
        error,
    })?;
    process::run(
        checkout
            .cargo()
            .args(["run", "--release", "--manifest-path", CORE, "--target-dir"])
            .arg(checkout.path("target"))
            .arg("--")
            .args(words),
    )?;
    if checkout.path(PAGE).is_dir() {
        node::packages(checkout)?;
        let browser = browser::browser(checkout)?;
        checks::release_build(checkout)?;
        process::run(&mut checks::playwright(checkout, &browser, "bench"))?;
    }
    println!("JSON of this run: {}", results.display());
    Ok(())
}
