//! `wasm-bindgen-test-runner`: runs a wasm test binary in Node or in a browser. Cargo calls it.

use std::env;

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(env::args_os())
}
