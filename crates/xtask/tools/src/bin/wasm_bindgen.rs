//! `wasm-bindgen`: writes the JavaScript beside a wasm file. Trunk calls it.

use std::env;

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(env::args_os())
}
