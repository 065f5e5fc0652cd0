//! `upstream` blocks of nginx that hash consistently.

use super::words::{Names, Word};
use super::{ImportError, Pool, check_length};
use crate::placement::system::System;

/// Each upstream of the text with `hash ... consistent`; others are left out.
///
/// ```
/// use ringlab::placement::{Placement, import};
///
/// let text = "upstream cache {\n hash $request_uri consistent;\n server 10.0.0.1:80 weight=2;\n}";
/// let pools = import::nginx_upstreams(text)?;
/// assert_eq!((pools[0].name.as_str(), pools[0].nodes[0].weight), ("cache", 2));
/// # Ok::<(), import::ImportError>(())
/// ```
///
/// # Errors
///
/// Says where a text is not nginx's, a server is not placed here (`backup`, `down`, one that is there
/// already), or that no upstream hashes consistently.
pub fn nginx_upstreams(text: &str) -> Result<Vec<Pool>, ImportError> {
    check_length(text)?;
    let words = tokens(text)?;
    let mut pools = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if words[at].text == "upstream" && words.get(at + 2).is_some_and(|word| word.text == "{") {
            let (pool, next) = upstream(words[at + 1], &words, at + 3)?;
            pools.extend(pool);
            at = next;
        } else {
            at += 1;
        }
    }
    if pools.is_empty() {
        let what = "no upstream in this text asks for consistent hashing, \"hash ... consistent\": \
                    other ways are not placed here";
        return Err(ImportError::new((1, 1), what));
    }
    Ok(pools)
}

/// One block, from after its brace on, and where it ends.
fn upstream(
    name: Word<'_>,
    words: &[Word<'_>],
    begin: usize,
) -> Result<(Option<Pool>, usize), ImportError> {
    let mut pool = Pool {
        name: name.text.to_owned(),
        system: System::Nginx,
        nodes: Vec::new(),
    };
    let mut names = Names::default();
    let mut is_consistent = false;
    let mut refused = None;
    let mut at = begin;
    loop {
        let rest = &words[at.min(words.len())..];
        if rest.first().is_some_and(|word| word.text == "}") {
            break;
        }
        let Some(end) = rest.iter().position(|word| word.text == ";") else {
            return Err(name.error(format!("upstream {:?} does not end", name.text)));
        };
        match rest[..end] {
            [directive, _, last] if directive.text == "hash" => {
                is_consistent = last.text == "consistent";
            }
            [directive, address, ref options @ ..] if directive.text == "server" => {
                match server(address, options, &mut names) {
                    Ok(node) => pool.nodes.push(node),
                    Err(error) => refused = refused.or(Some(error)),
                }
            }
            _ => {}
        }
        at += end + 1;
    }
    match refused {
        Some(error) if is_consistent => Err(error),
        _ => Ok((is_consistent.then_some(pool), at + 1)),
    }
}

fn server(
    address: Word<'_>,
    options: &[Word<'_>],
    names: &mut Names,
) -> Result<crate::placement::WeightedNode, ImportError> {
    let mut weight = 1;
    for option in options {
        if let Some(number) = option.text.strip_prefix("weight=") {
            weight = option
                .from(option.text.len() - number.len())
                .number("a whole weight")?;
        }
        if matches!(option.text, "backup" | "down") {
            let what = format!(
                "a server that is {:?} is not placed here: leave it out",
                option.text
            );
            return Err(option.error(what));
        }
    }
    names.node(address, weight)
}

/// Words, braces and semicolons; comments are left out and quotes taken off.
fn tokens(text: &str) -> Result<Vec<Word<'_>>, ImportError> {
    let mut words = Vec::new();
    for (line, whole) in (1..).zip(text.lines()) {
        let mut rest = whole;
        loop {
            rest = rest.trim_start();
            let column = whole[..whole.len() - rest.len()].chars().count() + 1;
            let word = |text| Word { text, line, column };
            let end = match rest.chars().next() {
                None | Some('#') => break,
                Some('{' | '}' | ';') => 1,
                Some(quote @ ('"' | '\'')) => {
                    let Some(end) = rest[1..].find(quote) else {
                        return Err(word(rest).error("this quote does not end on its line"));
                    };
                    words.push(word(&rest[1..=end]));
                    rest = &rest[end + 2..];
                    continue;
                }
                Some(_) => word_end(rest),
            };
            words.push(word(&rest[..end]));
            rest = &rest[end..];
        }
    }
    Ok(words)
}

/// Where an unquoted word ends; a variable may be written `${name}`.
fn word_end(text: &str) -> usize {
    let mut last = ' ';
    for (at, character) in text.char_indices() {
        let ends = match character {
            '{' => last != '$',
            ';' => true,
            '}' => !text[..at].contains("${"),
            other => other.is_whitespace(),
        };
        if ends {
            return at;
        }
        last = character;
    }
    text.len()
}
