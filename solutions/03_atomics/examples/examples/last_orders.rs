//! All that a log can say of a worker that has saved two orders and stopped.

use atomics_examples::shutdown::shut_down;

fn main() {
    for saved in lanes::outcomes(shut_down) {
        println!("{saved}");
    }
}
