//! Does rounds of one primitive and nothing else, for whoever wants to count its instructions or read its code.
//!
//! ```text
//! rounds NAME by-hand|by-guard ROUNDS     for example: rounds 'spin lock' by-guard 1024
//! rounds places                           where each primitive's two functions are, counted from `release::work`
//! ```
//!
//! It is small on purpose, and takes no library for its arguments: what it is made of is measured.

use std::env;
use std::process::ExitCode;

use benches::counting::{self, Way};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_understood = match arguments[..] {
        ["places"] => {
            for place in counting::places() {
                println!("{} {} {}", place.by_hand, place.by_guard, place.name);
            }
            true
        }
        [name, way, rounds] => run(name, way, rounds).is_some(),
        _ => false,
    };
    if is_understood {
        return ExitCode::SUCCESS;
    }
    eprintln!(
        "usage: rounds NAME by-hand|by-guard ROUNDS, or: rounds places\nNAME is one of these:"
    );
    for place in counting::places() {
        eprintln!("  {}", place.name);
    }
    ExitCode::from(2)
}

fn run(name: &str, way: &str, rounds: &str) -> Option<()> {
    let way = match way {
        "by-hand" => Way::Hand,
        "by-guard" => Way::Guard,
        _ => return None,
    };
    let known = counting::cases()
        .into_iter()
        .find(|case| case.name == name && case.way == way);
    let mut case = known?;
    case.rounds = rounds.parse().ok()?;
    case.prepare().run();
    Some(())
}
