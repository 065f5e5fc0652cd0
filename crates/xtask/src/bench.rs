//! The benchmarks: of the core on this machine, then of the page in headless Chromium.
//!
//! Does not know what they measure: each prints its own table and writes its own JSON.

use std::ffi::OsString;
use std::fs;

use crate::checkout::Checkout;
use crate::process::{self, Failure};
use crate::{browser, checks, node, tools};

const CORE: &str = "crates/ringlab-bench/Cargo.toml";

/// The word that asks for the benchmark of the page alone.
const PAGE_ALONE: &str = "page";

/// Runs both without `words`, that of the page with its word, and else that of the core, which
/// the words go to.
pub(crate) fn run(checkout: &Checkout, words: &[OsString]) -> Result<(), Failure> {
    let results = checkout.path("target/bench");
    fs::create_dir_all(&results).map_err(|error| Failure::File {
        path: results.clone(),
        error,
    })?;
    let page_alone = words == [PAGE_ALONE];
    if !page_alone {
        core(checkout, words)?;
    }
    if page_alone || words.is_empty() {
        page(checkout)?;
    }
    println!("JSON of this run: {}", results.display());
    Ok(())
}

fn core(checkout: &Checkout, words: &[OsString]) -> Result<(), Failure> {
    process::run(
        checkout
            .cargo()
            .args(["run", "--release", "--manifest-path", CORE, "--target-dir"])
            .arg(checkout.path("target"))
            .arg("--")
            .args(words),
    )
}

fn page(checkout: &Checkout) -> Result<(), Failure> {
    node::packages(checkout)?;
    let browser = browser::browser(checkout)?;
    checks::release_build(checkout)?;
    crowd(checkout)?;
    process::run(&mut checks::playwright(checkout, &browser, "bench"))
}

/// A crowd of nodes for a worker of the browser, compiled as the page's own worker is.
fn crowd(checkout: &Checkout) -> Result<(), Failure> {
    const PROFILE: &str = "web";
    const EXAMPLE: &str = "crowd";
    process::run(
        checkout
            .cargo()
            .args(["build", "--profile", PROFILE])
            .args(["--target", tools::WASM_TARGET, "--target-dir"])
            .arg(checkout.path("target"))
            .args(["--package", "ringlab-sim", "--example", EXAMPLE]),
    )?;
    let built = format!(
        "target/{}/{PROFILE}/examples/{EXAMPLE}.wasm",
        tools::WASM_TARGET
    );
    process::run(
        checkout
            .command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript", "--out-dir"])
            .arg(checkout.path("target/bench/crowd"))
            .arg(checkout.path(&built)),
    )
}
