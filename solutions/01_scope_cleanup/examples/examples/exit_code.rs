// exits: 3
//! The same code, returned.

use std::process::ExitCode;

use scope_cleanup_examples::Noisy;

// ANCHOR: body
fn main() -> ExitCode {
    let _in_main = Noisy("in main");
    run()
}

fn run() -> ExitCode {
    let _guard = Noisy("declared just before");
    ExitCode::from(3)
}
// ANCHOR_END: body
