use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::{Arc, thread};

/// Nodes are numbers, and 0 is none. On the stack are 1 and, below it, 2.
struct Stack {
    head: AtomicUsize,
    next: [AtomicUsize; 3],
}

impl Stack {
    fn pop(&self) -> usize {
        loop {
            let head = self.head.load(SeqCst);
            let below = self.next[head].load(SeqCst);
            if self
                .head
                .compare_exchange(head, below, SeqCst, SeqCst)
                .is_ok()
            {
                return head;
            }
        }
    }

    fn push(&self, node: usize) {
        loop {
            let head = self.head.load(SeqCst);
            self.next[node].store(head, SeqCst);
            if self
                .head
                .compare_exchange(head, node, SeqCst, SeqCst)
                .is_ok()
            {
                return;
            }
        }
    }
}

pub fn program() {
    let stack = Arc::new(Stack {
        head: AtomicUsize::new(1),
        next: [
            AtomicUsize::new(0),
            AtomicUsize::new(2),
            AtomicUsize::new(0),
        ],
    });
    let slow = thread::spawn({
        let stack = Arc::clone(&stack);
        move || stack.pop()
    });
    let quick = thread::spawn({
        let stack = Arc::clone(&stack);
        move || {
            let first = stack.pop();
            let second = stack.pop();
            stack.push(first);
            second
        }
    });
    slow.join().unwrap();
    let second = quick.join().unwrap();
    let top = stack.head.load(SeqCst);
    assert!(
        top == 0 || top != second,
        "B has taken node {top}, and it is on the stack"
    );
}
