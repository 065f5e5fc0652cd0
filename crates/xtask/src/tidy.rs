//! The house rules that no linter knows, checked over the whole repository.
//!
//! Each rule is a function from the repository's texts to violations, in a module of its own, with
//! tests that plant what it must catch.

mod debris;
mod layers;
mod limits;
mod manifests;
mod opening;
mod page;
mod paths;
mod pins;
mod repository;
mod source;
mod words;

use std::fmt;
use std::path::Path;

use crate::process::Failure;
use repository::Repository;

/// A broken rule, and where.
#[derive(Debug, PartialEq)]
pub(crate) struct Violation {
    path: String,
    line: usize,
    rule: String,
}

impl Violation {
    fn new(path: &str, line: usize, rule: impl Into<String>) -> Violation {
        Violation {
            path: path.to_owned(),
            line,
            rule: rule.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

const RULES: &[fn(&Repository) -> Vec<Violation>] = &[
    opening::check,
    limits::check,
    debris::check,
    words::check,
    layers::check,
    page::check,
    manifests::check,
    pins::check,
];

/// Every violation in the repository at `root`, in the order of the rules.
pub(crate) fn check(root: &Path) -> Result<Vec<Violation>, Failure> {
    let repository = Repository::read(root)?;
    Ok(RULES.iter().flat_map(|rule| rule(&repository)).collect())
}
