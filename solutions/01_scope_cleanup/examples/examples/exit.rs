// exits: 3
//! The end of a process is not the end of a scope.

use std::process;

use scope_cleanup_examples::Noisy;

// ANCHOR: body
fn main() {
    let _in_main = Noisy("in main");
    {
        let _in_a_block = Noisy("in a block");
    }
    let _guard = Noisy("declared just before");
    process::exit(3);
}
// ANCHOR_END: body
