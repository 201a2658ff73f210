//! Lays out the wrong solutions that levels are made of.

use std::path::Path;

fn main() {
    patches::out::write(
        Path::new("../../solutions/02_mutex_guards/01_spin_lock"),
        "load_then_store",
    );
    patches::out::write(
        Path::new("../../solutions/02_mutex_guards/01_spin_lock"),
        "relaxed_unlock",
    );
    patches::out::write(
        Path::new("../../solutions/02_mutex_guards/04_bounded_queue"),
        "close_without_the_lock",
    );
    patches::out::write(
        Path::new("../../solutions/02_mutex_guards/04_bounded_queue"),
        "if_for_while_in_pop",
    );
    patches::out::write(
        Path::new("../../solutions/02_mutex_guards/05_lock_order"),
        "check_then_act",
    );
    patches::out::write(
        Path::new("../../solutions/02_mutex_guards/05_lock_order"),
        "left_fork_first",
    );
    patches::out::write(
        Path::new("../../solutions/02_mutex_guards/05_lock_order"),
        "payer_then_payee",
    );
}
