#[path = "program.rs"]
mod program;
pub mod spin_lock {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/02_mutex_guards/01_spin_lock/pitfalls/load_then_store.rs"
    ));
}

pub use program::program;
