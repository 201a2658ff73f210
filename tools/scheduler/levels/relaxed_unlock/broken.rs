#[path = "program.rs"]
mod program;
#[path = "../../../../solutions/02_mutex_guards/01_spin_lock/pitfalls/relaxed_unlock.rs"]
pub mod spin_lock;

pub use program::program;
