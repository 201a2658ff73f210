pub mod bounded_queue {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/02_mutex_guards/04_bounded_queue/pitfalls/close_without_the_lock.rs"
    ));
}
#[path = "program.rs"]
mod program;

pub use program::program;
