//! What the next user finds in a pool that takes back whatever comes, a panic or not.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use lanes_std::sync;

/// The pool that does not ask.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/05_lock_free_queues/07_object_pool/pitfalls/spoilt_object_comes_back.rs"
    ));
}
use source::Pool;

// ANCHOR: body
/// A connection to the warehouse: what was sent, and whether all of it was answered.
#[derive(Default)]
struct Connection {
    waiting_for: Option<&'static str>,
    errors: u32,
}

impl Connection {
    /// A reset, as somebody wrote it who thought of the end of a request, and not of the middle.
    fn reset(&mut self) {
        self.errors = 0;
    }

    fn ask(&mut self, question: &'static str, check: fn()) -> &'static str {
        self.waiting_for.get_or_insert(question);
        check(); // may panic
        self.waiting_for.take().unwrap()
    }
}

fn two_requests(pool: &Pool<Connection>) -> &'static str {
    let _failed = catch_unwind(AssertUnwindSafe(|| {
        let mut connection = pool.try_take().unwrap();
        connection.ask("order 1", || resume_unwind(Box::new("out of stock")));
    }));
    let mut connection = pool.try_take().unwrap();
    connection.ask("order 2", || ())
}
// ANCHOR_END: body

fn main() {
    let pool = Pool::new(1, Connection::default, Connection::reset);
    println!("the answer to {}", two_requests(&pool));
}
