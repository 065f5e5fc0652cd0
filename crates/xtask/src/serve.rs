//! The page, served while it is worked on.

use std::ffi::OsString;

use crate::checkout::Checkout;
use crate::process::{self, Failure};
use crate::{node, tools};

/// Where Trunk.toml has it.
const ADDRESS: &str = "127.0.0.1";
const PORT: &str = "8080";

/// Installs what is missing, then serves until it is interrupted. Only a release build needs
/// Node, for wasm-opt.
pub(crate) fn run(checkout: &Checkout, trunk: &[OsString]) -> Result<(), Failure> {
    tools::wasm_target(checkout)?;
    tools::trunk(checkout)?;
    tools::wasm_bindgen(checkout)?;
    if trunk.iter().any(|word| word == "--release") {
        node::packages(checkout)?;
    }
    println!(
        "The page will be at {} when trunk has built it.",
        address(trunk)
    );
    println!("The first build takes about a minute; interrupt with Ctrl-C.");
    // Trunk takes NO_COLOR for an option with a value, and stops at the usual `1`.
    process::run(
        checkout
            .command("trunk")
            .arg("serve")
            .args(trunk)
            .env_remove("NO_COLOR"),
    )
}

fn address(trunk: &[OsString]) -> String {
    let words: Vec<_> = trunk.iter().map(|word| word.to_string_lossy()).collect();
    let told = |name: &str| {
        let assigned = format!("{name}=");
        words.iter().enumerate().find_map(|(index, word)| {
            let follows = (word == name).then(|| words.get(index + 1)).flatten();
            follows
                .map(|value| value.as_ref())
                .or_else(|| word.strip_prefix(&assigned))
        })
    };
    let host = told("--address").or_else(|| told("-a")).unwrap_or(ADDRESS);
    let port = told("--port").or_else(|| told("-p")).unwrap_or(PORT);
    format!("http://{host}:{port}/")
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn the_address_follows_trunks_options() {
        for (words, expected) in [
            (vec![], "http://127.0.0.1:8080/"),
            (
                vec!["--release", "--port", "9000"],
                "http://127.0.0.1:9000/",
            ),
            (vec!["--port=9000"], "http://127.0.0.1:9000/"),
            (vec!["-a", "0.0.0.0", "-p", "80"], "http://0.0.0.0:80/"),
            (vec!["--port"], "http://127.0.0.1:8080/"),
        ] {
            let trunk: Vec<_> = words.iter().map(Into::into).collect();
            assert_eq!(address(&trunk), expected, "{words:?}");
        }
    }
}
