//! Who waits for whom, when all that most of them do is look.

use std::sync::{Mutex, RwLock};

fn main() {
    // ANCHOR: body
    let routes = Mutex::new(["/", "/login"]);
    let request = routes.lock();
    println!("mutex: {}", may(routes.try_lock().is_ok(), "request"));
    drop(request);

    let routes = RwLock::new(["/", "/login"]);
    let request = routes.read();
    println!(
        "lock for readers: {}",
        may(routes.try_read().is_ok(), "request")
    );
    println!(
        "lock for readers: {}",
        may(routes.try_write().is_ok(), "deploy")
    );
    drop(request);
    // ANCHOR_END: body
}

fn may(enter: bool, who: &str) -> String {
    let what = if enter { "comes in" } else { "waits" };
    format!("a {who} {what}")
}
