//! The values of a reply as `redis-cli` prints it, without what it draws around them. It knows no
//! command.

use super::words::Word;

/// What stands between values in JSON.
const JSON_MARKS: &str = "[]{},:";

/// Numbers, names and texts in their order; nothing where nothing was told: an empty value.
pub(super) fn values(text: &str) -> Vec<Word<'_>> {
    let mut values = Vec::new();
    let start = text.trim_start();
    let is_json = start.starts_with('[');
    let is_drawn = start.starts_with("1)");
    for (line, text) in (1..).zip(text.lines()) {
        let column = 1;
        let all = Word { text, line, column };
        if is_json || is_drawn {
            quoted(all, if is_json { JSON_MARKS } else { "" }, &mut values);
        } else {
            plain(all, &mut values);
        }
    }
    values
}

/// Into a file: a value a line, or a name and its value.
fn plain<'a>(line: Word<'a>, values: &mut Vec<Word<'a>>) {
    match line.text.find(' ') {
        Some(end) => values.extend([line.with(&line.text[..end]), line.from(end + 1)]),
        None => values.push(line),
    }
}

/// On a terminal: with its number before it, its type, and quotes around it; or as JSON, whose values
/// are taken in their order, whatever holds them.
fn quoted<'a>(line: Word<'a>, marks: &str, values: &mut Vec<Word<'a>>) {
    let ends = |letter: char| letter.is_whitespace() || marks.contains(letter);
    let mut rest = line;
    while !rest.text.is_empty() {
        if let Some(inside) = rest.text.strip_prefix('"') {
            let length = closing(inside);
            values.push(rest.from(1).with(&inside[..length]));
            rest = rest.from((length + 2).min(rest.text.len()));
            continue;
        }
        let length = rest.text.find(ends).unwrap_or(rest.text.len());
        let (word, after) = rest.text.split_at(length);
        match word {
            "" => {}
            "null" | "(nil)" => values.push(rest.with("")),
            _ if is_drawn(word) => {}
            _ => values.push(rest.with(word)),
        }
        // Past what ends it, too.
        rest = rest.from(length + after.chars().next().map_or(0, char::len_utf8));
    }
}

/// What is drawn beside values.
fn is_drawn(word: &str) -> bool {
    matches!(word, "=>" | "(integer)" | "(empty" | "array)") || word.ends_with([')', '#'])
}

/// Where the quote is that closes, or the end of the line.
fn closing(inside: &str) -> usize {
    let mut is_escaped = false;
    let closes = |letter: char| {
        let closes = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        closes
    };
    inside.find(closes).unwrap_or(inside.len())
}
