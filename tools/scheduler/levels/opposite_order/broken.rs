pub mod lock_order {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/02_mutex_guards/05_lock_order/pitfalls/payer_then_payee.rs"
    ));
}
#[path = "program.rs"]
mod program;

pub use program::program;
