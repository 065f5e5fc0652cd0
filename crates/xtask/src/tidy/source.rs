//! A Rust file, its code told from its comments and its literals.
//!
//! A scanner, not a parser: it knows where comments and literals begin and end, and nothing about
//! what the code between them means.

/// A Rust file.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
    /// The text with spaces in the place of comments and of what stands inside literals: the same
    /// lines, at the same columns.
    pub(super) code: String,
    /// The text with spaces in the place of everything but comments.
    pub(super) comments: String,
    /// The text with spaces in the place of everything but what stands inside string literals.
    pub(super) literals: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl Source {
    pub(super) fn new(path: String, text: String) -> Source {
        let letters: Vec<char> = text.chars().collect();
        let kinds = kinds(&letters);
        let only = |kept: Kind| {
            letters
                .iter()
                .zip(&kinds)
                .map(|(&letter, &kind)| {
                    if kind == kept || letter == '\n' {
                        letter
                    } else {
                        ' '
                    }
                })
                .collect()
        };
        Source {
            code: only(Kind::Code),
            comments: only(Kind::Comment),
            literals: only(Kind::Literal),
            path,
            text,
        }
    }

    /// A file of tests only: the rules about the shape of the product do not hold there.
    pub(super) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
            || self.path.contains("/benches/")
    }

    /// The code before an inline `mod tests`.
    pub(super) fn code_outside_tests(&self) -> &str {
        self.code
            .find("\nmod tests {")
            .map_or(&self.code, |end| &self.code[..end])
    }
}

/// Every identifier of a text with the number of its line and the letter before it.
pub(super) fn identifiers(text: &str) -> impl Iterator<Item = (usize, &str, Option<char>)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let mut rest = 0;
        std::iter::from_fn(move || {
            let start = rest + line[rest..].find(is_word)?;
            let end = line[start..]
                .find(|c| !is_word(c))
                .map_or(line.len(), |found| start + found);
            rest = end;
            Some((
                index + 1,
                &line[start..end],
                line[..start].chars().next_back(),
            ))
        })
    })
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What each letter belongs to. The quotes of a literal count as code.
fn kinds(letters: &[char]) -> Vec<Kind> {
    let mut kinds = Vec::with_capacity(letters.len());
    while let Some(rest) = letters.get(kinds.len()..).filter(|rest| !rest.is_empty()) {
        let before = kinds.len().checked_sub(1).map(|index| letters[index]);
        match rest {
            ['/', '/', ..] => extend(&mut kinds, Kind::Comment, line_length(rest)),
            ['/', '*', ..] => extend(&mut kinds, Kind::Comment, block_length(rest)),
            ['"', ..] => quoted(&mut kinds, 1, string_length(&rest[1..]), 1, rest.len()),
            ['r', '"' | '#', ..] if !before.is_some_and(|c| is_word(c) && c != 'b' && c != 'c') => {
                let hashes = rest[1..]
                    .iter()
                    .take_while(|&&letter| letter == '#')
                    .count();
                match rest.get(1 + hashes) {
                    Some('"') => {
                        let inside = raw_length(&rest[2 + hashes..], hashes);
                        quoted(&mut kinds, 2 + hashes, inside, 1 + hashes, rest.len());
                    }
                    _ => extend(&mut kinds, Kind::Code, 1),
                }
            }
            ['\'', '\\', escaped, ..] => {
                let tail = rest[3..]
                    .iter()
                    .take_while(|&&letter| letter != '\'')
                    .count();
                let tail = if *escaped == '\'' || tail > 8 {
                    0
                } else {
                    tail
                };
                quoted(&mut kinds, 1, 2 + tail, 1, rest.len());
            }
            ['\'', _, '\'', ..] => quoted(&mut kinds, 1, 1, 1, rest.len()),
            _ => extend(&mut kinds, Kind::Code, 1),
        }
    }
    kinds
}

fn extend(kinds: &mut Vec<Kind>, kind: Kind, length: usize) {
    kinds.resize(kinds.len() + length, kind);
}

/// An opening, the literal's inside and a closing, cut where the text ends.
fn quoted(kinds: &mut Vec<Kind>, open: usize, inside: usize, close: usize, left: usize) {
    let end = kinds.len() + left;
    extend(kinds, Kind::Code, open);
    extend(kinds, Kind::Literal, inside);
    extend(kinds, Kind::Code, close);
    kinds.truncate(end);
}

fn line_length(rest: &[char]) -> usize {
    rest.iter().take_while(|&&letter| letter != '\n').count()
}

/// Block comments nest.
fn block_length(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_length(inside: &[char]) -> usize {
    let mut at = 0;
    while at < inside.len() && inside[at] != '"' {
        at += if inside[at] == '\\' { 2 } else { 1 };
    }
    at.min(inside.len())
}

fn raw_length(inside: &[char], hashes: usize) -> usize {
    let mut closing = vec!['"'];
    closing.resize(1 + hashes, '#');
    inside
        .windows(closing.len())
        .position(|part| part == closing)
        .unwrap_or(inside.len())
}

#[cfg(test)]
mod tests;
