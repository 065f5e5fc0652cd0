//! A text cut into words that know where they stand. It knows no system.

use std::collections::BTreeSet;

use super::ImportError;
use crate::placement::error::PlacementError;
use crate::placement::nodes::WeightedNode;
use crate::ring::NodeName;

/// What stands between spaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl<'a> Word<'a> {
    pub(super) fn error(self, what: impl Into<String>) -> ImportError {
        ImportError::new((self.line, self.column), what)
    }

    /// A part of this word, from this byte of it on.
    pub(super) fn from(self, byte: usize) -> Self {
        let (before, text) = self.text.split_at(byte);
        Self {
            text,
            column: self.column + before.chars().count(),
            ..self
        }
    }

    /// The same place with less text.
    pub(super) const fn with(self, text: &'a str) -> Self {
        Self { text, ..self }
    }

    /// A whole number, or an error that says what it should be.
    pub(super) fn number<N: std::str::FromStr>(self, what: &str) -> Result<N, ImportError> {
        let wrong = |_| self.error(format!("{what} is expected, not {:?}", self.text));
        self.text.parse().map_err(wrong)
    }

    /// The node of this name.
    pub(super) fn node(self, weight: u32) -> Result<WeightedNode, ImportError> {
        WeightedNode::weighing(self.text, weight).map_err(|error| self.error(error.to_string()))
    }
}

/// Names that nodes have.
#[derive(Default)]
pub(super) struct Names(BTreeSet<NodeName>);

impl Names {
    /// Takes the name that a word gives.
    pub(super) fn take(&mut self, name: &NodeName, word: Word<'_>) -> Result<(), ImportError> {
        if self.0.insert(name.clone()) {
            return Ok(());
        }
        Err(word.error(PlacementError::NameTaken(name.clone()).to_string()))
    }

    /// The node of a word's name, which no other has.
    pub(super) fn node(
        &mut self,
        word: Word<'_>,
        weight: u32,
    ) -> Result<WeightedNode, ImportError> {
        let node = word.node(weight)?;
        self.take(&node.name, word)?;
        Ok(node)
    }
}

/// The words of each line.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Vec<Word<'_>>> {
    (1..).zip(text.lines()).map(|(line, text)| {
        let mut words = Vec::new();
        let mut rest = text;
        let mut column = 1;
        loop {
            let spaces = rest.len() - rest.trim_start().len();
            column += rest[..spaces].chars().count();
            rest = &rest[spaces..];
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            if end == 0 {
                return words;
            }
            let text = &rest[..end];
            words.push(Word { text, line, column });
            column += text.chars().count();
            rest = &rest[end..];
        }
    })
}
