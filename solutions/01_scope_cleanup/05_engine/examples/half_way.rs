//! A start that fails at its third part.

use engine::{Engine, Submitter};

/// A part that says when it is opened and when it is closed.
struct Part(&'static str);

impl Part {
    fn open(name: &'static str) -> impl FnOnce(&Submitter) -> Result<Self, &'static str> {
        move |_submitter| {
            if name == "port" {
                return Err("address in use");
            }
            println!("open {name}");
            Ok(Self(name))
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        println!("close {}", self.0);
    }
}

fn main() {
    // ANCHOR: body
    let engine = Engine::new()
        .part("disk", Part::open("disk"))
        .part("cache", Part::open("cache"))
        .part("port", Part::open("port")) // the address is in use
        .part("registry", Part::open("registry"));
    if let Err(error) = engine.start() {
        println!("{error}");
    }
    // ANCHOR_END: body
}
