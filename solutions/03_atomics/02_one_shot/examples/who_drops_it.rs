//! A value that is sent, and a receiver that never looks.

use one_shot::channel;

// ANCHOR: body
struct Letter(&'static str);

impl Drop for Letter {
    fn drop(&mut self) {
        println!("{} is dropped", self.0);
    }
}

fn main() {
    let (sender, receiver) = channel();
    println!("send: {}", sent(sender.send(Letter("the first letter"))));
    drop(receiver);

    let (sender, receiver) = channel();
    drop(receiver);
    println!("send: {}", sent(sender.send(Letter("the second letter"))));
}

fn sent<E>(result: Result<(), E>) -> &'static str {
    if result.is_ok() { "Ok" } else { "Err" }
}
// ANCHOR_END: body
