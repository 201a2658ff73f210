use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use crate::sync::{Arc, thread};

/// Nodes are numbers, and 0 is none. On the stack are 1 and, below it, 2.
struct Stack {
    head: AtomicUsize,
    next: [AtomicUsize; 3],
}

impl Stack {
    fn replace(&self, seen: usize, node: usize) -> bool {
        let swap = self.head.compare_exchange(seen, node, SeqCst, SeqCst);
        swap.is_ok()
    }

    fn pop(&self) -> usize {
        loop {
            let head = self.head.load(SeqCst);
            let below = self.next[head].load(SeqCst);
            if self.replace(head, below) {
                return head;
            }
        }
    }

    fn push(&self, node: usize) {
        loop {
            let head = self.head.load(SeqCst);
            self.next[node].store(head, SeqCst);
            if self.replace(head, node) {
                return;
            }
        }
    }
}

pub fn program() {
    let stack = Arc::new(Stack {
        head: AtomicUsize::new(1),
        next: [0, 2, 0].map(|node| AtomicUsize::new(node)),
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
