//! Lays out the wrong solutions that the examples run.

use std::path::Path;

fn main() {
    patches::out::write(Path::new("."), "one_lock_at_a_time");
    patches::out::write(Path::new("."), "order_of_handles");
    patches::out::write(Path::new("."), "payer_then_payee");
}
