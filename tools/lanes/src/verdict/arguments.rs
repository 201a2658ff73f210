//! What the harness was told.

use std::env;

/// The arguments of this run, as far as they concern the watcher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    /// Those that choose tests. A filter is one, and so is whatever only the harness understands: it will say so.
    pub(super) choice: Vec<String>,
    /// `--ignored` or `--include-ignored`, which are among these.
    pub(super) ignored: Vec<String>,
    /// How many tests at a time, if that was said.
    pub(super) threads: Option<usize>,
    /// `always` or `never`, if that was said.
    pub(super) color: Option<String>,
    /// Show what tests print that pass.
    pub(super) show_output: bool,
    /// No line for tests that pass.
    pub(super) quiet: bool,
}

impl Arguments {
    /// `None` if there is nothing to watch: a list, help, a format for programs.
    pub(super) fn read(words: impl Iterator<Item = String>) -> Option<Self> {
        let mut it = Self {
            threads: env::var("RUST_TEST_THREADS")
                .ok()
                .and_then(|n| n.parse().ok()),
            show_output: env::var_os("RUST_TEST_NOCAPTURE").is_some_and(|value| value != "0"),
            ..Self::default()
        };
        let mut words = words;
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if name.starts_with('-') => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            let mut value = || value.clone().or_else(|| words.next());
            match name {
                "--list" | "--help" | "-h" | "--bench" | "--logfile" | "-Z" => return None,
                "--format" => match value()?.as_str() {
                    "pretty" => {}
                    "terse" => it.quiet = true,
                    _ => return None,
                },
                "--quiet" | "-q" => it.quiet = true,
                "--test-threads" => it.threads = value()?.parse().ok(),
                "--color" => it.color = value(),
                "--nocapture" | "--no-capture" | "--show-output" => it.show_output = true,
                "--skip" => it.choice.extend(["--skip".to_owned(), value()?]),
                "--ignored" | "--include-ignored" => {
                    it.choice.push(word.clone());
                    it.ignored.push(word);
                }
                "--test" => {}
                _ => it.choice.push(word),
            }
        }
        Some(it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<Arguments> {
        Arguments::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_chooses_tests_is_passed_on() {
        let read = read("models:: --exact --skip a=b --ignored --test-threads=3 -q").unwrap();
        assert_eq!(
            read.choice,
            ["models::", "--exact", "--skip", "a=b", "--ignored"]
        );
        assert_eq!(read.ignored, ["--ignored"]);
        assert_eq!((read.threads, read.quiet), (Some(3), true));
    }

    #[test]
    fn an_option_and_its_value_may_be_one_word_or_two() {
        assert_eq!(
            read("--color always").unwrap(),
            read("--color=always").unwrap()
        );
        assert_eq!(read("--format=json -Z unstable-options"), None);
        assert_eq!(read("--format json"), None);
        assert!(!read("--format pretty").unwrap().quiet);
    }

    #[test]
    fn there_is_nothing_to_watch_in_a_list() {
        for line in ["--list", "a --list --format terse", "--help", "--logfile x"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
