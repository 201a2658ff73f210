//! A struct: its own `drop`, then its fields.

use scope_cleanup_examples::Noisy;

// ANCHOR: body
struct Service {
    _log: Noisy,
    _port: Noisy,
}

impl Drop for Service {
    fn drop(&mut self) {
        println!("drop Service");
    }
}

fn main() {
    let _config = Noisy("config");
    let _service = Service {
        _port: Noisy("port"),
        _log: Noisy("log"),
    };
    println!("last line");
}
// ANCHOR_END: body
