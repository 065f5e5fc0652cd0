//! The values of a reply as `redis-cli` prints it, without what it draws around them. It knows no
//! command.

use std::str::Chars;

use super::words::Word;

/// What stands between values in JSON.
const JSON_MARKS: &str = "[]{},:";

/// Numbers, names and texts in their order; nothing where nothing was told: an empty value.
pub(super) fn values(text: &str) -> Vec<Word<'_>> {
    let start = text.trim_start();
    let lines = (1..).zip(text.lines());
    if start.starts_with(['[', '{']) {
        return lines.flat_map(|(line, text)| marked(line, text)).collect();
    }
    if is_drawn(start.split_whitespace().next().unwrap_or_default()) {
        return lines.flat_map(|(line, text)| drawn(line, text)).collect();
    }
    lines.flat_map(|(line, text)| plain(line, text)).collect()
}

/// Into a file: a value a line, or a name and its value.
fn plain(line: usize, text: &str) -> Vec<Word<'_>> {
    let mut column = 1;
    let parts = text.split(' ').map(|text| {
        let word = Word { text, line, column };
        column += text.chars().count() + 1;
        word
    });
    parts.collect()
}

/// On a terminal: with its number before it, its type, and quotes around it.
fn drawn(line: usize, text: &str) -> Vec<Word<'_>> {
    let mut values = quoted(line, text, "");
    values.retain(|(word, is_quoted)| *is_quoted || !is_drawn(word.text));
    let told = values.into_iter().map(|(word, is_quoted)| match word.text {
        "(nil)" if !is_quoted => word.with(""),
        _ => word,
    });
    told.collect()
}

fn is_drawn(word: &str) -> bool {
    let number = word.strip_suffix([')', '#']);
    number.is_some_and(|number| number.parse::<u32>().is_ok())
        || matches!(word, "=>" | "(integer)" | "(empty" | "array)")
}

/// With `--json`. Its values are taken in their order, whatever holds them.
fn marked(line: usize, text: &str) -> Vec<Word<'_>> {
    let values = quoted(line, text, JSON_MARKS).into_iter();
    let told = values.map(|(word, is_quoted)| match word.text {
        "null" if !is_quoted => word.with(""),
        _ => word,
    });
    told.collect()
}

/// Words between spaces and these marks, and what stands in quotes; whether it did.
fn quoted<'a>(line: usize, text: &'a str, marks: &str) -> Vec<(Word<'a>, bool)> {
    let ends = |letter: char| letter.is_whitespace() || marks.contains(letter);
    let mut words = Vec::new();
    let all = Word {
        text,
        line,
        column: 1,
    };
    let mut at = 0;
    while let Some(begin) = text[at..].find(|letter| !ends(letter)) {
        let rest = all.from(at + begin);
        let is_quoted = rest.text.starts_with('"');
        let (from, length) = if is_quoted {
            (1, inside(rest.text[1..].chars()))
        } else {
            (0, rest.text.find(ends).unwrap_or(rest.text.len()))
        };
        let word = rest.from(from);
        words.push((word.with(&word.text[..length]), is_quoted));
        // After the closing quote, too, if there is one.
        at = (at + begin + from + length + from).min(text.len());
    }
    words
}

/// Bytes up to the quote that closes, or to the end of the line.
fn inside(letters: Chars<'_>) -> usize {
    let mut is_escaped = false;
    let before_end = letters.take_while(|&letter| {
        let closes = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        !closes
    });
    before_end.map(char::len_utf8).sum()
}
