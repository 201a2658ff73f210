//! What a compare-exchange can do to a stack whose nodes come back.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::sync::thread;

/// Nodes are numbers, and are never freed. 0 is none.
struct Stack {
    head: AtomicUsize,
    next: [AtomicUsize; 3],
}

impl Stack {
    // ANCHOR: body
    /// Takes the node on top out.
    fn pop(&self) -> usize {
        loop {
            let node = self.head.load(Ordering::Acquire);
            let next = self.next[node].load(Ordering::Acquire);
            if node == 0 || self.swing(node, next) {
                return node;
            }
        }
    }

    /// Puts a node on top, which may have been in the stack before.
    fn push(&self, node: usize) {
        loop {
            let next = self.head.load(Ordering::Acquire);
            self.next[node].store(next, Ordering::Release);
            if self.swing(next, node) {
                return;
            }
        }
    }
    // ANCHOR_END: body

    /// `head` from one node to another, if it still is the one.
    fn swing(&self, from: usize, to: usize) -> bool {
        let swung = self
            .head
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed);
        swung.is_ok()
    }
}

fn main() {
    let outcomes = lanes::outcomes(|| {
        // Node 1 is on top of node 2.
        let stack = Arc::new(Stack {
            head: AtomicUsize::new(1),
            next: [0, 2, 0].map(AtomicUsize::new),
        });
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || {
                let first = stack.pop();
                let second = stack.pop();
                if first != 0 {
                    stack.push(first);
                }
                second
            }
        });
        let mine = stack.pop();
        let theirs = other.join().unwrap();
        let left = stack.pop();
        let mut nodes = [mine, theirs, left];
        nodes.sort_unstable();
        let twice = nodes
            .windows(2)
            .find(|pair| pair[0] == pair[1] && pair[0] != 0);
        match twice {
            None => String::from("every node in one place"),
            Some(pair) => format!("node {} in two places", pair[0]),
        }
    });
    for outcome in outcomes {
        println!("{outcome}");
    }
}
