//! Items that tell when they are dropped: which of them, in which order, and whether one was dropped twice.
//!
//! ```
//! use lanes::drops::{Item, dropped};
//!
//! let queue = vec![Item(1), Item(2)];
//! assert_eq!(dropped(), []);
//! drop(queue);
//! assert_eq!(dropped(), [1, 2]);
//! ```

use std::cell::RefCell;

thread_local! {
    /// The numbers of the items that this thread has dropped, in order.
    static DROPPED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Writes its number down when it is dropped, for [`dropped`] on the same thread.
///
/// It owns nothing: to drop it twice is a mistake of the code under test, and harmless.
#[derive(Debug)]
pub struct Item(pub u32);

impl Drop for Item {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|all| all.push(self.0));
    }
}

/// The numbers of the items that this thread has dropped since the last call, in order.
///
/// A call whose answer is not used forgets what was dropped before.
pub fn dropped() -> Vec<u32> {
    DROPPED.take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::{forget, take};
    use std::thread;

    #[test]
    fn drops_are_listed_in_order_and_once() {
        let mut items = vec![Item(1), Item(2)];
        drop(Item(3));
        take(&mut items);
        forget(Item(4));
        assert_eq!(dropped(), [3, 1, 2]);
        assert_eq!(dropped(), []);
    }

    #[test]
    fn each_thread_has_a_list_of_its_own() {
        drop(Item(1));
        thread::spawn(|| drop(Item(2))).join().unwrap();
        assert_eq!(dropped(), [1]);
    }
}
