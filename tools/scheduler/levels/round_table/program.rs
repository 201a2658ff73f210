use super::lock_order::Table;
use crate::sync::{Arc, thread};

pub fn program() {
    let table = Arc::new(Table::new(3));
    let threads = [0, 1, 2].map(|seat| {
        let table = Arc::clone(&table);
        thread::spawn(move || table.dine(seat, || ()))
    });
    for thread in threads {
        thread.join().unwrap();
    }
}
