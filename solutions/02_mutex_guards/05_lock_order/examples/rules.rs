//! Four rules for taking two locks. Ada pays Bob while Bob pays Ada, under every schedule: prints the rules under
//! which both can wait for ever.

use lanes::{Kind, sync};

/// A rule is a whole implementation, on types that the model explores.
macro_rules! rule {
    ($name:ident, $folder:literal, $file:literal) => {
        #[allow(dead_code, missing_docs, unreachable_pub, reason = "a copy")]
        mod $name {
            include!(concat!(env!($folder), $file));
        }
    };
}
rule!(smaller_id, "CARGO_MANIFEST_DIR", "/src/lock_order.rs");
rule!(
    payer,
    "OUT_DIR",
    "/solutions/02_mutex_guards/05_lock_order/pitfalls/payer_then_payee.rs"
);
rule!(
    handle,
    "OUT_DIR",
    "/solutions/02_mutex_guards/05_lock_order/pitfalls/order_of_handles.rs"
);
rule!(
    one_at_a_time,
    "OUT_DIR",
    "/solutions/02_mutex_guards/05_lock_order/pitfalls/one_lock_at_a_time.rs"
);

// ANCHOR: question
macro_rules! can_wait_for_ever {
    ($rule:ident) => {{
        use $rule::{Account, transfer};
        lanes::explore(|| {
            let ada = [Account::new(100), Account::new(100)];
            let bob = [ada[1].clone(), ada[0].clone()];
            let other = sync::thread::spawn(move || transfer(&bob[0], &bob[1], 20));
            transfer(&ada[0], &ada[1], 10).unwrap();
            other.join().unwrap().unwrap();
        })
        .is_err_and(|report| report.kind() == Kind::Deadlock)
    }};
}
// ANCHOR_END: question

fn main() {
    let rules = [
        ("the payer first", can_wait_for_ever!(payer)),
        ("the smaller id first", can_wait_for_ever!(smaller_id)),
        ("the lower address first", can_wait_for_ever!(handle)),
        (
            "one after the other, never both",
            can_wait_for_ever!(one_at_a_time),
        ),
    ];
    for (rule, _) in rules.iter().filter(|(_, can)| *can) {
        println!("{rule}");
    }
}
