//! Command lines and the tasks they mean.

use super::*;

fn steps(line: &[&str]) -> Vec<&'static str> {
    match parse(Parser::from_args(line)) {
        Ok(Task::Check { steps }) => steps.iter().map(|step| step.name).collect(),
        other => panic!("{line:?} is {other:?}"),
    }
}

#[test]
fn test_alone_means_every_step() {
    let every: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(steps(&["test"]), every);
}

#[test]
fn quick_leaves_out_what_needs_node_or_a_browser() {
    assert_eq!(
        steps(&["test", "--quick"]),
        ["fmt", "tidy", "lint", "native"]
    );
}

#[test]
fn a_step_runs_alone_with_and_without_test() {
    assert_eq!(steps(&["tidy"]), ["tidy"]);
    assert_eq!(steps(&["test", "native", "wasm"]), ["native", "wasm"]);
}

#[test]
fn trunk_gets_its_options_untouched() {
    match parse(Parser::from_args(["serve", "--release", "--port", "9000"])) {
        Ok(Task::Serve { trunk }) => assert_eq!(trunk, ["--release", "--port", "9000"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_unknown_is_named() {
    for (line, named) in [
        (vec!["nonsense"], "`nonsense`"),
        (vec!["test", "nonsense"], "`nonsense`"),
        (vec!["test", "--fast"], "--fast"),
        (vec!["test", "--quick", "tidy"], "--quick"),
    ] {
        let failure = parse(Parser::from_args(&line))
            .expect_err("an unknown word")
            .to_string();
        assert!(failure.contains(named), "{line:?}: {failure}");
    }
}

#[test]
fn help_has_a_line_for_every_step() {
    assert!(matches!(
        parse(Parser::from_args(["--help"])),
        Ok(Task::Help)
    ));
    assert!(matches!(
        parse(Parser::from_args::<[&str; 0]>([])),
        Ok(Task::Help)
    ));
    for step in STEPS {
        assert!(help().contains(step.about), "{}", step.name);
    }
}

#[test]
fn the_readme_and_the_document_of_the_tests_name_every_step() {
    let readme = include_str!("../../../../README.md");
    let document = include_str!("../../../../docs/tests.md");
    for Step { name, .. } in STEPS {
        assert!(
            readme.contains(&format!("| `cargo xtask {name}`")),
            "README: {name}"
        );
        let rows = document.lines().filter(|line| line.starts_with('|'));
        let first: String = rows.filter_map(|row| row.split('|').nth(1)).collect();
        assert!(
            first.split([' ', ',']).any(|word| word == *name),
            "docs/tests.md: {name}"
        );
    }
}
