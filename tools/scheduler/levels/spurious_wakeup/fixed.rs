#[path = "../../../../solutions/02_mutex_guards/04_bounded_queue/src/bounded_queue.rs"]
pub mod bounded_queue;
#[path = "program.rs"]
mod program;

pub use program::program;
