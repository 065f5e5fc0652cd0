//! Every step of the tests: what it runs, how the results are added up and told.
//!
//! Knows in which order; how a tool comes to the machine is told in `tools`, `node`, `browser`.

use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::browser::{self, Browser};
use crate::checkout::Checkout;
use crate::process::{self, Failure};
use crate::tally::Tally;
use crate::{node, tidy, tools};

/// One step of the tests. It can be run alone: none needs an earlier one.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Part of `--quick`: needs neither Node nor a browser nor the wasm32 target.
    pub(crate) quick: bool,
    run: fn(&Checkout) -> Result<Tally, Failure>,
}

/// In the order in which they run: what fails fastest comes first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "formatting of every crate",
        quick: true,
        run: fmt,
    },
    Step {
        name: "tidy",
        about: "the house rules that no linter knows",
        quick: true,
        run: tidy,
    },
    Step {
        name: "lint",
        about: "clippy on every crate",
        quick: true,
        run: lint,
    },
    Step {
        name: "native",
        about: "tests and examples on this machine",
        quick: true,
        run: native,
    },
    Step {
        name: "package",
        about: "documentation, and the crate as crates.io would take it",
        quick: false,
        run: package,
    },
    Step {
        name: "lint-wasm",
        about: "clippy on what runs in a page, as wasm32",
        quick: false,
        run: lint_wasm,
    },
    Step {
        name: "lint-bench",
        about: "clippy on the benchmark, which is a workspace of its own",
        quick: false,
        run: lint_bench,
    },
    Step {
        name: "native-bench",
        about: "tests of what the benchmark measures by",
        quick: false,
        run: native_bench,
    },
    Step {
        name: "wasm",
        about: "the same tests as wasm32, in Node and in headless Chromium at once",
        quick: false,
        run: wasm,
    },
    Step {
        name: "build",
        about: "the page's release build, and its size",
        quick: false,
        run: build,
    },
    Step {
        name: "e2e",
        about: "the release build in headless Chromium",
        quick: false,
        run: e2e,
    },
    Step {
        name: "npm",
        about: "the npm package, packed, and used in Node, bundlers, browsers and runtimes",
        quick: false,
        run: npm,
    },
];

/// Crates with a workspace of their own; cargo does not reach them by `--workspace`.
const TOOLS_CRATE: &str = "crates/xtask/tools/Cargo.toml";
const BENCH_CRATE: &str = "crates/ringlab-bench/Cargo.toml";

/// The crates whose tests run as wasm32. Node and Chromium get the same list, and so the same
/// binaries: a crate more or less changes features and compiles everything twice.
const WASM_CRATES: [&str; 10] = [
    "--package",
    "ringlab",
    "--package",
    "ringlab-disk",
    "--package",
    "ringlab-sim",
    "--package",
    "ringlab-wasm",
    "--package",
    "ringlab-web",
];
/// A simulated cluster in a debug build takes longer than the runner's 20 seconds.
const WASM_TIMEOUT_SECONDS: &str = "600";

/// Runs the steps, goes on after a failed one, and closes with what all of them counted.
/// Returns whether all passed.
pub(crate) fn run(checkout: &Checkout, steps: &[&Step]) -> bool {
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for step in steps {
        println!("\n== {}: {}", step.name, step.about);
        let start = Instant::now();
        let tally = (step.run)(checkout).unwrap_or_else(|failure| {
            println!("{}: {failure}", step.name);
            Tally::one(false)
        });
        let line = summary(step, start.elapsed(), tally);
        println!("{line}");
        lines.push(line);
        total += tally;
    }
    if lines.len() > 1 {
        println!("\n{}", lines.join("\n"));
    }
    println!("{total}");
    total.failed == 0
}

/// Everything that any step needs, installed.
pub(crate) fn setup(checkout: &Checkout) -> Result<(), Failure> {
    tools::wasm_target(checkout)?;
    tools::wasm_bindgen(checkout)?;
    tools::trunk(checkout)?;
    node::packages(checkout)?;
    node::consumers(checkout)?;
    browser::browser(checkout).map(|_| ())
}

/// The words after the numbers keep it from being taken for the closing line.
fn summary(step: &Step, took: Duration, tally: Tally) -> String {
    format!(
        "-- {:<10} {:>6.1} s   {tally}",
        step.name,
        took.as_secs_f64()
    )
}

fn fmt(checkout: &Checkout) -> Result<Tally, Failure> {
    let mut clean = true;
    for manifest in ["Cargo.toml", TOOLS_CRATE, BENCH_CRATE] {
        if checkout.path(manifest).is_file() {
            let words = ["fmt", "--all", "--check", "--manifest-path", manifest];
            clean &= check(checkout.cargo().args(words)).passed == 1;
        }
    }
    if !clean {
        println!("`cargo fmt --all` repairs it; add --manifest-path for a workspace of its own");
    }
    Ok(Tally::one(clean))
}

fn tidy(checkout: &Checkout) -> Result<Tally, Failure> {
    let violations = tidy::check(checkout.root())?;
    for violation in &violations {
        println!("{violation}");
    }
    Ok(Tally::one(violations.is_empty()))
}

fn lint(checkout: &Checkout) -> Result<Tally, Failure> {
    Ok(clippy(checkout, &["--workspace", "--all-targets"]))
}

fn native(checkout: &Checkout) -> Result<Tally, Failure> {
    process::count(
        checkout
            .cargo()
            .args(["test", "--workspace", "--no-fail-fast"]),
    )
}

fn package(checkout: &Checkout) -> Result<Tally, Failure> {
    let words = ["doc", "--workspace", "--no-deps"];
    let mut tally = check(
        checkout
            .cargo()
            .args(words)
            .env("RUSTDOCFLAGS", "-D warnings"),
    );
    // Built from what was packed, with no feature and no other crate of ours beside it.
    let words = ["package", "--package", "ringlab", "--allow-dirty"];
    tally += check(checkout.cargo().args(words));
    Ok(tally)
}

fn lint_wasm(checkout: &Checkout) -> Result<Tally, Failure> {
    tools::wasm_target(checkout)?;
    let mut words = vec!["--all-targets", "--target", tools::WASM_TARGET];
    words.extend(WASM_CRATES);
    Ok(clippy(checkout, &words))
}

fn lint_bench(checkout: &Checkout) -> Result<Tally, Failure> {
    if !checkout.path(BENCH_CRATE).is_file() {
        return Ok(Tally::default());
    }
    let target = checkout.path("target");
    let target = target.to_string_lossy();
    Ok(clippy(
        checkout,
        &[
            "--manifest-path",
            BENCH_CRATE,
            "--all-targets",
            "--target-dir",
            &target,
        ],
    ))
}

fn native_bench(checkout: &Checkout) -> Result<Tally, Failure> {
    if !checkout.path(BENCH_CRATE).is_file() {
        return Ok(Tally::default());
    }
    process::count(
        checkout
            .cargo()
            .args(["test", "--manifest-path", BENCH_CRATE, "--target-dir"])
            .arg(checkout.path("target")),
    )
}

fn wasm(checkout: &Checkout) -> Result<Tally, Failure> {
    tools::wasm_target(checkout)?;
    tools::wasm_bindgen(checkout)?;
    node::node(checkout)?;
    let browser = browser::browser(checkout)?;
    process::run(wasm_tests(checkout, &browser).arg("--no-run"))?;
    // Each runs its tests one after the other. In Chromium in a worker, as the page's engine does: on a
    // page of its own a long test would keep the driver from its answer for longer than it waits.
    println!("-- in Node, and then what was tested in Chromium meanwhile");
    let (mut tally, in_chromium) = process::count_both(
        wasm_tests(checkout, &browser).env("WASM_BINDGEN_TEST_ONLY_NODE", "1"),
        wasm_tests(checkout, &browser).env("WASM_BINDGEN_USE_DEDICATED_WORKER", "1"),
    )?;
    tally += in_chromium;
    Ok(tally)
}

fn build(checkout: &Checkout) -> Result<Tally, Failure> {
    release_build(checkout)?;
    let sizes = check(
        checkout
            .command("node")
            .args(["web/e2e/support/sizes.mjs", "dist"]),
    );
    let mut tally = Tally::one(true);
    tally += sizes;
    Ok(tally)
}

fn e2e(checkout: &Checkout) -> Result<Tally, Failure> {
    node::packages(checkout)?;
    let browser = browser::browser(checkout)?;
    release_build(checkout)?;
    process::count(&mut playwright(checkout, &browser, "page"))
}

fn npm(checkout: &Checkout) -> Result<Tally, Failure> {
    tools::wasm_target(checkout)?;
    tools::wasm_bindgen(checkout)?;
    node::packages(checkout)?;
    node::consumers(checkout)?;
    let browser = browser::browser(checkout)?;
    process::count(
        checkout
            .command("node")
            .arg(format!("{}/test/run.mjs", node::PACKAGE))
            .env("CHROME", &browser.chromium),
    )
}

/// The page as it is published, in dist/: built once a run, as trunk optimises anew every time.
pub(crate) fn release_build(checkout: &Checkout) -> Result<(), Failure> {
    static BUILT: OnceLock<()> = OnceLock::new();
    if BUILT.get().is_some() {
        return Ok(());
    }
    tools::wasm_target(checkout)?;
    tools::trunk(checkout)?;
    tools::wasm_bindgen(checkout)?;
    node::packages(checkout)?;
    // Page and worker at once, each on a core of its own: Trunk has them linked one after the other,
    // and finds them here.
    process::run(
        checkout
            .cargo()
            .args(["build", "--package", "ringlab-web", "--bins"])
            .args(["--profile", "web", "--target", tools::WASM_TARGET]),
    )?;
    // Trunk takes NO_COLOR for an option with a value, and stops at the usual `1`.
    process::run(
        checkout
            .command("trunk")
            .args(["build", "--release"])
            .env_remove("NO_COLOR"),
    )?;
    BUILT.get_or_init(|| ());
    Ok(())
}

/// Playwright on one of the projects of its configuration.
pub(crate) fn playwright(checkout: &Checkout, browser: &Browser, project: &str) -> Command {
    let mut command = checkout.command("node");
    command
        .args(["node_modules/@playwright/test/cli.js", "test"])
        .args([
            "--config",
            "web/e2e/playwright.config.mjs",
            "--project",
            project,
        ])
        .env("CHROME", &browser.chromium);
    command
}

fn wasm_tests(checkout: &Checkout, browser: &Browser) -> Command {
    let mut command = checkout.cargo();
    // `--tests` leaves out the examples in the documentation, which have no wasm runner.
    command
        .args([
            "test",
            "--tests",
            "--no-fail-fast",
            "--target",
            tools::WASM_TARGET,
        ])
        .args(WASM_CRATES)
        .env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TIMEOUT_SECONDS)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &browser.settings)
        .env("CHROMEDRIVER", &browser.driver);
    command
}

fn clippy(checkout: &Checkout, words: &[&str]) -> Tally {
    check(
        checkout
            .cargo()
            .arg("clippy")
            .args(words)
            .args(["--", "-D", "warnings"]),
    )
}

/// A command that passes or fails as a whole.
fn check(command: &mut Command) -> Tally {
    let outcome = process::run(command);
    if let Err(failure) = &outcome {
        println!("{failure}");
    }
    Tally::one(outcome.is_ok())
}
