//! One request looks twice, and somebody deploys in between.

use std::sync::Arc;

use arc_swap::ArcSwap;

struct Backend {
    host: &'static str,
    port: u16,
}

fn main() {
    // ANCHOR: body
    let backend = ArcSwap::from_pointee(Backend {
        host: "old",
        port: 1,
    });
    let deploy = || {
        backend.store(Arc::new(Backend {
            host: "new",
            port: 2,
        }));
    };

    // A request.
    let host = backend.load().host;
    deploy(); // on another thread, just now
    let port = backend.load().port;
    println!("{host}:{port}");
    // ANCHOR_END: body
}
