//! The same requests, each in a span.

use std::cell::Cell;
use std::num::ParseIntError;
use std::panic::catch_unwind;
use std::time::Duration;

use scope_guard::{Event, Span, Tracer};

/// Prints what spans report. The program sets the clock.
#[derive(Default)]
struct Console(Cell<Duration>);

impl Tracer for Console {
    fn now(&self) -> Duration {
        self.0.get()
    }

    fn record(&self, event: Event) {
        match event {
            Event::Enter { name } => println!("{name} ..."),
            Event::Exit {
                name,
                elapsed,
                outcome,
            } => println!("{name}: {elapsed:?}, {outcome:?}"),
        }
    }
}

// ANCHOR: handle
fn handle(console: &Console, request: &'static str) -> Result<u32, ParseIntError> {
    let _span = Span::enter(console, request);
    ask_backend(console, request)
}
// ANCHOR_END: handle

/// Takes 20 ms, or gives up after 900, or breaks.
fn ask_backend(console: &Console, request: &str) -> Result<u32, ParseIntError> {
    assert_ne!(request, "broken", "a bug in here");
    let answer = request.parse();
    let took = if answer.is_ok() { 20 } else { 900 };
    console.0.set(console.0.get() + Duration::from_millis(took));
    answer
}

fn main() {
    for request in ["17", "down", "broken"] {
        let outcome = catch_unwind(|| handle(&Console::default(), request));
        println!("  answered: {}", matches!(outcome, Ok(Ok(_))));
    }
}
