//! The house rules that no linter knows, checked over the whole repository.

use std::fmt;
use std::path::Path;

use crate::process::Failure;

/// A broken rule, and where.
pub(crate) struct Violation {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

/// Every violation in the repository at `root`.
pub(crate) fn check(_root: &Path) -> Result<Vec<Violation>, Failure> {
    Ok(Vec::new())
}
