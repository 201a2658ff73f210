//! What a reader may see of two settings, if the flag that announces them is `Relaxed`.

use std::sync::Arc;

use lanes::sync::Mutex;
use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use lanes::sync::thread;

fn main() {
    for seen in lanes::outcomes(reader) {
        println!("{seen}");
    }
}

// ANCHOR: body
#[derive(Default)]
struct Settings {
    ready: AtomicBool,
    initialising: Mutex<()>,
    // Atomics, so that a wrong flag is wrong, and not undefined behaviour.
    width: AtomicU32,
    height: AtomicU32,
}

fn make(settings: &Settings) {
    let _turn = settings.initialising.lock().unwrap();
    settings.width.store(3, Relaxed);
    settings.height.store(4, Relaxed);
    settings.ready.store(true, Relaxed);
}

fn reader() -> String {
    let settings = Arc::new(Settings::default());
    thread::spawn({
        let settings = Arc::clone(&settings);
        move || make(&settings)
    });
    if !settings.ready.load(Relaxed) {
        return "not there yet".to_owned();
    }
    let (width, height) = (settings.width.load(Relaxed), settings.height.load(Relaxed));
    format!("{width} by {height}")
}
// ANCHOR_END: body
