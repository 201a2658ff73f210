//! The three who speak of a litmus test do not contradict each other.

use atomics_examples::catalogue::{ALL, Trial};

/// The one outcome that the language allows and the model does not find.
fn is_load_buffering(trial: &Trial, read: &str) -> bool {
    trial.test == "load buffering" && trial.orderings == "Relaxed" && read == "left 1, right 1"
}

#[test]
fn the_model_finds_what_the_language_allows_but_for_load_buffering() {
    for test in ALL.as_flattened() {
        let trial = test(0);
        for outcome in &trial.outcomes {
            let expected = outcome.allowed && !is_load_buffering(&trial, &outcome.read);
            assert_eq!(
                outcome.found, expected,
                "{}, {}, {}: left: whether the model finds it; right: what is known",
                trial.test, trial.orderings, outcome.read
            );
        }
    }
}

#[test]
fn each_test_but_coherence_has_one_surprise() {
    for [weak, paired, strong] in catalogue_tests() {
        let name = weak.test;
        let surprises = |trial: &Trial| {
            let surprising = trial
                .outcomes
                .iter()
                .filter(|outcome| outcome.is_surprising());
            surprising.count()
        };
        assert_eq!(surprises(&weak), usize::from(name != "coherence"), "{name}");
        let stays = ["store buffering", "independent writes"].contains(&name);
        assert_eq!(
            surprises(&paired),
            usize::from(stays),
            "{name}, Release and Acquire"
        );
        assert_eq!(surprises(&strong), 0, "{name}, SeqCst");
    }
}

fn catalogue_tests() -> [[Trial; 3]; 5] {
    ALL.map(|tests| tests.map(|test| test(0)))
}

#[test]
fn the_machine_does_nothing_that_the_language_forbids() {
    const RUNS: usize = 5_000;
    for test in ALL.as_flattened() {
        let trial = test(RUNS);
        for outcome in &trial.outcomes {
            assert!(
                outcome.allowed || outcome.times == 0,
                "{}, {}: {} times {}, which is forbidden",
                trial.test,
                trial.orderings,
                outcome.times,
                outcome.read
            );
        }
        let all: usize = trial.outcomes.iter().map(|outcome| outcome.times).sum();
        assert_eq!(all, RUNS, "{}: a run, an outcome", trial.test);
    }
}
