//! A stack whose `pop` looks at the head twice and takes "the same" for "unchanged".

use std::sync::Arc;

use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::sync::thread;

/// Nodes are numbers; 0 is none.
struct Stack {
    head: AtomicUsize,
    next: [AtomicUsize; 3],
}

impl Stack {
    fn pop(&self) -> usize {
        loop {
            let head = self.head.load(Ordering::Acquire);
            if head == 0 {
                return 0;
            }
            let next = self.next[head].load(Ordering::Relaxed);
            let swung = self.head.compare_exchange(head, next, Ordering::AcqRel, Ordering::Relaxed);
            if swung.is_ok() {
                return head;
            }
        }
    }

    fn push(&self, node: usize) {
        let head = self.head.load(Ordering::Acquire);
        self.next[node].store(head, Ordering::Relaxed);
        let _ = self.head.compare_exchange(head, node, Ordering::AcqRel, Ordering::Relaxed);
    }
}

pub(crate) fn program() {
    let stack = Arc::new(Stack {
        head: AtomicUsize::new(1),
        next: [AtomicUsize::new(0), AtomicUsize::new(2), AtomicUsize::new(0)],
    });
    let other = thread::spawn({
        let stack = Arc::clone(&stack);
        move || {
            let one = stack.pop();
            let two = stack.pop();
            if one != 0 {
                stack.push(one);
            }
            two
        }
    });
    let ours = stack.pop();
    let theirs = other.join().unwrap();
    let rest = stack.pop();
    assert!(theirs == 0 || (ours != theirs && rest != theirs), "node {theirs} has two owners");
}
