//! Who gets into the lock beside each kind of guard.

use upgrade::{RwLock, UpgradableGuard, WriteGuard};

fn main() {
    // ANCHOR: body
    let lock = RwLock::new(0);
    let guard = lock.upgradable_read();
    show("upgradable read", &lock);
    let guard = UpgradableGuard::upgrade(guard);
    show("upgraded", &lock);
    let guard = WriteGuard::downgrade(guard);
    show("downgraded", &lock);
    drop(guard);
    // ANCHOR_END: body
}

fn show(guard: &str, lock: &RwLock<i32>) {
    let read = lock.try_read().is_some();
    let upgradable = lock.try_upgradable_read().is_some();
    let write = lock.try_write().is_some();
    println!("{guard}: read {read}, upgradable read {upgradable}, write {write}");
}
