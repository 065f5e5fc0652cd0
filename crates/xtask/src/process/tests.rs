//! Small shell scripts in the place of test runners.

use super::*;

fn counted(script: &str) -> Tally {
    count(Command::new("sh").args(["-c", script])).expect("every machine has sh")
}

#[test]
fn results_of_several_binaries_are_added_up() {
    let tally = counted(
        "echo 'test result: ok. 3 passed; 0 failed; 0 ignored'
         echo 'test result: FAILED. 1 passed; 2 failed; 0 ignored'; exit 101",
    );
    assert_eq!(
        tally,
        Tally {
            passed: 4,
            failed: 2
        }
    );
}

#[test]
fn an_error_without_a_failed_test_counts_as_one_failure() {
    let tally = counted("echo 'test result: ok. 3 passed; 0 failed; 0 ignored'; exit 1");
    assert_eq!(
        tally,
        Tally {
            passed: 3,
            failed: 1
        }
    );
}

#[test]
fn running_no_test_is_a_failure() {
    assert_eq!(
        counted("echo 'no tests to run!'"),
        Tally {
            passed: 0,
            failed: 1
        }
    );
}

#[test]
fn bytes_that_are_no_text_do_not_stop_the_count() {
    let tally = counted(r"printf '\377\n'; echo 'test result: ok. 1 passed; 0 failed; 0 ignored'");
    assert_eq!(
        tally,
        Tally {
            passed: 1,
            failed: 0
        }
    );
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let failure = run(&mut Command::new("/nowhere/ringlab-nothing")).expect_err("no such file");
    assert!(failure.to_string().contains("ringlab-nothing"), "{failure}");
}

#[test]
fn two_at_once_are_counted_apart() {
    let results = |script| {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    };
    let mut first = results("echo 'test result: ok. 3 passed; 0 failed; 0 ignored'");
    let mut second = results("echo 'test result: FAILED. 1 passed; 2 failed; 0 ignored'; exit 1");
    let counts = |tally: Tally| (tally.passed, tally.failed);
    let (first, second) = count_both(&mut first, &mut second).expect("every machine has sh");
    assert_eq!((counts(first), counts(second)), ((3, 0), (1, 2)));
}
