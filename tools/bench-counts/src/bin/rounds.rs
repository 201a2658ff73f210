//! Does rounds of one primitive and nothing else, so that its instructions can be counted and its code be read.
//!
//! ```text
//! rounds NAME by-hand|by-guard ROUNDS     for example: rounds 'spin lock' by-guard 1024
//! rounds places                           where each primitive's two functions are, counted from `release::work`
//! ```
//!
//! It is small on purpose, and takes no library for its arguments: what it is made of is measured.

use std::env;
use std::process::ExitCode;

use bench_counts::cases::{self, By};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_understood = match arguments[..] {
        ["places"] => {
            for place in cases::places() {
                println!("{} {} {}", place.by_hand, place.by_guard, place.name);
            }
            true
        }
        [name, by, rounds] => run(name, by, rounds).is_some(),
        _ => false,
    };
    if is_understood {
        return ExitCode::SUCCESS;
    }
    eprintln!(
        "usage: rounds NAME by-hand|by-guard ROUNDS, or: rounds places\nNAME is one of these:"
    );
    for place in cases::places() {
        eprintln!("  {}", place.name);
    }
    ExitCode::from(2)
}

fn run(name: &str, by: &str, rounds: &str) -> Option<()> {
    let by = match by {
        "by-hand" => By::Hand,
        "by-guard" => By::Guard,
        _ => return None,
    };
    let known = cases::cases()
        .into_iter()
        .find(|case| case.name == name && case.by == by);
    let mut case = known?;
    case.rounds = rounds.parse().ok()?;
    case.prepare().run();
    Some(())
}
