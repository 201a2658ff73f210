#[path = "../../../../solutions/02_mutex_guards/05_lock_order/pitfalls/payer_then_payee.rs"]
pub mod lock_order;
#[path = "program.rs"]
mod program;

pub use program::program;
