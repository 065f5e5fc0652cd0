//! A Chromium and its driver: found, or installed where Debian's packages are at hand.
//!
//! Does not know which tests want them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::checkout::Checkout;
use crate::process::{self, Failure};
use crate::tools::installing;

/// A browser, its driver, and the settings that wasm-bindgen's test runner hands to the driver.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
    pub(crate) settings: PathBuf,
}

/// Names on PATH, then the places where installers put it.
const CHROMIUM: [&str; 8] = [
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
];
const DRIVER: [&str; 3] = [
    "chromedriver",
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
];

/// Without these a browser of a test asks the network for updates and fails where there is none.
const QUIET: [&str; 6] = [
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
];

/// The browser to test with: CHROME and CHROMEDRIVER from the environment, else the usual places,
/// else Debian's packages.
///
/// # Errors
/// One line that says what to install.
pub(crate) fn browser(checkout: &Checkout) -> Result<Browser, Failure> {
    let (chromium, driver) = match find_both(checkout) {
        Some(both) => both,
        None => {
            install(checkout)?;
            find_both(checkout).ok_or_else(missing)?
        }
    };
    let settings = checkout.path("target/webdriver.json");
    write_settings(&settings, &chromium)?;
    Ok(Browser {
        chromium,
        driver,
        settings,
    })
}

fn find_both(checkout: &Checkout) -> Option<(PathBuf, PathBuf)> {
    let chromium = find(checkout, "CHROME", &CHROMIUM)?;
    let driver = find(checkout, "CHROMEDRIVER", &DRIVER)?;
    Some((chromium, driver))
}

fn find(checkout: &Checkout, variable: &str, places: &[&str]) -> Option<PathBuf> {
    let told = env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_file());
    told.or_else(|| {
        places.iter().find_map(|place| match Path::new(place) {
            path if place.contains('/') => path.is_file().then(|| path.to_path_buf()),
            _ => checkout.find(place),
        })
    })
}

fn install(checkout: &Checkout) -> Result<(), Failure> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let packages = packages_of(&release).ok_or_else(missing)?;
    let prefix: &[&str] = match process::answer(checkout.command("id").arg("-u")).as_deref() {
        Some("0") => &["apt-get"],
        _ if checkout.find("sudo").is_some() => &["sudo", "apt-get"],
        _ => return Err(missing()),
    };
    let apt = |words: &[&str]| {
        process::run(
            checkout
                .command(prefix[0])
                .args(&prefix[1..])
                .args(words)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    installing(&packages.join(" and "), "1 minute", || {
        apt(&["update", "-qq"])?;
        apt(&[
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            packages[0],
            packages[1],
        ])
    })
}

/// The packages of browser and driver on the system that /etc/os-release tells of.
fn packages_of(release: &str) -> Option<[&'static str; 2]> {
    let field = |name: &str| {
        release
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .unwrap_or_default()
            .trim_matches('"')
            .to_owned()
    };
    let system = format!("{} {}", field("ID"), field("ID_LIKE"));
    let is = |name: &str| system.split(' ').any(|word| word == name);
    if is("ubuntu") {
        Some(["chromium-browser", "chromium-chromedriver"])
    } else {
        is("debian").then_some(["chromium", "chromium-driver"])
    }
}

fn missing() -> Failure {
    Failure::Missing(
        "Chromium or Chrome and its chromedriver are needed: install both, or name them in the \
         variables CHROME and CHROMEDRIVER"
            .into(),
    )
}

/// The runner adds headless mode by itself.
fn write_settings(path: &Path, chromium: &Path) -> Result<(), Failure> {
    let flags: Vec<String> = QUIET.iter().map(|flag| format!("{flag:?}")).collect();
    let text = format!(
        "{{ \"goog:chromeOptions\": {{ \"binary\": {:?}, \"args\": [{}] }} }}\n",
        chromium.display().to_string(),
        flags.join(", ")
    );
    let folder = path.parent().expect("the settings lie in target/");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Failure::File {
            path: path.to_path_buf(),
            error,
        })
}

#[cfg(test)]
mod tests {
    use super::packages_of;

    #[test]
    fn debian_and_ubuntu_name_their_packages_differently() {
        let debian = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n";
        let ubuntu = "ID=ubuntu\nID_LIKE=debian\n";
        let mint = "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n";
        let fedora = "ID=fedora\n";
        assert_eq!(packages_of(debian), Some(["chromium", "chromium-driver"]));
        assert_eq!(
            packages_of(ubuntu),
            Some(["chromium-browser", "chromium-chromedriver"])
        );
        assert_eq!(
            packages_of(mint),
            Some(["chromium-browser", "chromium-chromedriver"])
        );
        assert_eq!(packages_of(fedora), None);
        assert_eq!(packages_of(""), None);
    }
}
