//! Which module or crate a path in the code leads to.

use super::source::{Source, is_word};

/// The segment after every `first::` in the code, with its line: `crate::ring::Ring` gives `ring`
/// for `crate`, `crate::{ring::Ring, time}` gives `ring` and `time`.
pub(super) fn after<'a>(code: &'a str, first: &str) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(first) {
        let before = code[..at].chars().next_back();
        let rest = &code[at + first.len()..];
        if before.is_some_and(|letter| is_word(letter) || letter == ':' || letter == '\'') {
            continue;
        }
        if let Some(rest) = rest.strip_prefix("::") {
            let line = 1 + code[..at].matches('\n').count();
            found.extend(heads(rest).into_iter().map(|head| (line, head)));
        }
    }
    found
}

/// The top-level modules of its own crate that a file names: by `crate::`, or by as many `super::`
/// as the file lies deep.
pub(super) fn own_modules(source: &Source) -> Vec<(usize, &str)> {
    let mut found = after(&source.code, "crate");
    let deep = module_path(&source.path).len();
    if deep > 0 {
        found.extend(after(&source.code, &vec!["super"; deep].join("::")));
    }
    found.retain(|(_, name)| *name != "super" && *name != "self");
    found
}

/// The modules that lead to a file: `crates/ringlab/src/ring/spec.rs` is `["ring", "spec"]`, the
/// root of a crate is empty.
pub(super) fn module_path(path: &str) -> Vec<&str> {
    let Some((_, inside)) = path.split_once("/src/") else {
        return Vec::new();
    };
    match inside.trim_end_matches(".rs") {
        "lib" | "main" => Vec::new(),
        inside => inside.split('/').collect(),
    }
}

/// The first segment of a path, or of every path in a group.
fn heads(rest: &str) -> Vec<&str> {
    let Some(group) = rest.strip_prefix('{') else {
        return word(rest).into_iter().collect();
    };
    let (mut heads, mut depth, mut fresh) = (Vec::new(), 1, true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => fresh = true,
            _ if fresh && is_word(letter) => {
                heads.extend(word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

fn word(text: &str) -> Option<&str> {
    let end = text.find(|letter| !is_word(letter)).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_segment_of_every_path_is_found() {
        for (code, expected) in [
            ("use crate::ring::Ring;", vec![(1, "ring")]),
            (
                "\nuse crate::{ring::{Ring, Spread}, time, hash::Token};",
                vec![(2, "ring"), (2, "time"), (2, "hash")],
            ),
            (
                "fn a() -> crate::time::Millis { crate::hash::token() }",
                vec![(1, "time"), (1, "hash")],
            ),
            (
                "use crate::{\n    hash,\n    time::Millis,\n};",
                vec![(1, "hash"), (1, "time")],
            ),
            (
                "use other_crate::ring; use a::crate::ring; pub(crate) fn b()",
                vec![],
            ),
        ] {
            assert_eq!(after(code, "crate"), expected, "{code}");
        }
    }

    #[test]
    fn super_is_followed_to_the_root_of_the_crate() {
        let named = |path: &str, text: &str| {
            let source = Source::new(path.into(), text.into());
            own_modules(&source)
                .into_iter()
                .map(|(_, name)| name.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(named("crates/a/src/ring.rs", "use super::hash;"), ["hash"]);
        assert_eq!(
            named("crates/a/src/ring/spec.rs", "use super::Ring;"),
            [""; 0]
        );
        assert_eq!(
            named("crates/a/src/ring/spec.rs", "use super::super::hash;"),
            ["hash"]
        );
        assert_eq!(named("crates/a/src/lib.rs", "use crate::hash;"), ["hash"]);
    }
}
