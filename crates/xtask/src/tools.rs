//! The tools that cargo and rustup bring: the wasm32 target, trunk, wasm-bindgen, cargo-fuzz.
//!
//! Each is installed once, at the version pinned here, into target/tools; what the user already
//! has at that version is taken. Nothing is asked of the network when all is there. Does not know
//! npm's packages or the browser.

use std::fs;
use std::time::Instant;

use crate::checkout::Checkout;
use crate::process::{self, Failure};

pub(crate) const TRUNK: &str = "0.21.14";
/// Equal to the crate's version in Cargo.toml, or the generated JavaScript does not fit the wasm.
pub(crate) const WASM_BINDGEN: &str = "0.2.130";
const CARGO_FUZZ: &str = "0.13.2";
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The standard library for wasm32.
pub(crate) fn wasm_target(checkout: &Checkout) -> Result<(), Failure> {
    let sysroot = process::answer(checkout.command("rustc").args(["--print", "sysroot"]))
        .ok_or_else(|| Failure::Missing("rustc is missing: install Rust by rustup.rs".into()))?;
    if fs::exists(format!("{sysroot}/lib/rustlib/{WASM_TARGET}/lib")).unwrap_or(false) {
        return Ok(());
    }
    if checkout.find("rustup").is_none() {
        return Err(Failure::Missing(format!(
            "the target {WASM_TARGET} is missing and so is rustup: install Rust by rustup.rs"
        )));
    }
    installing(&format!("the target {WASM_TARGET}"), "10 seconds", || {
        process::run(
            checkout
                .command("rustup")
                .args(["target", "add", WASM_TARGET]),
        )
    })
}

/// Trunk, which builds and serves the page.
pub(crate) fn trunk(checkout: &Checkout) -> Result<(), Failure> {
    if is_at(checkout, "trunk", TRUNK) {
        return Ok(());
    }
    let package = format!("trunk@{TRUNK}");
    // Without its default features it neither updates itself nor speaks TLS: it has nothing to
    // download here, and a debug build takes a third of the time.
    installing(&format!("trunk {TRUNK}"), "3 minutes", || {
        install(checkout, &["--locked", "--no-default-features", &package])
    })
}

/// wasm-bindgen and its test runner, which .cargo/config.toml names.
pub(crate) fn wasm_bindgen(checkout: &Checkout) -> Result<(), Failure> {
    let runner = format!(
        "bin/wasm-bindgen-test-runner{}",
        std::env::consts::EXE_SUFFIX
    );
    if is_at(checkout, "wasm-bindgen", WASM_BINDGEN) && checkout.tools().join(runner).is_file() {
        return Ok(());
    }
    installing(&format!("wasm-bindgen {WASM_BINDGEN}"), "1 minute", || {
        install(
            checkout,
            &["--locked", "--force", "--path", "crates/xtask/tools"],
        )
    })
}

/// cargo-fuzz, which builds fuzz targets with libFuzzer.
pub(crate) fn cargo_fuzz(checkout: &Checkout) -> Result<(), Failure> {
    if is_at(checkout, "cargo-fuzz", CARGO_FUZZ) {
        return Ok(());
    }
    let package = format!("cargo-fuzz@{CARGO_FUZZ}");
    installing(&format!("cargo-fuzz {CARGO_FUZZ}"), "1 minute", || {
        install(checkout, &["--locked", &package])
    })
}

/// Says what is being installed and how long that usually takes, then how long it took.
pub(crate) fn installing(
    what: &str,
    usually: &str,
    install: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    println!("Installing {what}: about {usually} on two cores, once.");
    let start = Instant::now();
    install()?;
    println!(
        "Installed {what} in {:.0} s.",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

fn is_at(checkout: &Checkout, program: &str, version: &str) -> bool {
    process::answer(checkout.command(program).arg("--version"))
        .is_some_and(|answer| answer.split(' ').nth(1) == Some(version))
}

/// Builds in a folder that stays until the installation ends, so that an interrupted one goes on
/// where it was.
fn install(checkout: &Checkout, words: &[&str]) -> Result<(), Failure> {
    let build = checkout.tools().join("build");
    process::run(
        checkout
            .cargo()
            .args(["install", "--debug", "--root"])
            .arg(checkout.tools())
            .args(words)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TARGET_DIR", &build),
    )?;
    fs::remove_dir_all(&build).map_err(|error| Failure::File { path: build, error })
}
