//! What is not left behind: promises in comments, unwraps, tests that wait or do not run.

use super::Violation;
use super::repository::{Document, Repository};
use super::source::{Source, identifiers};

const PROMISES: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// Calls in Playwright scripts that leave a test out, run it alone, or wait for a time.
const SCRIPT_DEBRIS: [&str; 5] = [
    ".only(",
    ".skip(",
    ".fixme(",
    "waitForTimeout(",
    "setTimeout(",
];

pub(super) fn check(repository: &Repository) -> Vec<Violation> {
    let scripts = repository
        .others
        .iter()
        .filter(|document| document.path.ends_with(".mjs"));
    repository
        .rust
        .iter()
        .flat_map(in_rust)
        .chain(scripts.flat_map(in_script))
        .collect()
}

fn in_rust(source: &Source) -> Vec<Violation> {
    let mut found: Vec<_> = identifiers(&source.comments)
        .filter(|(_, word, _)| PROMISES.contains(word))
        .map(|(line, word, _)| {
            Violation::new(
                &source.path,
                line,
                format!("{word}: do it, or open an issue"),
            )
        })
        .collect();
    for (line, word, before) in identifiers(&source.code) {
        let rule = match (word, before) {
            ("sleep", _) => "nothing sleeps: time is an argument, and a test waits for a fact",
            ("ignore", Some('[')) => "a test that is ignored is no test",
            _ => continue,
        };
        found.push(Violation::new(&source.path, line, rule));
    }
    if !source.is_test() {
        for (line, word, before) in identifiers(source.code_outside_tests()) {
            if word == "unwrap" && before == Some('.') {
                let rule = "no unwrap outside tests: `expect` says why it cannot fail";
                found.push(Violation::new(&source.path, line, rule));
            }
        }
    }
    found
}

fn in_script(script: &Document) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, line) in script.text.lines().enumerate() {
        let debris = SCRIPT_DEBRIS
            .iter()
            .chain(&PROMISES)
            .find(|word| line.contains(**word));
        if let Some(word) = debris {
            found.push(Violation::new(
                &script.path,
                index + 1,
                format!("`{word}` is left behind"),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Repository::of([(path, text)]))
            .into_iter()
            .map(|found| found.line)
            .collect()
    }

    #[test]
    fn promises_are_caught_in_comments_only() {
        assert_eq!(
            lines(
                "a.rs",
                "//! A.\n// TODO: later\nlet a = \"TODO\";\n/* FIXME */"
            ),
            [2, 4]
        );
    }

    #[test]
    fn an_unwrap_is_caught_outside_tests() {
        let text = "//! A.\nx.unwrap();\n// .unwrap()\n#[cfg(test)]\nmod tests {\n y.unwrap();\n}";
        assert_eq!(lines("a.rs", text), [2]);
        assert_eq!(lines("a/tests.rs", "x.unwrap();"), []);
        assert_eq!(lines("a.rs", "x.unwrap_or(1);"), []);
    }

    #[test]
    fn tests_that_wait_or_do_not_run_are_caught() {
        assert_eq!(lines("a/tests.rs", "thread::sleep(second);"), [1]);
        assert_eq!(lines("a/tests.rs", "#[test]\n#[ignore]\nfn a() {}"), [2]);
        assert_eq!(
            lines(
                "a.spec.mjs",
                "// A.\ntest.only('a');\npage.waitForTimeout(9)"
            ),
            [2, 3]
        );
    }
}
