//! How the value in an `UnsafeCell` is reached.

use lanes_std::sync::cell::UnsafeCell;

fn main() {
    let cell = UnsafeCell::new(6);
    // ANCHOR: body
    // SAFETY: this thread alone knows of the cell, and does one thing after the other.
    let read = cell.with(|place| unsafe { *place }); // place: *const i32
    // SAFETY: as above.
    cell.with_mut(|place| unsafe { *place = read + 1 }); // place: *mut i32
    // ANCHOR_END: body
    println!("{}", cell.into_inner());
}
