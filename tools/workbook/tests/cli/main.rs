//! The command line as a person types it, on copies of a workbook with one exercise.

mod differences;
mod examples;
mod learner;
mod maintainer;
mod new;
mod progress;
mod watch;
mod workbook;
