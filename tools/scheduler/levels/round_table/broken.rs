pub mod lock_order {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/02_mutex_guards/05_lock_order/pitfalls/left_fork_first.rs"
    ));
}
#[path = "program.rs"]
mod program;

pub use program::program;
