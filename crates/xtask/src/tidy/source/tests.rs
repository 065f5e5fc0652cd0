//! Comments, literals and code that look like one another.

use super::*;

fn source(text: &str) -> Source {
    Source::new("a.rs".into(), text.into())
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn comments_and_literals_are_told_from_code() {
    for (text, code, comments, literals) in [
        ("a // b\nc", vec!["a", "c"], vec!["//", "b"], vec![]),
        (
            "a /* b /* c */ d */ e",
            vec!["a", "e"],
            vec!["/*", "b", "/*", "c", "*/", "d", "*/"],
            vec![],
        ),
        (
            r#"a "b // c" d"#,
            vec!["a", "\"", "\"", "d"],
            vec![],
            vec!["b", "//", "c"],
        ),
        (
            r#"a "\" b" c"#,
            vec!["a", "\"", "\"", "c"],
            vec![],
            vec!["\\\"", "b"],
        ),
        (
            "a r#\"b \" c\"# d",
            vec!["a", "r#\"", "\"#", "d"],
            vec![],
            vec!["b", "\"", "c"],
        ),
        ("br\"b\\\" c", vec!["br\"", "\"", "c"], vec![], vec!["b\\"]),
        ("'\"' a", vec!["'", "'", "a"], vec![], vec!["\""]),
        ("'\\'' a", vec!["'", "'", "a"], vec![], vec!["\\'"]),
        (r"'\u{1f}' a", vec!["'", "'", "a"], vec![], vec![r"\u{1f}"]),
        (
            "&'a str, &'b c",
            vec!["&'a", "str,", "&'b", "c"],
            vec![],
            vec![],
        ),
        ("r#type a", vec!["r#type", "a"], vec![], vec![]),
    ] {
        let source = source(text);
        assert_eq!(words(&source.code), code, "code of {text}");
        assert_eq!(words(&source.comments), comments, "comments of {text}");
        assert_eq!(words(&source.literals), literals, "literals of {text}");
    }
}

#[test]
fn lines_and_lengths_stay() {
    let text = "//! é\nlet s = \"a\nb\"; /* c\nd */ e\n";
    let source = source(text);
    for masked in [&source.code, &source.comments, &source.literals] {
        assert_eq!(masked.lines().count(), text.lines().count());
        assert_eq!(masked.chars().count(), text.chars().count());
    }
}

#[test]
fn a_text_may_end_inside_anything() {
    for text in [
        "\"a",
        "\"a\\",
        "r##\"a\"#",
        "/* a",
        "'",
        "'\\",
        "'\\u{1",
        "r#",
        "//",
    ] {
        assert_eq!(
            source(text).code.chars().count(),
            text.chars().count(),
            "{text}"
        );
    }
}

#[test]
fn identifiers_come_with_their_line_and_the_letter_before() {
    let found: Vec<_> = identifiers("let a_1 = é;\nx.call()").collect();
    assert_eq!(
        found,
        [
            (1, "let", None),
            (1, "a_1", Some(' ')),
            (1, "é", Some(' ')),
            (2, "x", None),
            (2, "call", Some('.')),
        ]
    );
}
